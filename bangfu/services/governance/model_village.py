"""示范村创建 (3.4): which villages are, or mean to become, models of law, customs or government."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.ledger.constraints import must, not_before
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class ModelVillage(Record):
    class Kind(models.TextChoices):
        LAW = "law", "民主法治示范村"
        GOVERNANCE = "governance", "乡村治理示范村"
        CIVILISED = "civilised", "文明村"
        PARTY = "party", "党建引领示范村"

    class Rank(models.TextChoices):
        COUNTY = "county", "县级"
        CITY = "city", "市级"
        PROVINCE = "province", "省级"
        NATION = "nation", "国家级"

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    kind = models.CharField("示范类别", max_length=20, choices=Kind.choices)
    rank = models.CharField("级别", max_length=10, choices=Rank.choices)
    applied_on = models.DateField("申报日期")
    named_on = models.DateField("命名日期", null=True, blank=True)
    document_no = text("命名文件号", 80)
    revoked_on = models.DateField("取消日期", null=True, blank=True)
    practice = text("主要做法", 300)

    class Meta:
        verbose_name = verbose_name_plural = "示范村"
        indexes = [models.Index(fields=["village", "id"], name="model_village_village")]
        constraints = [
            models.UniqueConstraint(fields=["village", "kind", "rank", "applied_on"], name="one_model_village_a_rank"),
            not_before("named_on", "applied_on", "model_named_on_after_application", "命名日期早于申报日期，请核对"),
            not_before("revoked_on", "named_on", "model_revoked_on_in_order", "取消日期早于命名日期，请核对"),
            must(Q(named_on=None) | ~Q(document_no=""), "model_document_no_of_named", "已命名的，请填写命名文件号"),
        ]

    def __str__(self) -> str:
        return f"{self.village} {self.get_rank_display()}{self.get_kind_display()}"


class ModelVillageLedger(Ledger):
    slug, model, article = "model-villages", ModelVillage, "3.4"
    says = "申报和命名的民主法治、乡村治理、文明等示范村"
    edited_by = FIELD
    columns = ("village", "kind", "rank", "applied_on", "named_on", "revoked_on")
    card = ("village", "kind", "rank")
    filters = ("kind", "rank", "named_on", "revoked_on")
    search = ("document_no", "practice")
    form = exchange = (
        "village", "kind", "rank", "applied_on", "named_on", "document_no", "revoked_on", "practice",
    )  # fmt: skip
    identity = ("village", "kind", "rank", "applied_on")
    stats = (
        Stat("已命名", where=Q(named_on__isnull=False, revoked_on=None), unit="个"),
        Stat("按类别", by="kind"),
        Stat("按级别", by="rank"),
    )
