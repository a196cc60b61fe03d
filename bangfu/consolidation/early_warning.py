"""规模性返贫预警 (1.1): where clues or new cases are more this month than chance explains, against the place's own past and
against its neighbours. Counted from clues and cases whenever it is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from bangfu.consolidation.control_chart import chance_of_at_least
from bangfu.divisions.models import Division
from bangfu.kernel import codes
from bangfu.kernel.codes import SPANS, Level
from bangfu.kernel.periods import add_months
from bangfu.lawbook import parameters
from bangfu.people.codes import choices

#: half a case more, so that a place that never had one has an expectation too
_HALF = 0.5
_REASONS = 3


class Colour(StrEnum):
    RED = "red"
    ORANGE = "orange"
    NONE = "none"


@dataclass(frozen=True)
class Limits:
    months: int
    orange: float
    red: float
    least: int

    @classmethod
    def on(cls, day: date, county: int) -> Limits:
        def value(code: str) -> int:
            return int(parameters.value(code, day, county))

        per_mille = 1000
        orange, red = (value(f"warning_{colour}_per_mille") / per_mille for colour in ("orange", "red"))
        return cls(value("warning_months"), orange, red, value("warning_least"))


@dataclass(frozen=True)
class Rise:
    """One figure of a place: this month, usual by its own past and by its neighbours, how likely that is chance."""

    title: str
    count: int
    usual: float
    nearby: float
    by_past: float
    by_neighbours: float
    past: tuple[int, ...]

    def colour(self, limits: Limits) -> Colour:
        """Red when both speak against chance, orange when one does."""
        if self.count < limits.least:
            return Colour.NONE
        if max(self.by_past, self.by_neighbours) < limits.red:
            return Colour.RED
        return Colour.ORANGE if min(self.by_past, self.by_neighbours) < limits.orange else Colour.NONE


@dataclass(frozen=True)
class Line:
    place: Division
    clues: Rise
    cases: Rise
    colour: Colour
    #: (risk, clues of this month with it), the commonest first
    risks: tuple[tuple[str, int], ...]

    @property
    def rises(self) -> tuple[Rise, Rise]:
        return self.clues, self.cases


_COUNT = """
    SELECT {column} / %(span)s * %(span)s AS place,
        (date_part('year', {day}) * 12 + date_part('month', {day}))::int - %(first)s AS month, count(*)
    FROM {table} WHERE {column} BETWEEN %(low)s AND %(high)s AND {day} >= %(since)s AND {day} <= %(day)s
        AND withdrawn_at IS NULL GROUP BY 1, 2"""
_RISKS = """
    SELECT c.village_id / %(span)s * %(span)s, risk, count(*) FROM consolidation_clue c, unnest(c.risks) risk
    WHERE c.village_id BETWEEN %(low)s AND %(high)s AND c.received_on BETWEEN %(since)s AND %(day)s
        AND c.withdrawn_at IS NULL GROUP BY 1, 2"""
_HOMES = """
    SELECT village_id / %(span)s * %(span)s, count(*) FROM people_household
    WHERE village_id BETWEEN %(low)s AND %(high)s AND withdrawn_at IS NULL GROUP BY 1"""


def board(place: int, day: date) -> list[Line]:
    """The places below (towns of a county, villages of a town), those that rise most first. Six queries."""
    level = Level.TOWN if codes.level_of(place) < Level.TOWN else Level.VILLAGE
    limits = Limits.on(day, place // SPANS[Level.COUNTY] * SPANS[Level.COUNTY])
    low, high = codes.bounds(place)
    this = day.replace(day=1)
    since = add_months(this, -limits.months)
    given = {"span": SPANS[level], "low": low, "high": high, "since": since, "day": day}
    homes = dict(_fetch(_HOMES, given))
    places = sorted(homes)
    known = Division.objects.in_bulk(places)
    first = since.year * 12 + since.month
    clues, cases = (
        _table(places, limits.months + 1, _fetch(_COUNT.format(**names), given | {"first": first}))
        for names in (
            {"table": "consolidation_clue", "column": "village_id", "day": "received_on"},
            {"table": "consolidation_case", "column": "village_id", "day": "opened_on"},
        )
    )
    sizes = np.array([homes[code] for code in places], dtype=np.float64)
    risks: dict[int, Counter[str]] = {}
    for code, risk, count in _fetch(_RISKS, given | {"since": this}):
        risks.setdefault(code, Counter())[risk] = count
    part = _part_of_month(day)
    rises = zip(_rises("线索", clues, sizes, part), _rises("新立案", cases, sizes, part), strict=True)
    lines = [
        _line(known[code], *both, limits, risks.get(code, Counter()))
        for code, both in zip(places, rises, strict=True)
        if code in known
    ]
    order = list(Colour)
    return sorted(lines, key=lambda line: (order.index(line.colour), -line.clues.count, line.place.pk))


def _fetch(sql: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def _table(places: list[int], months: int, rows: list[tuple[int, int, int]]) -> NDArray[np.int64]:
    found = np.zeros((len(places), months), dtype=np.int64)
    index = {code: row for row, code in enumerate(places)}
    for code, month, count in rows:
        if code in index:  # a place without households has none to fall back
            found[index[code], month] = count
    return found


def _part_of_month(day: date) -> float:
    """How much of the month has gone: what is usual for a month isn't for its first days."""
    following = add_months(day.replace(day=1), 1)
    return day.day / (following - timedelta(days=1)).day


def _rises(title: str, counts: NDArray[np.int64], sizes: NDArray[np.float64], part: float) -> Iterator[Rise]:
    past, now = counts[:, :-1], counts[:, -1]
    usual = (past.sum(axis=1) + _HALF) / max(1, past.shape[1]) * part
    others, elsewhere = now.sum() - now, sizes.sum() - sizes
    nearby = np.where(elsewhere > 0, (others + _HALF) / np.maximum(elsewhere, 1) * sizes, usual)
    for row, count in enumerate(now.tolist()):
        own, near = float(usual[row]), float(nearby[row])
        yield Rise(
            title, count, own, near, chance_of_at_least(count, own), chance_of_at_least(count, near),
            tuple(past[row].tolist()),
        )  # fmt: skip


def _line(place: Division, clues: Rise, cases: Rise, limits: Limits, risks: Counter[str]) -> Line:
    words = {str(value): label for value, label in choices("risk_type")}
    colours = (clues.colour(limits), cases.colour(limits))
    worst = min(colours, key=list(Colour).index)
    return Line(place, clues, cases, worst, tuple((words.get(r, r), n) for r, n in risks.most_common(_REASONS)))
