"""支出进度: what of a year's money is spent, day by day, and where it ends if it goes on like in the last days."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from bangfu.bookkeeping.balances import moved_by_day
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.funds import books, trial
from bangfu.kernel.money import from_fen, round_yuan
from bangfu.lawbook import parameters

_ZERO = Decimal(0)


@dataclass(frozen=True)
class Day:
    on: date
    paid: Decimal
    total: Decimal
    percent: Decimal


@dataclass(frozen=True)
class Progress:
    year: int
    on: date
    until: date
    came: Decimal
    spent: Decimal
    days: tuple[Day, ...]
    looked_at: int
    lately: Decimal

    @property
    def left(self) -> Decimal:
        return self.came - self.spent

    @property
    def percent(self) -> Decimal:
        return _percent(self.spent, self.came)

    @property
    def days_left(self) -> int:
        return max((self.until - self.on).days, 0)

    @property
    def a_day(self) -> Decimal:
        return round_yuan(self.lately / self.looked_at)

    @property
    def forecast(self) -> Decimal:
        """Spent by the deadline at the pace of the last days; never more than came."""
        return min(self.came, self.spent + self.lately * self.days_left / self.looked_at)

    @property
    def forecast_percent(self) -> Decimal:
        return _percent(self.forecast, self.came)

    @property
    def needed_a_day(self) -> Decimal:
        """To spend all of it in time."""
        return round_yuan(self.left / self.days_left) if self.days_left else self.left

    @property
    def ends_in_days(self) -> int | None:
        """After how many days all is spent at this pace; None at a standstill."""
        return (
            int((self.left * self.looked_at / self.lately).to_integral_value(ROUND_CEILING))
            if self.lately > 0
            else None
        )


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part * 100 / whole).quantize(Decimal("0.1")) if whole else _ZERO


def deadline(year: int, place: int) -> date:
    month = int(parameters.value("fund_spend_by_month", date(year, 1, 1), place))
    return date(year, month, calendar.monthrange(year, month)[1])


def of(place: Division, year: int, on: date) -> Progress:
    scope = Scope.of([place.pk])
    looked_at = int(parameters.value("fund_forecast_days", on, place.pk))
    came = trial.of(place, on, (year,)).total.came
    moved = [(day, from_fen(fen)) for day, fen in moved_by_day(books.SPENT, year, on, scope)]
    since = on - timedelta(days=looked_at)
    lately = sum((yuan for day, yuan in moved if day > since), _ZERO)
    spent = sum((yuan for _, yuan in moved), _ZERO)
    return Progress(year, on, deadline(year, place.pk), came, spent, _days(moved, came), looked_at, lately)


def _days(moved: Sequence[tuple[date, Decimal]], came: Decimal) -> tuple[Day, ...]:
    total, found = _ZERO, []
    for day, yuan in moved:
        total += yuan
        found.append(Day(day, yuan, total, _percent(total, came)))
    return tuple(found)
