"""What is left of a loan (4.3): granted, lent on top, paid back; a loan with nothing left gets its last day by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from bangfu.kernel import dates
from bangfu.lawbook import parameters
from bangfu.ledger.acts import Refused

#: yuan left of loan `l` after the day %(on)s
LEFT = """(l.amount_yuan + coalesce((SELECT sum(CASE m.kind WHEN 'add_on' THEN m.amount_yuan ELSE -m.amount_yuan END)
    FROM industry_loanmovement m WHERE m.loan_id = l.id AND m.withdrawn_at IS NULL AND m.moved_on <= %(on)s), 0))"""
_END = date(9999, 12, 31)
#: paid back by movements → the day of the last one; taken back again when a movement is withdrawn
_SETTLE = f"""UPDATE industry_loan l SET repaid_on = x.last_on, version = l.version + 1, updated_at = now() FROM (
        SELECT l.id, {LEFT} AS left_yuan, (SELECT max(m.moved_on) FROM industry_loanmovement m
            WHERE m.loan_id = l.id AND m.withdrawn_at IS NULL AND m.kind = 'repayment') AS last_on
        FROM industry_loan l WHERE l.id = ANY(%(loans)s)) x
    WHERE x.id = l.id AND x.left_yuan <= 0 AND l.repaid_on IS NULL"""  # noqa: S608 (constants)
_REOPEN = f"""UPDATE industry_loan l SET repaid_on = NULL, version = l.version + 1, updated_at = now()
    WHERE l.id = ANY(%(closed)s) AND l.repaid_on IS NOT NULL AND {LEFT} > 0"""  # noqa: S608 (constants)
_OVERPAID = f"SELECT l.id FROM industry_loan l WHERE l.id = ANY(%(loans)s) AND {LEFT} < 0"  # noqa: S608 (constants)
_CLOSED = f"SELECT l.id FROM industry_loan l WHERE l.id = ANY(%(loans)s) AND {LEFT} <= 0"  # noqa: S608 (constants)


def left(loan: int, on: date = _END, *, without: int | None = None) -> Decimal:
    """Yuan; `without`: a movement that is not counted."""
    sql = f"SELECT {LEFT} FROM industry_loan l WHERE l.id = %(loan)s"  # noqa: S608 (constants)
    one = (
        "SELECT CASE kind WHEN 'add_on' THEN amount_yuan ELSE -amount_yuan END FROM industry_loanmovement WHERE id = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"loan": loan, "on": on})
        found: Decimal = cursor.fetchall()[0][0]
        if without:
            cursor.execute(f"{one} AND withdrawn_at IS NULL AND loan_id = %s AND moved_on <= %s", [without, loan, on])
            found -= sum((row[0] for row in cursor.fetchall()), Decimal(0))
    return found


def shown(loan: Any) -> dict[str, Any]:
    """For its page: what is left, and what of a micro-loan is above the sum that the State supports."""
    owed = left(loan.pk) if loan.repaid_on is None else Decimal(0)
    above = Decimal(0)
    if owed and loan.product.kind == "micro":
        limit = Decimal(str(parameters.value("micro_loan_limit_yuan", loan.granted_on, loan.division_id)))
        above = max(owed - limit, Decimal(0))
    return {
        "left_yuan": owed,
        "above_yuan": above,
        "late_days": max((dates.today() - loan.ends_on).days, 0) if owed else 0,
    }


@contextmanager
def following(keys: list[int]) -> Iterator[None]:
    """Around a write of movements. Two at once that together pay back more than is owed: the second is told.

    Errors: Refused."""
    loans = _loans_of(keys)
    closed = _ask(_CLOSED, loans)
    yield
    loans |= _loans_of(keys)
    values: dict[str, Any] = {"loans": list(loans), "closed": list(closed), "on": _END}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM industry_loan WHERE id = ANY(%(loans)s) ORDER BY id FOR UPDATE", values)
        if _ask(_OVERPAID, loans):
            raise Refused("归还的比欠的多：刚刚有人登记了同一笔贷款的还款，请看一看再登记")
        cursor.execute(_REOPEN, values)
        cursor.execute(_SETTLE, values)


def _loans_of(keys: list[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT loan_id FROM industry_loanmovement WHERE id = ANY(%s)", [keys])
        return {row[0] for row in cursor.fetchall()}


def _ask(sql: str, loans: set[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"loans": list(loans), "on": _END})
        return {row[0] for row in cursor.fetchall()}
