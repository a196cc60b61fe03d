"""A finance plan made to measure (4.3): which product fits a wish, said rule by rule; nothing is decided, it is explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from bangfu.industry.finance import loan_rules
from bangfu.industry.finance.finance_products import FinanceProduct, Kind
from bangfu.industry.finance.loan_rules import Asked, Line
from bangfu.kernel import codes, dates
from bangfu.kernel.codes import Level
from bangfu.kernel.money import show_number
from bangfu.kernel.periods import add_months
from bangfu.lawbook.parameters import Snapshot

#: so many offers of a place are compared
MOST = 40


@dataclass(frozen=True)
class Fit:
    product: FinanceProduct
    lines: list[Line]

    @property
    def is_fitting(self) -> bool:
        return all(line.is_met for line in self.lines)


def for_wish(wish: Any) -> list[Fit]:
    """The products offered at the place today, those that fit first, then by rate."""
    today, law = dates.today(), Snapshot.take()
    places = [wish.division_id // size * size for size in (codes.SPANS[level] for level in Level)]
    offered = FinanceProduct.objects.filter(
        Q(to_on=None) | Q(to_on__gte=today),
        division__in=[*places, wish.division_id],
        from_on__lte=today,
        withdrawn_at=None,
    ).exclude(kind=Kind.INSURANCE)
    asked = Asked(
        wish.household, wish.division_id, wish.amount_yuan, today, add_months(today, wish.months), wish.purpose,
        loan_rules.owed(wish.household, today),
    )  # fmt: skip
    fits = [Fit(product, _lines(product, wish, asked, law)) for product in offered.select_related("bank")[:MOST]]
    return sorted(fits, key=lambda fit: (not fit.is_fitting, fit.product.rate_percent or 99, fit.product.pk))


def _lines(product: FinanceProduct, wish: Any, asked: Asked, law: Snapshot) -> list[Line]:
    if product.kind == Kind.MICRO:
        return [*loan_rules.micro(asked, law), *_own(product, wish)]
    is_right = bool(wish.household_id) == (product.kind == Kind.FARMER)
    who = "农户" if product.kind == Kind.FARMER else "经营主体"
    return [Line("household", is_right, f"{'给' if is_right else '只给'}{who}办理"), *_own(product, wish)]


def _own(product: FinanceProduct, wish: Any) -> list[Line]:
    """What the bank itself asks."""
    lines = []
    if product.most_yuan:
        fits = wish.amount_yuan <= product.most_yuan
        lines.append(
            Line(
                "amount_yuan",
                fits,
                f"{'不超过' if fits else '超过'}这个产品的最高额度 {show_number(product.most_yuan)} 元",
            )
        )
    if product.most_months:
        fits = wish.months <= product.most_months
        lines.append(
            Line("months", fits, f"{'不超过' if fits else '超过'}这个产品的最长期限 {product.most_months} 个月")
        )
    return lines
