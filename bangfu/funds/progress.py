"""支出进度: what of a year's money is spent, day by day, and where it ends if it goes on like in the last days."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from django.db.models import Sum

from bangfu.bookkeeping.balances import moved_by_day
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.funds import books, trial
from bangfu.funds.allotment import Allotment
from bangfu.funds.document import FundDocument
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
class Term:
    """Money to be spent until a day. What ends first is spent first, so `due` sums up this term and those before it."""

    on: date
    amount: Decimal
    due: Decimal
    #: spent by that day at the pace of the last days, or spent already when it is over
    forecast: Decimal
    says: str

    @property
    def short(self) -> Decimal:
        return max(self.due - self.forecast, _ZERO)


@dataclass(frozen=True)
class Progress:
    """`until`: the last of the terms."""

    year: int
    on: date
    until: date
    came: Decimal
    spent: Decimal
    days: tuple[Day, ...]
    looked_at: int
    lately: Decimal
    terms: tuple[Term, ...] = ()

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
        return _forecast(self.came, self.spent, self.lately, self.looked_at, self.days_left)

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


def _forecast(came: Decimal, spent: Decimal, lately: Decimal, looked_at: int, days: int) -> Decimal:
    return min(came, spent + lately * days / looked_at)


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
    pace = Pace(on, came, spent, lately, looked_at)
    terms = _terms(terms_of(scope, year, on), pace, deadline(year, place.pk))
    return Progress(year, on, terms[-1].on, came, spent, _days(moved, came), looked_at, lately, terms)


@dataclass(frozen=True)
class Pace:
    """How the money of a year goes on a day."""

    on: date
    came: Decimal
    spent: Decimal
    lately: Decimal
    looked_at: int

    def by(self, day: date) -> Decimal:
        return _forecast(self.came, self.spent, self.lately, self.looked_at, max((day - self.on).days, 0))


def terms_of(scope: Scope, year: int, on: date) -> dict[date, Decimal]:
    """Yuan by the day that a document names: of the area's own documents, and of money that came from above by them."""
    named = {"year": year, "corrects": None, "is_corrected": False}
    own = FundDocument.objects.filter(scope.q("division"), issued_on__lte=on, spend_by_on__isnull=False, **named)
    came = Allotment.objects.filter(
        scope.q("division"), ~scope.q("giver"), kind=Allotment.Kind.ALLOT, happened_on__lte=on,
        document__spend_by_on__isnull=False, **named,
    )  # fmt: skip
    found: defaultdict[date, Decimal] = defaultdict(Decimal)
    for rows, day in ((own, "spend_by_on"), (came, "document__spend_by_on")):
        for term, yuan in rows.order_by().values_list(day).annotate(total=Sum("amount_yuan")):
            found[term] += yuan
    return dict(found)


def _terms(named: dict[date, Decimal], pace: Pace, default: date) -> tuple[Term, ...]:
    """Those of the documents; the rest of what came has the term of the parameter."""
    rest = pace.came - sum(named.values(), _ZERO)
    sums = dict(named)
    if rest > 0 or not sums:
        sums[default] = sums.get(default, _ZERO) + max(rest, _ZERO)
    due, found = _ZERO, []
    for day in sorted(sums):
        due += sums[day]
        says = "文件写明" if day in named else "文件没有写，按当年资金的支出期限"
        found.append(Term(day, sums[day], min(due, pace.came), pace.by(day), says))
    return tuple(found)


def _days(moved: Sequence[tuple[date, Decimal]], came: Decimal) -> tuple[Day, ...]:
    total, found = _ZERO, []
    for day, yuan in moved:
        total += yuan
        found.append(Day(day, yuan, total, _percent(total, came)))
    return tuple(found)
