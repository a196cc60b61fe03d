"""The list of a ledger opened by a figure: the same rows that the figure counts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from bangfu.indicators import tallies
from bangfu.indicators.figures import FROM, NAME, OVER, PART, ROWS, TO, UNIT, part_of
from bangfu.indicators.tallies import Reckoning
from bangfu.kernel import dates
from bangfu.kernel.dates import DateError
from bangfu.kernel.periods import Period
from bangfu.ledger import narrowing
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.narrowing import Narrowed
from bangfu.policy import guideline
from bangfu.policy.parameter import ParameterMissing

NOTHING = Q(pk__in=[])


def offer() -> None:
    narrowing.sources[NAME] = behind


def behind(ledger: Ledger, params: Any, code: str) -> Narrowed:
    """What is not ours shows no rows: all rows under the name of a figure would be a false proof."""
    today = dates.today()
    period = Period(_day(params, FROM, today), _day(params, TO, today), "")
    indicator = guideline.in_force(period.last).indicators.get(code)
    part = OVER if params.get(PART) == OVER else ROWS
    if indicator is None or (tally := part_of(indicator, part)).ledger != ledger.slug:
        return Narrowed(NOTHING, "没有这个指标，或它不出自这本台账")
    try:
        rows = tallies.rows(tally, period, Reckoning(today))
    except ParameterMissing as error:
        return Narrowed(NOTHING, f"{indicator.label}：{error}")
    unit = params.get(UNIT, "")
    if unit.isdecimal() and len(unit) < 19:
        rows &= ledger.of_units(frozenset({int(unit)}))
    words = indicator.label if part == ROWS else f"{indicator.label}的分母"
    when = "" if tally.placing.is_state else f"，{period.first} 至 {period.last}"
    return Narrowed(rows, f"{words}{when}{'，与所选单位有关' if unit else ''}")


def _day(params: Any, name: str, today: date) -> date:
    try:
        return dates.parse_date(params.get(name, ""))
    except DateError:
        return today
