"""What a contract of a collective owes up to a day (4.4): due once a year on the same day, against what came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from bangfu.kernel import dates
from bangfu.kernel.money import show_yuan

#: how often the yearly sum fell due up to the day %(on)s: over `c`
_TIMES = """CASE WHEN c.first_due_on > %(on)s::date THEN 0
    ELSE extract(year FROM age(least(%(on)s::date, c.to_on), c.first_due_on))::integer + 1 END"""
#: contracts with what was due, what came, since when something is missing
ROWS = f"""SELECT c.id, c.village_id, due.yuan AS due, came.yuan AS came,
        CASE WHEN came.yuan < due.yuan THEN (c.first_due_on
            + make_interval(years => floor(came.yuan / nullif(c.yearly_yuan, 0))::integer))::date END AS since
    FROM industry_collectivecontract c,
    LATERAL (SELECT c.yearly_yuan * ({_TIMES}) AS yuan) due,
    LATERAL (SELECT coalesce(sum(r.amount_yuan), 0) AS yuan FROM industry_contractreceipt r
        WHERE r.contract_id = c.id AND r.withdrawn_at IS NULL AND r.received_on <= %(on)s) came
    WHERE c.withdrawn_at IS NULL"""  # noqa: S608


@dataclass(frozen=True)
class Standing:
    due: Decimal
    came: Decimal
    since: date | None

    @property
    def lacking(self) -> Decimal:
        return max(self.due - self.came, Decimal(0))

    @property
    def words(self) -> str:
        return f"{self.since} 起应收的款没有收齐，还差 {show_yuan(self.lacking)} 元" if self.since else ""


def of(contract: int, on: date | None = None) -> Standing | None:
    """None for a withdrawn contract."""
    with connection.cursor() as cursor:
        cursor.execute(f"{ROWS} AND c.id = %(id)s", {"on": on or dates.today(), "id": contract})
        row: Any = cursor.fetchone()
    return Standing(*row[2:]) if row else None
