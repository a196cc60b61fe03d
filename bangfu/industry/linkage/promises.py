"""Promised against paid of a linkage agreement (4.1): one rule, for one row and as SQL for lists and figures.

A year's promise falls due when the year of the agreement is full; what an agreement has left at its end is due by months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from bangfu.kernel import dates

#: whole months of the agreement that have passed on the day %(on)s: over `l`
_MONTHS = """(SELECT extract(year FROM a) * 12 + extract(month FROM a)
    FROM age(least(%(on)s::date, l.to_on + 1), l.from_on) a)"""
#: yuan that are due on the day
DUE = f"""round(CASE WHEN %(on)s::date <= l.from_on THEN 0
    WHEN %(on)s::date > l.to_on THEN l.promised_yuan * {_MONTHS} / 12
    ELSE l.promised_yuan * floor({_MONTHS} / 12) END, 2)"""
#: yuan that were paid up to the day, and the last day of payment
PAID = """LATERAL (SELECT coalesce(sum(p.amount_yuan), 0) AS yuan, max(p.paid_on) AS last_on
    FROM industry_linkagepayment p WHERE p.linkage_id = l.id AND p.withdrawn_at IS NULL AND p.paid_on <= %(on)s)"""

#: the day from which something is lacking: the first year that is not paid, or the end
SINCE = f"""CASE WHEN paid.yuan < {DUE} THEN least(l.to_on + 1,
    (l.from_on + make_interval(years => floor(paid.yuan / nullif(l.promised_yuan, 0))::integer + 1))::date) END"""


@dataclass(frozen=True)
class Standing:
    on: date
    due: Decimal
    paid: Decimal
    last_on: date | None
    since: date | None

    @property
    def lacking(self) -> Decimal:
        return max(self.due - self.paid, Decimal(0))

    @property
    def words(self) -> str:
        return f"从 {self.since} 起没有兑现完。每满一个协议年，应兑现当年的承诺金额；协议结束时按月结清。"


def of(linkage: Any, on: date | None = None) -> Standing:
    day = on or dates.today()
    sql = (
        f"SELECT {DUE}, paid.yuan, paid.last_on, {SINCE} FROM industry_farmerlinkage l, {PAID} paid WHERE l.id = %(id)s"  # noqa: S608
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"on": day, "id": linkage.pk})
        row: Any = cursor.fetchone()
    return Standing(day, *row)
