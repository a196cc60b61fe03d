"""物流点 (4.5): e-commerce and logistics points of towns and villages; which villages they reach hangs on them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.accounts.terms import in_order
from bangfu.industry import columns
from bangfu.industry.linkage.business_entities import BusinessEntity
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record


class LogisticsPoint(Record):
    class Kind(models.TextChoices):
        ECOMMERCE = "ecommerce", "电商服务站"
        EXPRESS = "express", "快递物流点"
        COLD_CHAIN = "cold_chain", "冷链和集配点"
        TOWN_HUB = "town_hub", "镇级物流站"

    division = columns.place("所在地")
    point_no = models.CharField("站点编号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类别", max_length=20, choices=Kind.choices)
    business_entity = models.ForeignKey(
        BusinessEntity, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经营主体"
    )
    from_on = models.DateField("启用日期")
    to_on = models.DateField("停用日期", null=True, blank=True, help_text="仍在运行的不填")
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "物流点"
        indexes = [models.Index(fields=["division", "id"], name="logistics_point_division")]
        constraints = [in_order("logistics_point_in_order")]

    def __str__(self) -> str:
        return self.name


class LogisticsPointLedger(Ledger):
    slug, model, article, scope = "logistics-points", LogisticsPoint, "4.5", "division"
    says = "电商服务站、快递和冷链点，设在哪里、通到哪些村"
    edited_by = FIELD
    columns = ("name", "division", "kind", "business_entity", "point_no", "from_on", "to_on")
    card = ("name", "division", "kind")
    filters = ("kind", "business_entity", "from_on", "to_on")
    search = ("name", "point_no")
    in_search = True
    form = exchange = (
        "division", "point_no", "name", "kind", "business_entity", "from_on", "to_on", "longitude", "latitude",
    )  # fmt: skip
    identity = ("point_no",)
    limits = {"longitude": (109.0, 118.0), "latitude": (20.0, 26.0)}
    point = ("longitude", "latitude")
    related = (("logistics-reaches", "logistics_point"),)
    stats = (Stat("按类别", by="kind"), Stat("正在运行", where=Q(to_on=None), unit="个"))
