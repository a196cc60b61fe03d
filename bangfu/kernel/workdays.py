"""Working days over a table of exceptions: rest days in the week, and weekend days that are worked (调休)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

_ONE = timedelta(days=1)


@dataclass(frozen=True)
class Holidays:
    """`exceptions`: day → is it worked. `years`: those whose arrangement is in the table.

    A year that the State Council has not arranged yet counts Monday–Friday, so that a clock can start in December;
    `knows` tells whether the result may still move.
    """

    exceptions: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def knows(self, day: date) -> bool:
        return day.year in self.years


def is_workday(day: date, holidays: Holidays) -> bool:
    return holidays.exceptions.get(day, day.weekday() < 5)


def add(day: date, count: int, holidays: Holidays) -> date:
    """The last day of a term of `count` working days; the day it starts on is not counted. Negative: backwards.

    0 is the day itself, worked or not.
    """
    step, left = (_ONE, count) if count >= 0 else (-_ONE, -count)
    while left:
        day += step
        left -= is_workday(day, holidays)
    return day


def next_workday(day: date, holidays: Holidays) -> date:
    """The day itself when worked; else the first worked day after it (where a term in calendar days then ends)."""
    while not is_workday(day, holidays):
        day += _ONE
    return day


def count(first: date, last: date, holidays: Holidays) -> int:
    """Working days from `first` to `last`, both included; 0 when `last` is earlier."""
    days = ((first + _ONE * offset) for offset in range((last - first).days + 1))
    return sum(is_workday(day, holidays) for day in days)
