"""规模性返贫预警 (1.1): where clues or new cases are more in a month than chance explains, against the place's own past and
against its neighbours. Counted from clues and cases; warning_levels.py keeps what came of each month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import connection, models
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
_ABOVE = {Level.COUNTY: Level.CITY, Level.TOWN: Level.COUNTY, Level.VILLAGE: Level.TOWN}


class Colour(models.TextChoices):
    """From the worst down."""

    RED = "red", "红"
    ORANGE = "orange", "橙"
    YELLOW = "yellow", "黄"
    NONE = "none", "正常"
    UNKNOWN = "unknown", "数据不足"


#: how the word of a colour is painted
TONES = {Colour.RED: "bad", Colour.ORANGE: "warn", Colour.YELLOW: "note", Colour.NONE: "ok", Colour.UNKNOWN: "muted"}
RANK = {colour: rank for rank, colour in enumerate(Colour)}


@dataclass(frozen=True)
class Limits:
    """`months` to compare with, none told before `fewest` of them are known; chances below which a colour begins."""

    months: int
    fewest: int
    yellow: float
    orange: float
    red: float
    least: int

    @classmethod
    def on(cls, day: date, county: int, known: parameters.Snapshot) -> Limits:
        def value(code: str) -> int:
            return int(known.at(code, day, county).value)

        per_mille = 1000
        yellow, orange, red = (
            value(f"warning_{colour}_per_mille") / per_mille for colour in ("yellow", "orange", "red")
        )
        return cls(value("warning_months"), value("warning_fewest_months"), yellow, orange, red, value("warning_least"))


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
        """Red when both speak against chance, orange when one does, yellow when one nearly does."""
        if self.count < limits.least:
            return Colour.NONE
        if max(self.by_past, self.by_neighbours) < limits.red:
            return Colour.RED
        likely = min(self.by_past, self.by_neighbours)
        if likely < limits.orange:
            return Colour.ORANGE
        return Colour.YELLOW if likely < limits.yellow else Colour.NONE


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

    @property
    def ground(self) -> str:
        """Why, in one sentence: what is kept with a level and a response."""
        told = [
            f"{rise.title} {rise.count}，按自己过去约 {rise.usual:.1f}，按周边约 {rise.nearby:.1f}"
            for rise in self.rises
            if rise.count
        ]
        return "；".join([*told, *(f"{risk} {count}" for risk, count in self.risks)])


_COUNT = """
    SELECT '{table}', village_id / %(span)s * %(span)s AS place,
        (date_part('year', {day}) * 12 + date_part('month', {day}))::int - %(first)s AS month, count(*)
    FROM {table} WHERE village_id BETWEEN %(low)s AND %(high)s AND {day} >= %(since)s AND {day} <= %(day)s
        AND withdrawn_at IS NULL GROUP BY 2, 3"""
#: table → the day by which its rows are counted
_TABLES = {"consolidation_clue": "received_on", "consolidation_case": "opened_on"}
_COUNTS = " UNION ALL ".join(_COUNT.format(table=table, day=day) for table, day in _TABLES.items())
_RISKS = """
    SELECT c.village_id / %(span)s * %(span)s, risk, count(*) FROM consolidation_clue c, unnest(c.risks) risk
    WHERE c.village_id BETWEEN %(low)s AND %(high)s AND c.received_on BETWEEN %(this)s AND %(day)s
        AND c.withdrawn_at IS NULL GROUP BY 1, 2"""
_HOMES = """
    SELECT village_id / %(span)s * %(span)s, count(*) FROM people_household
    WHERE village_id BETWEEN %(low)s AND %(high)s AND withdrawn_at IS NULL GROUP BY 1"""
_BEGAN = """
    SELECT village_id / %(county)s * %(county)s, min(received_on) FROM consolidation_clue
    WHERE village_id BETWEEN %(low)s AND %(high)s AND received_on <= %(day)s AND withdrawn_at IS NULL GROUP BY 1"""


def county_of(code: int) -> int:
    """Of a city without counties the city itself."""
    return code // SPANS[Level.COUNTY] * SPANS[Level.COUNTY]


def board(place: int, day: date) -> list[Line]:
    """The places below (towns of a county, villages of a town), those that rise most first."""
    level = Level.TOWN if codes.level_of(place) < Level.TOWN else Level.VILLAGE
    return sorted(assess(place, level, day), key=lambda line: (RANK[line.colour], -line.clues.count, line.place.pk))


def assess(place: int, level: Level, day: date) -> list[Line]:
    """Each place of that level in `place`, beside the others of its own county (town, city). Seven queries."""
    low, high = codes.bounds(place)
    this = day.replace(day=1)
    given = {"span": SPANS[level], "low": low, "high": high, "this": this, "day": day}
    homes = dict(_fetch(_HOMES, given))
    places = sorted(homes)
    known = Division.objects.in_bulk(places)
    snapshot = parameters.Snapshot.take()
    limits = {code: Limits.on(day, code, snapshot) for code in {county_of(code) for code in places}}
    months = max((one.months for one in limits.values()), default=0)
    given["since"] = since = add_months(this, -months)
    began = _began(place, day)
    given["first"] = since.year * 12 + since.month
    seen = np.array([min(months, _between(began.get(county_of(code)), this)) for code in places], dtype=np.int64)
    sizes = np.array([homes[code] for code in places], dtype=np.float64)
    _, groups = np.unique(np.array(places, dtype=np.int64) // SPANS[_ABOVE[level]], return_inverse=True)
    group = _Group(sizes, groups, seen, _part_of_month(day))
    counted = _fetch(_COUNTS, given)
    clues, cases = (_table(places, months + 1, [row[1:] for row in counted if row[0] == name]) for name in _TABLES)
    risks = _risks(given)
    rises = zip(group.rises("线索", clues), group.rises("新立案", cases), strict=True)
    return [
        _line(known[code], *both, limits[county_of(code)], int(months_seen), risks.get(code, {}))
        for code, both, months_seen in zip(places, rises, seen, strict=True)
        if code in known
    ]


def _began(place: int, day: date) -> dict[int, date]:
    """County → its first clue: before it nothing was counted, which is not the same as nothing happened."""
    low, high = codes.bounds(place if codes.level_of(place) < Level.COUNTY else county_of(place))
    return dict(_fetch(_BEGAN, {"county": SPANS[Level.COUNTY], "low": low, "high": high, "day": day}))


def _between(first: date | None, month: date) -> int:
    return (month.year - first.year) * 12 + month.month - first.month if first else 0


def _fetch(sql: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def _risks(given: Mapping[str, Any]) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = {}
    for code, risk, count in _fetch(_RISKS, given):
        found.setdefault(code, Counter())[risk] = count
    return found


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


@dataclass(frozen=True)
class _Group:
    """Places with their households, whose neighbours they are, how many months before are known, and the part of this one."""

    sizes: NDArray[np.float64]
    groups: NDArray[np.intp]
    seen: NDArray[np.int64]
    part: float

    def rises(self, title: str, counts: NDArray[np.int64]) -> Iterator[Rise]:
        past, now = counts[:, :-1], counts[:, -1]
        usual = (past.sum(axis=1) + _HALF) / np.maximum(1, self.seen) * self.part
        others, elsewhere = self._others(now.astype(np.float64)), self._others(self.sizes)
        nearby = np.where(elsewhere > 0, (others + _HALF) / np.maximum(elsewhere, 1) * self.sizes, usual)
        for row, count in enumerate(now.tolist()):
            own, near, first = float(usual[row]), float(nearby[row]), past.shape[1] - int(self.seen[row])
            yield Rise(
                title, count, own, near, chance_of_at_least(count, own), chance_of_at_least(count, near),
                tuple(past[row, first:].tolist()),
            )  # fmt: skip

    def _others(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the neighbours of each have together."""
        return np.bincount(self.groups, values)[self.groups] - values


def _line(place: Division, clues: Rise, cases: Rise, limits: Limits, seen: int, risks: Mapping[str, int]) -> Line:
    words = {str(value): label for value, label in choices("risk_type")}
    worst = min((clues.colour(limits), cases.colour(limits)), key=RANK.__getitem__)
    colour = worst if seen >= limits.fewest else Colour.UNKNOWN
    most = Counter(risks).most_common(_REASONS)
    return Line(place, clues, cases, colour, tuple((words.get(risk, risk), count) for risk, count in most))
