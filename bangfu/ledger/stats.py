"""Figures of a ledger, each opening to its rows; nothing is typed, everything is counted from rows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Aggregate, Count, Q, Sum

from bangfu.accounts.actor import Actor
from bangfu.kernel.money import show_number
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.fields import EMPTY, shown
from bangfu.ledger.filters import Selection, stat_rows


@dataclass(frozen=True)
class Column:
    """One column of the table: its stat, and for `by` the value it counts."""

    key: str
    stat: Stat | None
    title: str
    query: str  # what narrows the list to the rows behind the figure
    value: Any = None


@dataclass(frozen=True)
class Figure:
    text: str
    unit: str
    url: str
    title: str
    note: str


def columns(ledger: Ledger) -> list[Column]:
    found = [Column("rows", None, "条数", "")]
    for number, stat in enumerate(ledger.stats):
        if stat.by:
            for value, label in shown(ledger, stat.by).choices.items():
                found.append(Column(f"s{number}_{len(found)}", stat, str(label), urlencode({stat.by: value}), value))
        else:
            found.append(Column(f"s{number}", stat, stat.title, urlencode({"stat": number})))
    return found


def aggregates(all_columns: list[Column]) -> dict[str, Aggregate]:
    """Counts and sums alone: the amounts of parts add up to that of the whole."""
    asked: dict[str, Aggregate] = {}
    for column in all_columns:
        stat = column.stat
        if stat is None:
            asked[column.key] = Count("pk")
        elif stat.by:
            asked[column.key] = Count("pk", filter=Q(**{stat.by: column.value}))
        elif stat.total:
            asked[column.key] = Sum(stat.total, filter=stat_rows(stat, "where") or None)
        else:
            asked[column.key] = Count("pk", filter=stat_rows(stat, "where"))
            if stat.over is not None:
                asked[f"{column.key}_over"] = Count("pk", filter=stat.over)
    return asked


def figure(ledger: Ledger, column: Column, row: dict[str, Any], base: str) -> Figure:
    value, stat = row.get(column.key), column.stat
    url = f"{ledger.url()}?{'&'.join(filter(None, (base, column.query)))}"
    if stat and stat.over is not None and not stat.by:
        over = row.get(f"{column.key}_over") or 0
        if not over:
            return Figure(EMPTY, "", url, column.title, "没有可算的记录")
        percent = (Decimal(100 * (value or 0)) / over).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return Figure(f"{percent}", "%", url, column.title, f"{value} ÷ {over}")
    is_money = "元" in (stat.unit if stat else "")
    text = show_number(value) if isinstance(value, Decimal) and not is_money else f"{value or 0}"
    return Figure(text, stat.unit if stat else "", url, column.title, "")


def top(actor: Actor, ledger: Ledger) -> int:
    """The division a table or map starts from: the one of a single grant, else the province."""
    places = {grant.division_id for grant in actor.grants if grant.division_id and grant.role in ledger.readers()}
    return places.pop() if len(places) == 1 else settings.PROVINCE


def summary(ledger: Ledger, selection: Selection, base: str) -> list[Figure]:
    """The strip above a list: at most five figures of the same rows, in one query."""
    chosen = [c for c in columns(ledger) if not (c.stat and c.stat.by)][:5]
    row = selection.queryset.order_by().aggregate(**aggregates(chosen))
    return [figure(ledger, column, row, base) for column in chosen]
