"""What every award (1.2) is asked, by form and by workbook: place and term of its scheme, no more than its rule and its cap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection

from bangfu.exchange.sheet import Batch, Fault
from bangfu.kernel import codes
from bangfu.ledger.limits import Group

if TYPE_CHECKING:
    from bangfu.projects.award_scheme import AwardScheme

#: what each household has of a scheme in a year: (household, scheme, year) → yuan
_SUMS = """
    SELECT household_id, scheme_id, extract(year FROM checked_on)::int, sum(amount_yuan) FROM projects_awardpayment
     WHERE id = ANY(%s) AND withdrawn_at IS NULL GROUP BY 1, 2, 3"""
_BEYOND = """
    SELECT s.cap_yuan, sum(p.amount_yuan), g.year FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS g (home, scheme, year)
      JOIN projects_awardscheme s ON s.id = g.scheme AND s.cap_yuan IS NOT NULL
      JOIN projects_awardpayment p ON p.household_id = g.home AND p.scheme_id = g.scheme AND p.withdrawn_at IS NULL
       AND extract(year FROM p.checked_on) = g.year
     GROUP BY s.cap_yuan, g.home, g.scheme, g.year HAVING sum(p.amount_yuan) > s.cap_yuan LIMIT 1"""


def sums(keys: list[int]) -> Mapping[Group, Decimal]:
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [keys])
        return {tuple(row[:3]): row[3] for row in cursor.fetchall()}


def beyond(groups: Sequence[Group]) -> str:
    """Why one of them has too much; "" when none."""
    with connection.cursor() as cursor:
        cursor.execute(_BEYOND, [list(column) for column in zip(*groups, strict=True)])
        row = cursor.fetchone()
    return above_the_cap(*row) if row else ""


def above_the_cap(cap: Decimal, total: Decimal, year: int) -> str:
    return f"这一户 {year} 年这项奖补合计 {total:.2f} 元，超过每户每年上限 {cap:.2f} 元，请核对"


def too_much(most: Decimal) -> str:
    return f"按办法最多 {most:.2f} 元，请核对数量和金额"


def out_of_place(scheme_title: str) -> str:
    return f"这一户不在“{scheme_title}”适用的地方，请选当地的办法"


def out_of_term(start: date, end: date | None) -> str:
    return f"这项办法从 {start} {f'到 {end}' if end else '起'}有效，验收日期不在其中，请核对"


def faults(scheme: AwardScheme, village: int, on: date, quantity: Decimal, amount: Decimal) -> dict[str, str]:
    if not codes.contains(scheme.division_id, village):
        return {"scheme": out_of_place(scheme.title)}
    if on < scheme.from_on or (scheme.to_on and on > scheme.to_on):
        return {"checked_on": out_of_term(scheme.from_on, scheme.to_on)}
    return {"amount_yuan": too_much(scheme.rate_yuan * quantity)} if amount > scheme.rate_yuan * quantity else {}


def place_and_term(batch: Batch) -> Iterable[Fault]:
    sql = (
        "select r._row, s.title, s.division_id, h.village_id, r.checked_on, s.from_on, s.to_on from {rows} r "
        "join projects_awardscheme s on s.id = r.scheme_id join people_household h on h.id = r.household_id"
    )
    for row, title, place, village, on, start, end in batch.fetch(sql):
        if not codes.contains(place, village):
            yield Fault(row, "scheme", out_of_place(title))
        elif on and (on < start or (end and on > end)):
            yield Fault(row, "checked_on", out_of_term(start, end), str(on))


def above_the_rule(batch: Batch) -> Iterable[Fault]:
    sql = (
        "select r._row, s.rate_yuan * r.quantity from {rows} r join projects_awardscheme s on s.id = r.scheme_id "
        "where r.amount_yuan > s.rate_yuan * r.quantity"
    )
    return [Fault(row, "amount_yuan", too_much(most)) for row, most in batch.fetch(sql)]


def above_the_caps(batch: Batch) -> Iterable[Fault]:
    """The rows of the file together with what is there already; rows that change nothing make nothing larger."""
    sql = """
        with mine as (
            select r._row, r.household_id, r.scheme_id, extract(year from r.checked_on)::int as year, r.amount_yuan as yuan,
                   case when p.withdrawn_at is null then coalesce(p.amount_yuan, 0) else 0 end as before
              from {rows} r left join projects_awardpayment p on r._exists and p.id = r._target
             where r.amount_yuan is not null
        ), asked as (
            select household_id, scheme_id, year, sum(yuan) - sum(before) as more from mine group by 1, 2, 3
        ), known as (
            select a.*, s.cap_yuan, a.more + coalesce((
                select sum(p.amount_yuan) from projects_awardpayment p
                 where p.household_id = a.household_id and p.scheme_id = a.scheme_id and p.withdrawn_at is null
                   and extract(year from p.checked_on) = a.year), 0) as total
              from asked a join projects_awardscheme s on s.id = a.scheme_id and s.cap_yuan is not null where a.more > 0
        )
        select m._row, k.cap_yuan, k.total, k.year from mine m
          join known k on k.household_id = m.household_id and k.scheme_id = m.scheme_id and k.year = m.year
         where k.total > k.cap_yuan and m.yuan > m.before"""
    return [Fault(row, "amount_yuan", above_the_cap(*said)) for row, *said in batch.fetch(sql)]


CHECKS: tuple[Any, ...] = (place_and_term, above_the_rule, above_the_caps)
