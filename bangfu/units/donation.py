"""捐赠 (3.3): money or goods that a unit or a partner gave to a town or village."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.units.helped import towns_of_units
from bangfu.units.partner import Partner

ONE_DONOR = "请填写捐赠单位，或从社会力量中选一家；两者只填一个"


class Kind(models.TextChoices):
    MONEY = "money", "资金"
    GOODS = "goods", "物资"


class Donation(Record):
    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="受赠地")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="donations", verbose_name="捐赠单位"
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="donations", verbose_name="社会力量"
    )
    kind = models.CharField("捐赠形式", max_length=10, choices=Kind.choices, default=Kind.MONEY)
    amount_yuan = Yuan("金额或折价", validators=[MinValueValidator(0)])
    goods = text("物资名称和数量", 200)
    given_on = models.DateField("捐赠日期")
    purpose = text("用途", 200)
    receipt_no = models.CharField("票据号", max_length=60, help_text="没有票据的，写协议号或登记编号")

    class Meta:
        verbose_name = verbose_name_plural = "捐赠"
        indexes = [models.Index(fields=["division", "id"], name="donation_division")]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, partner=None) | Q(unit=None, partner__isnull=False),
                name="donation_of_one_donor",
                violation_error_message=ONE_DONOR,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner or self.unit} {self.get_kind_display()}"


class DonationLedger(Ledger):
    slug, model, article, scope = "donations", Donation, "3.3", "division"
    says = "组团单位和社会力量捐赠的资金和物资"
    edited_by = (Role.COUNTY, Role.TOWN, *TEAM)
    columns = ("given_on", "unit", "partner", "division", "kind", "amount_yuan", "goods")
    card = ("given_on", "unit", "partner", "amount_yuan")
    filters = ("kind", "unit", "partner", "given_on")
    search = ("unit__name", "partner__name", "goods")
    form = exchange = (
        "division", "unit", "partner", "kind", "amount_yuan", "goods", "given_on", "purpose", "receipt_no",
    )  # fmt: skip
    identity = ("receipt_no", "division")
    stats = (Stat("金额和折价", total="amount_yuan", unit="元"), Stat("按形式", by="kind"))

    def of_units(self, units: frozenset[int]) -> Q:
        towns = towns_of_units(units)
        return Q(unit__in=units) | Q(division__in=towns) | Q(division__parent__in=towns)

    def clean(self, data: dict[str, Any], record: Donation | None) -> dict[str, str]:
        if bool(data["unit"]) == bool(data["partner"]):
            return {"unit": ONE_DONOR}
        if data["kind"] == Kind.GOODS and not data["goods"]:
            return {"goods": "捐赠物资的，请填写名称和数量"}
        if data["given_on"] and data["given_on"] > dates.today():
            return {"given_on": "日期还没有到；捐赠到位后登记"}
        return {}
