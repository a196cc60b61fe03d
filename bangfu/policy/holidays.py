"""The State Council's yearly holiday arrangements: guideline/holidays/*.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from bangfu.kernel.workdays import Holidays
from bangfu.policy import source
from bangfu.policy.parameter import Mark
from bangfu.policy.source import Entry


@dataclass(frozen=True)
class Day:
    """A day that differs from its place in the week, or is a named holiday on a weekend."""

    day: date
    is_workday: bool
    name: str


@dataclass(frozen=True)
class Arrangement:
    year: int
    title: str
    document_no: str
    mark: Mark
    days: tuple[Day, ...]


@cache
def arrangements(root: Path = source.ROOT) -> tuple[Arrangement, ...]:
    """All years on file, oldest first. Errors: PolicyError."""
    found = [_arrangement(source.read(file)) for file in sorted((root / "holidays").glob("*.yaml"))]
    return tuple(sorted(found, key=lambda arrangement: arrangement.year))


@cache
def table(root: Path = source.ROOT) -> Holidays:
    exceptions = {item.day: item.is_workday for arrangement in arrangements(root) for item in arrangement.days}
    return Holidays(exceptions, frozenset(arrangement.year for arrangement in arrangements(root)))


def _arrangement(entry: Entry) -> Arrangement:
    entry.only("year", "title", "document", "mark", "rest", "work")
    year = entry.integer("year")
    days = [day for item in entry.entries("rest") for day in _rest(item)]
    days += [Day(day, True, "调休上班") for day in entry.days("work")]
    for item in days:
        if abs(item.day.year - year) > 1 or [other.day for other in days].count(item.day) > 1:
            raise entry.fault("rest", f"{item.day} 不属于 {year} 年，或出现两次")
    ordered = tuple(sorted(days, key=lambda item: item.day))
    return Arrangement(year, entry.text("title"), entry.text("document"), entry.one_of("mark", Mark, Mark), ordered)


def _rest(entry: Entry) -> list[Day]:
    entry.only("name", "first", "last")
    first, last = entry.set_day("first"), entry.set_day("last")
    if not 0 <= (last - first).days < 15:
        raise entry.fault("last", "早于 first，或假期长于 15 天")
    name = entry.text("name")
    return [Day(first + timedelta(days=n), False, name) for n in range((last - first).days + 1)]
