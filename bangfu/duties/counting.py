"""How a duty stands for its holders: asked, done, what is missing, since when; by set, from holders and evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from bangfu.duties import evidence, holders
from bangfu.duties.evidence import Asked, Evidence
from bangfu.duties.holders import Holder
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.kernel.periods import Period
from bangfu.lawbook.parameters import Snapshot
from bangfu.policy import guideline
from bangfu.policy.duty import Duty

_COUNTY = codes.SPANS[Level.COUNTY]


class State(StrEnum):
    """In the order of a list: what presses most comes first."""

    MISSED = "missed"
    DUE_SOON = "due_soon"
    OPEN = "open"
    MET = "met"
    SPARED = "spared"
    EXEMPT = "exempt"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def tone(self) -> str:
        return _TONES[self]


_LABELS = {
    State.MISSED: "没有做到", State.DUE_SOON: "快到期", State.OPEN: "进行中", State.MET: "已做到",
    State.SPARED: "本期不要求", State.EXEMPT: "已批准免除",
}  # fmt: skip
_TONES = {
    State.MISSED: "bad", State.DUE_SOON: "warn", State.OPEN: "muted", State.MET: "ok",
    State.SPARED: "muted", State.EXEMPT: "muted",
}  # fmt: skip


#: holder → (day, row) of every proving or missing row
Proofs = Mapping[int, list[tuple[date, int]]]


@dataclass(frozen=True, slots=True)
class Standing:
    """One duty of one holder in one period. `done`: proving rows, or (kept duties) rows that miss something."""

    holder: Holder
    asked: int
    done: int
    due_on: date
    since: date | None
    state: State


def law(period: Period) -> guideline.Guideline:
    """What was (or will be) in force on the last day of the period: old years keep their law."""
    return guideline.in_force(period.last)


class Counter:
    """Reads parameters once, for any number of duties. `exempt`: holders whose exemption is approved for the period;
    `known`: those (of the keys) that have a standing."""

    def __init__(
        self,
        today: date,
        exempt: Callable[[Duty, Period], Collection[int]],
        known: Callable[[Duty, Period, Collection[int] | None], Collection[int]],
    ) -> None:
        self.today, self.exempt, self.known, self.parameters = today, exempt, known, Snapshot.take()

    def count(self, duty: Duty, period: Period, keys: Collection[int] | None = None) -> tuple[list[Standing], Proofs]:
        """Standings of all holders of the period, or of `keys`, with their proofs. Two or three queries.

        A kept duty stands only where something was missing once: thousands of villages that miss nothing have no row.
        Errors: ParameterMissing.
        """
        if duty.is_kept:
            proof = self.proof(duty, period, keys)
            keys = proof.keys() | set(self.known(duty, period, keys))
            found = list(holders.KINDS[duty.holder].rows(period, keys)) if keys else []
        else:
            found = list(holders.KINDS[duty.holder].rows(period, keys))
            proof = self.proof(duty, period, keys) if found else {}
        freed = set(self.exempt(duty, period)) if found else set()
        reckon = self._kept if duty.is_kept else self._counted
        standings = [reckon(duty, period, holder, proof.get(holder.key, [])) for holder in found]
        return [
            replace(each, state=State.EXEMPT) if each.holder.key in freed and each.state != State.MET else each
            for each in standings
        ], proof

    def proof(self, duty: Duty, period: Period, keys: Collection[int] | None) -> Proofs:
        """Holder → (day, row) of every proving or missing row."""
        kind = evidence.ALL[duty.evidence]
        rows: defaultdict[int, list[tuple[date, int]]] = defaultdict(list)
        for low, high, asked in self.asked(kind, period):
            for holder, day, row in kind.found(asked, holders=keys):
                if low <= holder <= high:
                    rows[holder].append((day, row))
        return rows

    def asked(self, kind: Evidence, period: Period) -> Iterator[tuple[int, int, Asked]]:
        """The statement once, and once more for each place with a value of its own; with the holders it is for."""
        on = min(self.today, period.last)
        asked = Asked(period.first, period.last, on)
        if not kind.asks:
            yield 0, 10**12, asked
            return
        own = sorted({value.division for value in self.parameters.overrides.get(kind.asks, ()) if value.division})
        places = [0, *own]  # an override of a county lies within that of its city: the nearest wins
        for place in places:
            low, high = codes.bounds(place) if place else (0, 10**12)
            inner = [each for each in own if each != place and low <= each <= high]
            value = int(self.parameters.at(kind.asks, on, place or None).value)
            for first, last in _without(low, high, inner):
                yield first, last, replace(asked, value=value)

    def _number(self, code: str, on: date, division: int) -> int:
        return int(self.parameters.at(code, on, division // _COUNTY * _COUNTY or None).value)

    def _counted(self, duty: Duty, period: Period, holder: Holder, rows: list[tuple[date, int]]) -> Standing:
        first, last = _term(holder, period)
        whole = self._number(duty.number, period.last, holder.division)
        days = (last - first).days + 1
        if days < period.days and days < self._number("duty_partial_min_days", period.last, holder.division):
            return Standing(holder, 0, len(rows), last, None, State.SPARED)
        asked = max(1, (whole * days * 2 + period.days) // (2 * period.days)) if whole else 0
        if len(rows) >= asked:
            state = State.MET
        elif self.today > last:
            state = State.MISSED
        else:
            soon = last - timedelta(days=self._number("duty_due_soon_days", period.last, holder.division))
            state = State.DUE_SOON if self.today >= soon else State.OPEN
        return Standing(holder, asked, len(rows), last, None, state)

    def _kept(self, duty: Duty, period: Period, holder: Holder, rows: list[tuple[date, int]]) -> Standing:
        if not rows:
            return Standing(holder, 0, 0, _term(holder, period)[1], None, State.MET)
        since = min(day for day, _ in rows)
        due = since + timedelta(days=self._number(duty.number, min(self.today, period.last), holder.division))
        state = State.MISSED if self.today > due else State.DUE_SOON
        return Standing(holder, 0, len(rows), due, since, state)


def forecast(standing_done: int, period: Period, today: date) -> int:
    """How many there will be at the end of the period at the pace so far."""
    passed = (min(today, period.last) - period.first).days + 1
    return standing_done * period.days // passed if passed > 0 else 0


def _term(holder: Holder, period: Period) -> tuple[date, date]:
    first = max(holder.from_on or period.first, period.first)
    return first, min(holder.to_on or period.last, period.last)


def _without(low: int, high: int, inner: list[int]) -> Iterator[tuple[int, int]]:
    """The range less the subtrees of the divisions inside it."""
    for division in inner:
        first, last = codes.bounds(division)
        if first > low:
            yield low, first - 1
        low = max(low, last + 1)
    if low <= high:
        yield low, high
