"""外出务工交通补贴 (3.1): once a person a year, for work away of enough months, against a proof of the journey."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from bangfu.exchange.sheet import Batch, Fault
from bangfu.kernel import dates
from bangfu.lawbook import parameters
from bangfu.ledger.columns import yuan
from bangfu.ledger.constraints import must
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.people import codes
from bangfu.services.columns import chosen
from bangfu.services.of_person import AboutPerson, OfPerson

#: the figure whose rows wait for money
UNPAID = 2
TOO_SHORT = "在外务工不足 {months} 个月，不符合补贴条件，请核对"


class TravelSubsidy(OfPerson):
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2021), MaxValueValidator(2100)])
    work_area = chosen("务工区域", "work_area")
    work_place = models.CharField("务工所在地", max_length=60)
    months = models.PositiveSmallIntegerField("当年在外月数", validators=[MaxValueValidator(12)])
    proof = models.CharField("凭据", max_length=100, help_text="车票、合同、工资流水等，写名称和号码；原件可作附件")
    applied_on = models.DateField("申请日期")
    granted_yuan = yuan("补贴金额")
    paid_on = models.DateField("发放日期", null=True, blank=True)
    refused_reason = models.CharField("不予补贴的原因", max_length=100, blank=True, default="")

    class Meta(OfPerson.Meta):
        verbose_name = verbose_name_plural = "外出务工交通补贴"
        indexes = [models.Index(fields=["village", "id"], name="travel_subsidy_village")]
        constraints = [
            *OfPerson.Meta.constraints,
            models.UniqueConstraint(fields=["person", "year"], name="one_travel_subsidy_a_year"),
            must(
                Q(paid_on=None) | Q(granted_yuan__gt=0, paid_on__gte=F("applied_on")),
                "travel_paid_on_after_grant",
                "已发放的，请填写金额，发放日期不早于申请日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}年交通补贴"


def _months(division: int | None) -> int:
    return int(parameters.value("travel_subsidy_work_months_min", dates.today(), division))


def too_short(batch: Batch) -> Iterable[Fault]:
    """The rule of `clean`, by set."""
    months = _months(batch.ranges[0][0] if batch.ranges else None)
    found = batch.fetch("SELECT _row FROM {rows} WHERE months < %s AND refused_reason = ''", [months])
    return [Fault(row, "months", TOO_SHORT.format(months=months)) for (row,) in found]


class TravelSubsidyLedger(AboutPerson, Ledger):
    slug, model, article = "travel-subsidies", TravelSubsidy, "3.1"
    says = "外出务工的交通补贴：申请、凭据、金额和发放，一人一年一次"
    edited_by = FIELD
    columns = ("name", "village", "year", "work_area", "months", "granted_yuan", "paid_on", "refused_reason")
    card = ("name", "year", "granted_yuan", "paid_on")
    filters = ("year", "work_area", "applied_on", "paid_on", "person")
    search = ("name", "work_place")
    form = (
        "person", "year", "work_area", "work_place", "months", "proof", "applied_on", "granted_yuan", "paid_on",
        "refused_reason",
    )  # fmt: skip
    exchange = ("household", "name", *form[1:])
    bulk, identity = ("paid_on",), ("household", "name", "year")
    limits = {"applied_on": (None, dates.today), "paid_on": (None, dates.today)}
    choice_aliases = codes.aliases("work_area")
    checks = (too_short,)
    stats = (
        Stat("已发放", where=Q(paid_on__isnull=False), unit="人次"),
        Stat("补贴金额", total="granted_yuan", unit="元"),
        Stat("待发放", where=Q(paid_on=None, refused_reason=""), unit="人次"),
    )

    def clean(self, data: dict[str, Any], record: TravelSubsidy | None) -> dict[str, str]:
        months = _months(data["person"].village_id)
        if data["months"] < months and not data["refused_reason"]:
            return {"months": TOO_SHORT.format(months=months)}
        return {}
