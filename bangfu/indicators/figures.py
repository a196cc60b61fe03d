"""Figures of indicators: number, the year before, in which direction, and the lists behind numerator and denominator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlencode

from bangfu.indicators import tallies
from bangfu.indicators.counting import Counted, View, count
from bangfu.indicators.spans import Span
from bangfu.indicators.tallies import Reckoning
from bangfu.ledger.fields import EMPTY
from bangfu.policy.indicator import Direction, Indicator, Tally

TENTH, HUNDREDTH = Decimal("0.1"), Decimal("0.01")
#: in the address of a list: see on_list.py
NAME, PART, FROM, TO, UNIT = "indicator", "indicator_part", "indicator_from", "indicator_to", "indicator_unit"
ROWS, OVER = "rows", "over"


@dataclass(frozen=True)
class Figure:
    """`number` None: nobody knows (no rows to share, or a day past of which nothing was kept)."""

    indicator: Indicator
    number: Decimal | None
    before: Decimal | None
    top: Decimal | None
    over: Decimal | None
    url: str
    over_url: str

    @property
    def text(self) -> str:
        return written(self.indicator, self.number)

    @property
    def before_text(self) -> str:
        return written(self.indicator, self.before)

    @property
    def note(self) -> str:
        if self.indicator.over is None:
            return ""
        return f"{plain(self.top)} ÷ {plain(self.over)}"

    @property
    def change(self) -> str:
        """Against the year before: in points for a share, else in percent."""
        if self.number is None or self.before is None:
            return ""
        if self.indicator.is_share:
            return f"{_rounded(self.number - self.before, TENTH):+} 个百分点"
        if not self.before:
            return ""
        return f"{_rounded(100 * (self.number - self.before) / self.before, TENTH):+}%"

    @property
    def tone(self) -> str:
        if self.number is None or self.before is None or self.number == self.before:
            return "muted"
        rises = self.number > self.before
        match self.indicator.direction:
            case Direction.MORE:
                return "ok" if rises else "warn"
            case Direction.LESS:
                return "warn" if rises else "ok"
        return "muted"


@dataclass(frozen=True)
class Figures:
    """Those of some indicators: of one place (division 0), or of several."""

    found: Mapping[tuple[str, int], Figure]
    as_of: datetime | None

    def of(self, indicator: Indicator, division: int = 0) -> Figure:
        return self.found[indicator.code, division]


def seen(view: View, indicators: Iterable[Indicator]) -> list[Indicator]:
    """Those of whose ledgers the person may read all."""
    return [each for each in indicators if all(view.may(tallies.ledger_of(tally)) for tally in each.tallies)]


def reckon(
    view: View, indicators: Sequence[Indicator], span: Span, reckoning: Reckoning, children: Sequence[int] = ()
) -> Figures:
    wanted = [tally for indicator in indicators for tally in indicator.tallies]
    counted = count(view, wanted, span, reckoning, children)
    places = {division: division for division in children} or {0: view.place or 0}
    if children and any(view.place in found for found in counted.amounts.values()):
        places[view.place or 0] = view.place or 0
    found = {
        (indicator.code, division): _figure(indicator, division, counted, span, view, place, reckoning)
        for indicator in indicators
        for division, place in places.items()
    }
    return Figures(found, counted.as_of)


def _figure(
    indicator: Indicator, division: int, counted: Counted, span: Span, view: View, place: int, reckoning: Reckoning
) -> Figure:
    tops, overs = (
        [counted.of(tally, number, division) if tally else None for number in range(2)]
        for tally in (indicator.top, indicator.over)
    )
    now, before = (_value(indicator, top, over) for top, over in zip(tops, overs, strict=True))
    urls = [
        address(indicator, part, span, place, view.unit, reckoning) if tally else ""
        for part, tally in ((ROWS, indicator.top), (OVER, indicator.over))
    ]
    return Figure(indicator, now, before, tops[0], overs[0], *urls)


def _value(indicator: Indicator, top: Decimal | None, over: Decimal | None) -> Decimal | None:
    if indicator.over is None or top is None:
        return top
    if not over:
        return None
    return top * 100 / over if indicator.is_share else top / over


def address(indicator: Indicator, part: str, span: Span, place: int, unit: int | None, reckoning: Reckoning) -> str:
    """The list of the rows behind a number; none where the rows of today do not tell of that time."""
    tally = part_of(indicator, part)
    query = {NAME: indicator.code}
    if part == OVER:
        query[PART] = OVER
    if tally.placing.is_state and span.period.last < reckoning.today:
        return ""
    if not tally.placing.is_state or tally.asks_the_day:
        query |= {FROM: span.period.first.isoformat(), TO: span.period.last.isoformat()}
    if unit:
        query[UNIT] = str(unit)
    # said always: a place that was opened before is remembered, and would narrow the rows
    return f"{tallies.ledger_of(tally).url()}?{urlencode(query | {'place': str(place or '')})}"


def part_of(indicator: Indicator, part: str) -> Tally:
    return indicator.over if part == OVER and indicator.over else indicator.top


def written(indicator: Indicator, number: Decimal | None) -> str:
    if number is None:
        return EMPTY
    if indicator.is_share:
        return str(_rounded(number, TENTH))
    return str(_rounded(number, HUNDREDTH)) if indicator.over else plain(number)


def plain(number: Decimal | None) -> str:
    """A count without places, money with two."""
    if number is None:
        return EMPTY
    whole = Decimal(number).to_integral_value()
    return str(whole) if whole == number else str(_rounded(number, HUNDREDTH))


def _rounded(number: Decimal, places: Decimal) -> Decimal:
    return Decimal(number).quantize(places, ROUND_HALF_UP)
