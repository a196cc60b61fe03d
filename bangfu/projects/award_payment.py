"""奖补发放 (1.2): what a household did, and what it was paid by the rule of the scheme; the amount is computed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, Sum

from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger import limits
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.people.models import Household
from bangfu.projects import award_rules, part
from bangfu.projects.award_scheme import AwardScheme


class AwardPayment(Record):
    village = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="行政村"
    )
    household = models.ForeignKey(Household, models.PROTECT, related_name="awards", verbose_name="农户")
    scheme = models.ForeignKey(AwardScheme, models.PROTECT, related_name="payments", verbose_name="奖补办法")
    checked_on = models.DateField("验收日期", default=dates.today)
    quantity = models.DecimalField(
        "数量", max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    amount_yuan = Yuan(
        "奖补金额（元）", validators=[MinValueValidator(0)], help_text="按办法算，可以少于标准，不能多于"
    )
    paid_on = models.DateField("发放日期", null=True, blank=True)
    note = text("说明", 200)

    class Meta:
        verbose_name = verbose_name_plural = "奖补发放"
        indexes = [models.Index(fields=["village", "id"], name="award_payment_village")]
        constraints = [models.UniqueConstraint(fields=["household", "scheme", "checked_on"], name="one_award_a_day")]

    def __str__(self) -> str:
        return f"{self.household} {self.scheme}"


class AwardPaymentLedger(Ledger):
    slug, model, article, scope_from = "award-payments", AwardPayment, "1.2", "household"
    says = "以奖代补发给了哪些户、多少"
    read_by, edited_by = part.READERS, part.WRITERS
    columns = ("household", "village", "scheme", "quantity", "amount_yuan", "checked_on", "paid_on")
    card = ("household", "scheme", "amount_yuan")
    filters = ("scheme", "household", "checked_on", "paid_on")
    search = ("household__head_name",)
    form = exchange = ("household", "scheme", "checked_on", "quantity", "amount_yuan", "paid_on", "note")
    bulk = ("note",)
    identity = ("household", "scheme", "checked_on")
    checks = award_rules.CHECKS
    stats = (Stat("发放", total="amount_yuan", unit="元"), Stat("没有发放", where=Q(paid_on=None), unit="户次"))

    def clean(self, data: dict[str, Any], record: AwardPayment | None) -> dict[str, str]:
        scheme, quantity, amount, on = (data.get(name) for name in ("scheme", "quantity", "amount_yuan", "checked_on"))
        if not (scheme and quantity and amount is not None and on):
            return {}
        if found := award_rules.faults(scheme, data["household"].village_id, on, quantity, amount):
            return found
        others = AwardPayment.objects.filter(household=data["household"], scheme=scheme, checked_on__year=on.year)
        others = others.filter(withdrawn_at=None).exclude(pk=record.pk if record else 0)
        total = (others.aggregate(sum=Sum("amount_yuan"))["sum"] or Decimal(0)) + amount
        if scheme.cap_yuan is not None and total > scheme.cap_yuan:
            return {"amount_yuan": award_rules.above_the_cap(scheme.cap_yuan, total, on.year)}
        return {}

    def following(self, keys: list[int]) -> AbstractContextManager[None]:
        return limits.held(keys, award_rules.sums, Household.objects.all(), award_rules.beyond)
