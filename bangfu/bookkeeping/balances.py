"""Balances at any date, and what moved: sums by set over the postings, never by a walk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Sum

from bangfu.bookkeeping.models import Account, Posting
from bangfu.divisions.scope import Scope


@dataclass(frozen=True)
class Turnover:
    """A group of accounts: what came in, what went out, and what is left by the kept balances; all in fen."""

    group: tuple[Any, ...]
    in_fen: int
    out_fen: int
    left_fen: int

    @property
    def agrees(self) -> bool:
        return self.in_fen - self.out_fen == self.left_fen


def balance(key: str, on: date | None = None) -> int:
    """Of one account, after that day (default: now). An account that is not there has nothing."""
    if on is None:
        return Account.objects.filter(key=key).values_list("balance_fen", flat=True).first() or 0
    rows = Posting.objects.filter(account__key=key, happened_on__lte=on)
    return rows.aggregate(fen=Sum("fen"))["fen"] or 0


_GROUPS = {"kind": "a.kind", "category": "a.category", "year": "a.year", "division": "a.division_id", "book": "a.book"}
#: came in and went out are summed up from the postings until the day; what is left comes from the kept balances less
#: what was posted later: two ways to the same figure, so that a difference shows. Postings are summed up by group, not
#: first by account: that way the processes share the work instead of each doing all of it
_TURNOVER = """
SELECT {names}, sum(in_fen)::bigint, sum(out_fen)::bigint, sum(left_fen)::bigint FROM (
    SELECT {groups}, 0 AS in_fen, 0 AS out_fen, sum(a.balance_fen) AS left_fen
    FROM bookkeeping_account a WHERE {where} GROUP BY {groups}
    UNION ALL
    SELECT {groups}, coalesce(sum(p.fen) FILTER (WHERE p.happened_on <= %(day)s AND p.fen > 0), 0),
           coalesce(-sum(p.fen) FILTER (WHERE p.happened_on <= %(day)s AND p.fen < 0), 0),
           coalesce(-sum(p.fen) FILTER (WHERE p.happened_on > %(day)s), 0)
    FROM bookkeeping_account a JOIN bookkeeping_posting p ON p.account_id = a.id WHERE {where} GROUP BY {groups}
) moved ({names}, in_fen, out_fen, left_fen)
GROUP BY {names} ORDER BY {names}
"""


def turnovers(
    by: Sequence[str], on: date, *, kinds: Sequence[str] = (), years: Sequence[int] = (), scope: Scope | None = None
) -> list[Turnover]:
    """Groups of accounts with what moved until the end of that day. `scope` narrows to accounts of these divisions."""
    groups, names = ", ".join(_GROUPS[name] for name in by), ", ".join(by)
    where, params = _where(kinds, years, scope)
    with connection.cursor() as cursor:
        cursor.execute(_TURNOVER.format(groups=groups, names=names, where=where), {"day": on, **params})
        return [Turnover(tuple(row[:-3]), *map(int, row[-3:])) for row in cursor.fetchall()]


def _where(kinds: Sequence[str], years: Sequence[int], scope: Scope | None) -> tuple[str, dict[str, Any]]:
    conditions: list[str] = ["true"]
    params: dict[str, Any] = {}
    if kinds:
        conditions.append("a.kind = ANY (%(kinds)s)")
        params["kinds"] = list(kinds)
    if years:
        conditions.append("a.year = ANY (%(years)s)")
        params["years"] = list(years)
    if scope is not None:
        ranges = []
        for number, (low, high) in enumerate(scope.ranges):
            ranges.append(f"a.division_id BETWEEN %(low{number})s AND %(high{number})s")
            params |= {f"low{number}": low, f"high{number}": high}
        conditions.append(f"({' OR '.join(ranges) or 'false'})")
    return " AND ".join(conditions), params


def moved_by_day(kind: str, year: int, on: date, scope: Scope) -> list[tuple[date, int]]:
    """Net fen by which accounts of the kind and year grew on each day until `on`."""
    where, params = _where([kind], [year], scope)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.happened_on, sum(p.fen)::bigint FROM bookkeeping_account a"  # noqa: S608 (constants)
            " JOIN bookkeeping_posting p ON p.account_id = a.id AND p.happened_on <= %(day)s"
            f" WHERE {where} GROUP BY p.happened_on ORDER BY p.happened_on",
            {"day": on, **params},
        )
        return [(day, int(fen)) for day, fen in cursor.fetchall()]
