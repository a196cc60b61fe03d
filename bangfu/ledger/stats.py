"""Figures of a ledger by division, each opening to its rows; nothing is typed, everything is counted from rows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, F, Q, Sum

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division
from bangfu.kernel import codes
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


@dataclass(frozen=True)
class Line:
    name: str
    code: int
    url: str  # the same table one level down; empty at the last level
    figures: list[Figure]


def columns(ledger: Ledger) -> list[Column]:
    found = [Column("rows", None, "条数", "")]
    for number, stat in enumerate(ledger.stats):
        if stat.by:
            for value, label in shown(ledger, stat.by).choices.items():
                found.append(Column(f"s{number}_{len(found)}", stat, str(label), urlencode({stat.by: value}), value))
        else:
            found.append(Column(f"s{number}", stat, stat.title, urlencode({"stat": number})))
    return found


def _aggregates(all_columns: list[Column]) -> dict[str, Any]:
    asked: dict[str, Any] = {}
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


def _figure(ledger: Ledger, column: Column, row: dict[str, Any], base: str) -> Figure:
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
    row = selection.queryset.order_by().aggregate(**_aggregates(chosen))
    return [_figure(ledger, column, row, base) for column in chosen]


def by_division(ledger: Ledger, selection: Selection, place: Division | None, base: dict[str, str]) -> list[Line]:
    """One line per division below the place, and a last line for all; two queries."""
    all_columns = columns(ledger)
    children = {d.code: d for d in Division.objects.filter(parent=place, valid_to=None)}
    if not children:
        return [_total(ledger, selection, all_columns, base)]
    width = min(codes.span(code) for code in children)
    child = F(shown(ledger, ledger.scope).field.attname) / width * width
    rows = selection.queryset.order_by().annotate(child=child).values("child").annotate(**_aggregates(all_columns))
    found = {row["child"]: row for row in rows}
    scope, lines = selection.actor.scope(Act.READ, ledger.readers()), []
    for code, division in children.items():
        here = urlencode(base | {"place": str(code)})
        figures = [_figure(ledger, column, found.get(code, {}), here) for column in all_columns]
        further = f"{ledger.url('stats')}?{here}" if division.level < codes.Level.VILLAGE else ""
        if code in found or code in scope:
            lines.append(Line(division.name, code, further, figures))
    return [*lines, _total(ledger, selection, all_columns, base)]


def _total(ledger: Ledger, selection: Selection, all_columns: list[Column], base: dict[str, str]) -> Line:
    row = selection.queryset.order_by().aggregate(**_aggregates(all_columns))
    return Line("合计", 0, "", [_figure(ledger, column, row, urlencode(base)) for column in all_columns])
