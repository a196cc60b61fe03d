"""落地企业 (4.5): firms that came to a town or park, from where, and whether they need many hands."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.industry import columns
from bangfu.industry.linkage.business_entities import BusinessEntity
from bangfu.industry.markets.industrial_parks import IndustrialPark
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class FirmLanding(Record):
    division = columns.place("落地地点", follows=True)
    landing_no = models.CharField("落地编号", max_length=40, unique=True, help_text="协议号、备案号或自编号")
    business_entity = models.ForeignKey(BusinessEntity, models.PROTECT, related_name="landings", verbose_name="企业")
    park = models.ForeignKey(
        IndustrialPark, models.PROTECT, null=True, blank=True, related_name="landings", verbose_name="所在园区"
    )
    came_from = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="从哪里来"
    )
    landed_on = models.DateField("落地日期")
    closed_on = models.DateField("撤出日期", null=True, blank=True)
    is_labour_intensive = models.BooleanField("劳动密集型", default=False)
    planned_yuan = Yuan("计划投资", null=True, blank=True, validators=[MinValueValidator(0)])
    introduced_by = text("谁引进的", 80, "单位或工作队")

    class Meta:
        verbose_name = verbose_name_plural = "落地企业"
        indexes = [models.Index(fields=["division", "id"], name="firm_landing_division")]

    def __str__(self) -> str:
        return self.landing_no


class FirmLandingLedger(Ledger):
    slug, model, article, scope, scope_from = "firm-landings", FirmLanding, "4.5", "division", "business_entity"
    says = "引进落地的企业，每年带来多少就业、投资和税收"
    edited_by = FIELD
    columns = ("landing_no", "business_entity", "division", "park", "came_from", "landed_on", "is_labour_intensive")
    card = ("business_entity", "division", "landed_on")
    filters = ("is_labour_intensive", "park", "business_entity", "landed_on", "closed_on")
    search = ("landing_no", "business_entity__name")
    form = exchange = (
        "landing_no", "business_entity", "park", "came_from", "landed_on", "closed_on", "is_labour_intensive",
        "planned_yuan", "introduced_by",
    )  # fmt: skip
    identity = ("landing_no",)
    related = (("firm-years", "landing"),)
    stats = (
        Stat("劳动密集型", where=Q(is_labour_intensive=True, closed_on=None), unit="家"),
        Stat("仍在经营", where=Q(closed_on=None), over=Q(withdrawn_at=None)),
        Stat("计划投资", total="planned_yuan", unit="元"),
    )

    def clean(self, data: dict[str, Any], record: FirmLanding | None) -> dict[str, str]:
        if data["closed_on"] and data["closed_on"] < data["landed_on"]:
            return {"closed_on": "撤出日期早于落地日期"}
        return {}
