"""Periods of the calendar, and the two income periods: full months before a day, and October–September."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """Whole months, both ends included."""

    first: date
    last: date
    label: str

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return self.label

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


class Cycle(StrEnum):
    """Periods that follow each other without a gap; `of(day)` is the one that holds the day."""

    YEAR = "year"
    HALF_YEAR = "half_year"
    QUARTER = "quarter"
    MONTH = "month"

    @property
    def months(self) -> int:
        return _MONTHS[self]

    def of(self, day: date) -> Period:
        start = _number(day) // self.months * self.months
        label = self._label(start // 12, start % 12 // self.months + 1)
        return Period(_first(start), _first(start + self.months) - timedelta(days=1), label)

    def after(self, period: Period) -> Period:
        return self.of(period.last + timedelta(days=1))

    def before(self, period: Period) -> Period:
        return self.of(period.first - timedelta(days=1))

    def within(self, outer: Period) -> list[Period]:
        """The periods that lie wholly or partly in `outer`, in order: the quarters of a year."""
        found = [self.of(outer.first)]
        while found[-1].last < outer.last:
            found.append(self.after(found[-1]))
        return found

    def _label(self, year: int, number: int) -> str:
        match self:
            case Cycle.YEAR:
                return f"{year}年"
            case Cycle.HALF_YEAR:
                return f"{year}年{'上下'[number - 1]}半年"
            case Cycle.QUARTER:
                return f"{year}年第{'一二三四'[number - 1]}季度"
            case Cycle.MONTH:
                return f"{year}年{number}月"


_MONTHS = {Cycle.YEAR: 12, Cycle.HALF_YEAR: 6, Cycle.QUARTER: 3, Cycle.MONTH: 1}


def year(number: int) -> Period:
    return Cycle.YEAR.of(date(number, 1, 1))


def half_year(of_year: int, half: int) -> Period:
    return Cycle.HALF_YEAR.of(date(of_year, 6 * half, 1))


def quarter(of_year: int, number: int) -> Period:
    return Cycle.QUARTER.of(date(of_year, 3 * number, 1))


def month(of_year: int, number: int) -> Period:
    return Cycle.MONTH.of(date(of_year, number, 1))


def full_months_before(day: date, count: int = 12) -> Period:
    """The full months ending the month before `day`: 2021-06-20 → 2020-06-01 … 2021-05-31."""
    end = _number(day)
    return _span(end - count, end)


def collection_year(number: int, first_month: int = 10) -> Period:
    """Twelve months that end in the year: 2023 → 2022-10-01 … 2023-09-30, as household income is collected."""
    end = number * 12 + first_month - 1
    return _span(end - 12, end, f"{number}年度")


def collection_year_of(day: date, first_month: int = 10) -> Period:
    return collection_year(day.year + (day.month >= first_month), first_month)


def add_months(day: date, months: int) -> date:
    """The same day so many months later (or earlier); the last day of a shorter month: 01-31 + 1 → 02-28."""
    number = _number(day) + months
    return min(_first(number) + timedelta(days=day.day - 1), _first(number + 1) - timedelta(days=1))


def _span(start: int, end: int, label: str = "") -> Period:
    first, last = _first(start), _first(end) - timedelta(days=1)
    months = f"{first.year}年{first.month}月至{last.year}年{last.month}月"
    return Period(first, last, f"{label}（{months}）" if label else months)


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
