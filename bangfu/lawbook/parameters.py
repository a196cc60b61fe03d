"""Parameters in force: the dated values of guideline/ and the overrides that divisions registered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bangfu.kernel import codes
from bangfu.lawbook import holidays, kept
from bangfu.lawbook.models import ParameterOverride
from bangfu.policy import guideline
from bangfu.policy.parameter import Scalar, Value


def value(code: str, on: date, division: int | None = None) -> Scalar:
    """The value in force on that day in that division (default: the guideline's own), from one query; a reading request
    asks once for a place and all above it.

    Errors: UnknownParameter; ParameterMissing, whose message tells a county officer what to register.
    """
    return at(code, on, division).value


def at(code: str, on: date, division: int | None = None) -> Value:
    """As `value`, with unit, source and dates."""
    parameter = guideline.in_force(on).parameter(code)
    place = parameter.home if division is None else division
    if not place:
        return parameter.at(on, place, [])
    return parameter.at(on, place, kept.once(ParameterOverride, _Known).reaching(place)[code])


@dataclass
class _Known:
    """The overrides of the divisions that were asked for, and of all above them; more than one parameter looks at them."""

    divisions: set[int] = field(default_factory=set)
    by_code: defaultdict[str, list[Value]] = field(default_factory=lambda: defaultdict(list))

    def reaching(self, division: int) -> Mapping[str, list[Value]]:
        if asked := {*codes.ancestors(division), division} - self.divisions:
            self.divisions |= asked
            for row in ParameterOverride.objects.valid().filter(division__in=asked):
                self.by_code[row.code].append(row.as_value())
        return self.by_code


def due_on(code: str, start: date, division: int | None = None) -> date:
    """Last day of the term that the parameter gives, for a term that starts on `start`. Two queries."""
    return at(code, start, division).due_on(start, holidays.table())


@dataclass(frozen=True)
class Snapshot:
    """Every override, read once: for work over many places or parameters."""

    overrides: Mapping[str, list[Value]]

    @classmethod
    def take(cls) -> Snapshot:
        return kept.once(Snapshot, cls._taken)

    @classmethod
    def _taken(cls) -> Snapshot:
        found: defaultdict[str, list[Value]] = defaultdict(list)
        for row in ParameterOverride.objects.valid():
            found[row.code].append(row.as_value())
        return cls(found)

    def at(self, code: str, on: date, division: int | None = None) -> Value:
        """Errors: UnknownParameter, ParameterMissing."""
        return guideline.in_force(on).parameter(code).at(on, division, self.overrides.get(code, ()))
