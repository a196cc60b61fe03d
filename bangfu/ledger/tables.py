"""Figures of a ledger by division: counted from the rows at once, or for many rows from what is kept by village (cube.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet
from django.http import QueryDict

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes
from bangfu.ledger import cube
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import EMPTY, shown
from bangfu.ledger.filters import Selection
from bangfu.ledger.stats import Column, Figure, aggregates, columns, figure, top

#: rows in a place up to which they are counted anew with every look, and up to which a filter is counted while one waits
LIVE_ROWS, FILTERED_ROWS = 50_000, 500_000
MOST_BARS = 20  # of a picture that still fits a screen

Amounts = dict[str, Any]  # by the key of the aggregate


@dataclass(frozen=True)
class Line:
    name: str
    code: int
    url: str  # the same table one level down; empty at the last level
    figures: list[Figure]


@dataclass(frozen=True)
class Table:
    """One line per division below the place, and a last line for all."""

    lines: list[Line]
    as_of: datetime | None = None  # of kept figures; counted just now without
    is_too_wide: bool = False  # filtered rows of so large a place are not counted while somebody waits


@dataclass(frozen=True)
class Shown:
    """What the table and the map of a ledger show: the place, and the column that was chosen."""

    ledger: Ledger
    selection: Selection
    division: Division | None
    columns: list[Column]
    column: Column
    table: Table


def figures_by_place(actor: Actor, ledger: Ledger, params: QueryDict) -> Shown:
    place = Division.objects.filter(code=actor.place or top(actor, ledger)).first()
    selection = Selection(ledger, actor, params, place=place.pk if place and ledger.is_open else None)
    found = columns(ledger)
    chosen = next((column for column in found if column.key == params.get("column")), found[0])
    base = {name: str(value) for name, value in params.items() if name not in ("place", "column")}
    return Shown(ledger, selection, place, found, chosen, by_division(ledger, selection, place, base))


def by_division(ledger: Ledger, selection: Selection, place: Division | None, base: dict[str, str]) -> Table:
    """At most three queries."""
    children = {d.code: d for d in Division.objects.filter(parent=place, valid_to=None)}
    width = min(map(codes.span, children), default=1)
    kept = cube.of(ledger)
    found = _kept_amounts(kept, selection, place, width) if kept else {}
    most = FILTERED_ROWS if selection.active else LIVE_ROWS
    if not kept or sum(row["rows"] for row in found.values()) <= most:
        return Table(_lines(ledger, selection, place, children, _live_amounts(ledger, selection.queryset, width), base))
    if selection.active:
        return Table(_lines(ledger, selection, place, children, found, base, is_counted=False), is_too_wide=True)
    return Table(_lines(ledger, selection, place, children, found, base), as_of=kept.as_of)


def _kept_amounts(kept: cube.Kept, selection: Selection, place: Division | None, width: int) -> dict[int, Amounts]:
    scope = selection.ledger.reach(selection.actor)
    inside = scope.intersect(Scope.of([place.code])) if place else scope
    return _by_child(kept.rows.filter(inside.q("village")), "village", width, kept.sums)


def _live_amounts(ledger: Ledger, rows: QuerySet[Any], width: int) -> dict[int, Amounts]:
    asked = aggregates(columns(ledger))
    return _by_child(rows.order_by(), shown(ledger, ledger.scope).field.attname, width, asked)


def _by_child(rows: QuerySet[Any], village: str, width: int, asked: Mapping[str, Any]) -> dict[int, Amounts]:
    children = rows.annotate(child=F(village) / width * width).values("child").annotate(**asked)
    return {row["child"]: row for row in children}


def _lines(
    ledger: Ledger, selection: Selection, place: Division | None, children: dict[int, Division],
    found: dict[int, Amounts], base: dict[str, str], *, is_counted: bool = True,
) -> list[Line]:  # fmt: skip
    all_columns, scope = columns(ledger), selection.actor.scope(Act.READ, ledger.readers())
    lines = []
    for code, division in children.items():
        here = urlencode(base | {"place": str(code)})
        figures = _figures(ledger, all_columns, found.get(code, {}), here, is_counted)
        further = f"{ledger.url('stats')}?{here}" if division.level < codes.Level.VILLAGE else ""
        if code in found or code in scope:
            lines.append(Line(division.name, code, further, figures))
    # said always: a place that was opened before is remembered, and would narrow the rows of the total
    whole = str(place.code) if place and place.code in scope else ""
    total = _figures(ledger, all_columns, _added_up(found.values()), urlencode(base | {"place": whole}), is_counted)
    return [*lines, Line("合计", 0, "", total)]


def _figures(ledger: Ledger, all_columns: list[Column], row: Amounts, base: str, is_counted: bool) -> list[Figure]:
    found = [figure(ledger, column, row, base) for column in all_columns]
    return found if is_counted else [Figure(EMPTY, "", each.url, each.title, "打开名单") for each in found]


def _added_up(rows: Iterable[Amounts]) -> Amounts:
    total: Amounts = {}
    for row in rows:
        for key, amount in row.items():
            total[key] = total.get(key, 0) + (amount or 0)
    return total


def ranked(table: Table, chosen: int) -> list[tuple[Line, Figure]]:
    """The places of a table by one of its columns, the largest first, for a picture; none where there is nothing to compare."""
    told = [(line, line.figures[chosen]) for line in table.lines if line.code and line.figures[chosen].text != EMPTY]
    found = sorted(told, key=lambda each: -Decimal(each[1].text))[:MOST_BARS]
    return found if len(found) > 1 and Decimal(found[0][1].text) > 0 else []
