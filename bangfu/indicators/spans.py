"""Which time a figure is for: a month, quarter or year, or a year up to some day; and the same a year before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bangfu.kernel import dates, periods
from bangfu.kernel.dates import DateError
from bangfu.kernel.periods import Cycle, Period

#: no cycle: from New Year to the day
UP_TO = "day"
CYCLES = {Cycle.YEAR: "年", Cycle.QUARTER: "季度", Cycle.MONTH: "月", None: "截至某日"}
EARLIEST, LATEST = date(2016, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class Span:
    """`cycle` None: from New Year to a day."""

    cycle: Cycle | None
    period: Period
    before: Period

    @property
    def both(self) -> tuple[Period, Period]:
        return self.period, self.before

    @property
    def word(self) -> str:
        return self.cycle.value if self.cycle else UP_TO

    @property
    def query(self) -> dict[str, str]:
        return {"cycle": self.word, "day": self.period.last.isoformat()}


def of(cycle: Cycle | None, day: date) -> Span:
    if cycle is None:
        return Span(None, _up_to(day), _up_to(periods.add_months(day, -12)))
    period = cycle.of(day)
    return Span(cycle, period, cycle.of(periods.add_months(period.first, -12)))


def asked(params: Mapping[str, str], today: date) -> Span:
    """`?cycle=quarter&day=2026-05-01`: the quarter that holds the day; what is wrong is as if not said: this year."""
    word = params.get("cycle", "")
    cycle = None if word == UP_TO else Cycle(word) if word in [each for each in CYCLES if each] else Cycle.YEAR
    try:
        day = dates.parse_date(params.get("day", ""))
    except DateError:
        day = today
    return of(cycle, min(max(day, EARLIEST), LATEST))


def neighbours(span: Span, today: date) -> tuple[Span, Span | None]:
    """The one before and the one after; none after today's."""
    if span.cycle is None:
        return of(None, span.before.last), None
    after = of(span.cycle, span.cycle.after(span.period).first)
    return of(span.cycle, span.cycle.before(span.period).first), after if after.period.first <= today else None


def _up_to(day: date) -> Period:
    return Period(date(day.year, 1, 1), day, f"{day.year}年1月1日至{day.month}月{day.day}日")
