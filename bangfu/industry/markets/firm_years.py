"""落地企业年度情况 (4.5): jobs, investment and tax of a firm in a year."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from bangfu.industry import columns
from bangfu.industry.columns import yuan
from bangfu.industry.markets.firm_landings import FirmLanding
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record

MORE_LOCALS = "其中本地就业人数多于就业人数"


class FirmYear(Record):
    division = columns.place("落地地点", follows=True)
    landing = models.ForeignKey(FirmLanding, models.PROTECT, related_name="years", verbose_name="落地企业编号")
    year = columns.year()
    jobs = models.PositiveIntegerField("年末就业人数")
    local_jobs = models.PositiveIntegerField("其中本地就业人数", default=0)
    priority_jobs = models.PositiveIntegerField("其中脱贫户和监测户", default=0)
    invested_yuan = yuan("当年投资")
    tax_yuan = yuan("当年税收")

    class Meta:
        verbose_name = verbose_name_plural = "落地企业年度情况"
        indexes = [models.Index(fields=["division", "id"], name="firm_year_division")]
        constraints = [
            models.UniqueConstraint(fields=["landing", "year"], name="one_firm_year"),
            models.CheckConstraint(
                condition=Q(local_jobs__lte=F("jobs"), priority_jobs__lte=F("jobs")),
                name="firm_year_parts_of_jobs",
                violation_error_message=MORE_LOCALS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.landing} {self.year}年"


class FirmYearLedger(Ledger):
    slug, model, article, scope, scope_from = "firm-years", FirmYear, "4.5", "division", "landing"
    says = "落地企业每年的就业、投资和税收"
    edited_by = FIELD
    columns = ("landing", "division", "year", "jobs", "local_jobs", "priority_jobs", "invested_yuan", "tax_yuan")
    card = ("landing", "year", "jobs")
    filters = ("year", "landing", "jobs", "tax_yuan")
    search = ("landing__business_entity__name", "landing__landing_no")
    form = exchange = ("landing", "year", "jobs", "local_jobs", "priority_jobs", "invested_yuan", "tax_yuan")
    identity = ("landing", "year")
    limits = {"jobs": (0, 1_000_000), "local_jobs": (0, 1_000_000), "priority_jobs": (0, 1_000_000)}
    stats = (
        Stat("就业", total="jobs", unit="人"),
        Stat("本地就业", total="local_jobs", unit="人"),
        Stat("投资", total="invested_yuan", unit="元"),
        Stat("税收", total="tax_yuan", unit="元"),
    )

    def clean(self, data: dict[str, Any], record: FirmYear | None) -> dict[str, str]:
        if (data["local_jobs"] or 0) > data["jobs"] or (data["priority_jobs"] or 0) > data["jobs"]:
            return {"local_jobs": MORE_LOCALS}
        return {}
