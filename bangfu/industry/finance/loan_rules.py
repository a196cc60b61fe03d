"""The rules of the micro-loan of lifted-out and monitored households (4.3), each a dated parameter, said line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from bangfu.industry.finance.finance_products import Kind
from bangfu.industry.finance.loan_balances import LEFT
from bangfu.kernel.money import show_number
from bangfu.kernel.periods import add_months
from bangfu.lawbook.parameters import Snapshot
from bangfu.people import codes
from bangfu.people.person import PRESENT, Person
from bangfu.policy.code_lists import code_list


@dataclass(frozen=True)
class Line:
    """One rule, whether it is met, and what about it; `field`: of a loan or wish, where a form would mark it."""

    field: str
    is_met: bool
    words: str


@dataclass(frozen=True)
class Asked:
    """`owed_yuan`: what the household owes on other micro-loans on the day."""

    household: Any
    division: int
    amount_yuan: Decimal
    on: date
    due_on: date
    purpose: str
    owed_yuan: Decimal = Decimal(0)


def is_for_production(purpose: str) -> bool:
    return bool(code_list("loan_purpose").code(purpose).facts.get("production"))


def micro(asked: Asked, law: Snapshot) -> Iterator[Line]:
    """Every rule of the micro-loan; all of them must be met."""

    def number(code: str) -> int:
        return int(law.at(code, asked.on, asked.division).value)

    home = asked.household
    if home is None:
        yield Line("household", False, "只贷给脱贫户和监测对象，不贷给经营主体")
        return
    is_known = home.kind == codes.LIFTED or (home.monitored_kind and home.is_risk_removed is not True)
    yield Line("household", bool(is_known), "脱贫户或监测对象" if is_known else "不是脱贫户，也不是监测对象")
    low, high = number("micro_loan_age_min"), number("micro_loan_age_max")
    of_age = people_of_age(home, asked.on, low, high)
    yield Line(
        "household",
        of_age > 0,
        f"家里有 {of_age} 人年满 {low} 至 {high} 周岁" if of_age else f"家里没有 {low} 至 {high} 周岁的人",
    )
    limit = Decimal(number("micro_loan_limit_yuan"))
    together = asked.owed_yuan + asked.amount_yuan
    owed = f"（其中未还 {show_number(asked.owed_yuan)} 元）" if asked.owed_yuan else ""
    verb = "不超过" if together <= limit else "超过"
    yield Line(
        "amount_yuan",
        together <= limit,
        f"合计 {show_number(together)} 元{owed}，{verb}每户上限 {show_number(limit)} 元",
    )
    years = number("micro_loan_years_max")
    in_time = asked.due_on <= add_months(asked.on, 12 * years)
    yield Line("due_on", in_time, f"期限{'不超过' if in_time else '超过'} {years} 年")
    good = is_for_production(asked.purpose)
    label = code_list("loan_purpose").label(asked.purpose)
    yield Line("purpose", good, f"用途“{label}”{'属于发展生产' if good else '不是发展生产，不能用这种贷款'}")


def people_of_age(household: Any, on: date, low: int, high: int) -> int:
    """Members who are from `low` to `high` years old on the day, both included."""
    oldest, youngest = add_months(on, -12 * (high + 1)), add_months(on, -12 * low)
    return Person.objects.filter(PRESENT, household=household, born_on__gt=oldest, born_on__lte=youngest).count()


def owed(household: Any, on: date, *, without: int | None = None) -> Decimal:
    """Yuan left of the household's micro-loans after the day; `without`: a loan that is not counted."""
    sql = f"""SELECT coalesce(sum({LEFT}), 0) FROM industry_loan l JOIN industry_financeproduct p ON p.id = l.product_id
        WHERE l.household_id = %(home)s AND p.kind = %(kind)s AND l.granted_on <= %(on)s AND l.withdrawn_at IS NULL
        AND (l.repaid_on IS NULL OR l.repaid_on > %(on)s) AND l.id IS DISTINCT FROM %(without)s"""  # noqa: S608 (constants)
    if household is None:
        return Decimal(0)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"home": household.pk, "kind": Kind.MICRO, "on": on, "without": without})
        return Decimal(cursor.fetchall()[0][0])
