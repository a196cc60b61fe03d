"""预留份额 (4.2): the share of a canteen's purchases that is kept for assistance products, as the year's rule says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.urls import reverse

from bangfu.industry.selling.purchases import Purchase
from bangfu.lawbook import parameters
from bangfu.policy.parameter import ParameterMissing

PARAMETER = "canteen_purchase_min_percent"


@dataclass(frozen=True)
class Reserve:
    """`percent` is None where no rule is known for that year and place; `words` then says what to register."""

    bought: Decimal
    percent: Decimal | None
    asked: Decimal
    words: str
    url: str

    @property
    def done_percent(self) -> Decimal | None:
        return (100 * self.bought / self.asked).quantize(Decimal("0.1")) if self.asked else None


def of(budget: Any) -> Reserve:
    first, last = date(budget.year, 1, 1), date(budget.year, 12, 31)
    rows = Purchase.objects.filter(
        unit=budget.unit_id, is_canteen=True, bought_on__range=(first, last), withdrawn_at=None
    )
    bought = rows.aggregate(sum=Sum("amount_yuan"))["sum"] or Decimal(0)
    narrowed = f"unit={budget.unit_id}&is_canteen=true&bought_on_after={first}&bought_on_before={last}"
    url = f"{reverse('ledger:list', args=['purchases'])}?{narrowed}"
    try:
        percent = Decimal(str(parameters.value(PARAMETER, last, budget.division_id)))
    except ParameterMissing as missing:
        return Reserve(bought, None, Decimal(0), str(missing), url)
    asked = (budget.budget_yuan * percent / 100).quantize(Decimal("0.01"))
    return Reserve(bought, percent, asked, f"应预留采购额的 {percent}%", url)
