"""收入测算 (1.1): the twelve full months that end before the check, the line of the day, and the sum line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bangfu.kernel import periods
from bangfu.lawbook import parameters
from bangfu.people.models import Household, HouseholdIncome
from bangfu.policy.parameter import ParameterMissing, Value


def months(on: date, division: int) -> tuple[date, date]:
    """First and last month: as many full months as the parameter says, the last one before that of `on`."""
    last = periods.add_months(on.replace(day=1), -1)
    count = int(parameters.value("income_window_months", on, division))
    return periods.add_months(last, 1 - count), last


def line(on: date, division: int) -> Value | None:
    """The monitoring line in force; None where it has not been registered."""
    try:
        return parameters.at("monitoring_line_yuan", on, division)
    except ParameterMissing:
        return None


def known(household: Household) -> HouseholdIncome | None:
    """The newest yearly collection: what a form is filled with."""
    return household.incomes.filter(withdrawn_at=None).order_by("-year").first()


@dataclass(frozen=True)
class Part:
    sign: str
    label: str
    amount: Decimal


@dataclass(frozen=True)
class Sum:
    """The exact sum, as a page shows it."""

    parts: tuple[Part, ...]
    net: Decimal
    population: int
    per_head: Decimal
    self_paid: Decimal
    per_head_after: Decimal
    line: int | None
    line_source: str

    @property
    def is_below(self) -> bool | None:
        return None if self.line is None else self.per_head_after < self.line


def sum_of(check: Any) -> Sum | None:
    """Of a household check (or any row of IncomeItems with a line)."""
    if check is None or check.per_capita_net is None:
        return None
    return Sum(
        parts=(
            Part("", "工资性收入", check.wage_income),
            Part("+", "生产经营性收入", check.business_income),
            Part("+", "财产性收入", check.property_income),
            Part("+", "转移性收入", check.transfer_income),
            Part("−", "生产经营性支出", check.business_expense),
        ),
        net=check.net_income,
        population=check.population,
        per_head=check.per_capita_net,
        self_paid=check.compliant_self_paid,
        per_head_after=check.per_capita_after_spending,
        line=check.line_yuan,
        line_source=check.line_source,
    )
