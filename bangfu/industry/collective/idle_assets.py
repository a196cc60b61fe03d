"""盘活资产 (4.4): idle land and buildings of a collective, since when idle, and the use that was found for them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from bangfu.industry import columns
from bangfu.industry.linkage.business_entities import BusinessEntity
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import amount, text

WITHOUT_USE = "已盘活的，请填写盘活方式"
TOO_EARLY = "盘活日期早于开始闲置的日期"


class IdleAsset(Record):
    class Kind(models.TextChoices):
        SCHOOL = "school", "旧校舍"
        OFFICE = "office", "旧办公楼、仓库"
        FACTORY = "factory", "旧厂房"
        HOUSE = "house", "闲置农房"
        LAND = "land", "闲置土地"
        WATER = "water", "池塘水面"
        OTHER = "other", "其他"

    class Use(models.TextChoices):
        LEASE = "lease", "出租"
        SHARE = "share", "入股"
        OWN = "own", "自主经营"
        JOINT = "joint", "合作开发"
        PUBLIC = "public", "改作公益用途"

    village = columns.place("行政村")
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类别", max_length=20, choices=Kind.choices)
    area = amount("面积（平方米）", 12)
    idle_from_on = models.DateField("开始闲置日期")
    used_from_on = models.DateField("盘活日期", null=True, blank=True, help_text="还闲置的不填")
    use = models.CharField("盘活方式", max_length=20, choices=Use.choices, blank=True, default="", db_default="")
    business_entity = models.ForeignKey(
        BusinessEntity, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经营主体"
    )
    yearly_yuan = Yuan("盘活后年收益", null=True, blank=True)
    plan = text("盘活打算", 200)

    class Meta:
        verbose_name = verbose_name_plural = "闲置资产盘活"
        indexes = [models.Index(fields=["village", "id"], name="idle_asset_village")]
        constraints = [
            models.UniqueConstraint(fields=["village", "name"], name="one_idle_asset_a_name"),
            models.CheckConstraint(
                condition=Q(used_from_on=None) | Q(used_from_on__gte=F("idle_from_on")),
                name="idle_asset_in_order",
                violation_error_message=TOO_EARLY,
            ),
            models.CheckConstraint(
                condition=Q(used_from_on=None) | ~Q(use=""),
                name="idle_asset_used_somehow",
                violation_error_message=WITHOUT_USE,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IdleAssetLedger(Ledger):
    slug, model, article = "idle-assets", IdleAsset, "4.4"
    says = "村里闲置的校舍、厂房、土地等，什么时候闲下来、怎么盘活"
    edited_by = FIELD
    columns = ("name", "village", "kind", "area", "idle_from_on", "used_from_on", "use", "yearly_yuan")
    card = ("name", "village", "kind", "used_from_on")
    filters = ("kind", "use", "idle_from_on", "used_from_on", "yearly_yuan")
    search = ("name", "plan")
    form = exchange = (
        "village", "name", "kind", "area", "idle_from_on", "used_from_on", "use", "business_entity", "yearly_yuan",
        "plan",
    )  # fmt: skip
    identity = ("village", "name")
    limits = {"area": (0, 100_000_000), "yearly_yuan": (0, 1_000_000_000)}
    stats = (
        Stat("闲置中", where=Q(used_from_on=None), unit="处"),
        Stat("已盘活", where=Q(used_from_on__isnull=False), over=Q(withdrawn_at=None)),
        Stat("年收益", total="yearly_yuan", unit="元"),
        Stat("按类别", by="kind"),
    )

    def clean(self, data: dict[str, Any], record: IdleAsset | None) -> dict[str, str]:
        if data["used_from_on"] and not data["use"]:
            return {"use": WITHOUT_USE}
        if data["used_from_on"] and data["used_from_on"] < data["idle_from_on"]:
            return {"used_from_on": TOO_EARLY}
        return {}
