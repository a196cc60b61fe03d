"""Parameters in force: the dated values of guideline/ and the overrides that divisions registered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bangfu.lawbook import holidays, kept
from bangfu.lawbook.models import ParameterOverride
from bangfu.policy import guideline
from bangfu.policy.parameter import Scalar, Value


def value(code: str, on: date, division: int | None = None) -> Scalar:
    """The value in force on that day in that division (default: the guideline's own), from one query.

    Errors: UnknownParameter; ParameterMissing, whose message tells a county officer what to register.
    """
    return at(code, on, division).value


def at(code: str, on: date, division: int | None = None) -> Value:
    """As `value`, with unit, source and dates."""
    parameter = guideline.in_force(on).parameter(code)
    place = parameter.home if division is None else division
    return parameter.at(on, place, kept.once((code, place), lambda: _overrides(code, place)) if place else [])


def _overrides(code: str, place: int) -> list[Value]:
    return [row.as_value() for row in ParameterOverride.objects.reaching(place).filter(code=code)]


def due_on(code: str, start: date, division: int | None = None) -> date:
    """Last day of the term that the parameter gives, for a term that starts on `start`. Two queries."""
    return at(code, start, division).due_on(start, holidays.table())


@dataclass(frozen=True)
class Snapshot:
    """Every override, read once: for work over many places or parameters."""

    overrides: Mapping[str, list[Value]]

    @classmethod
    def take(cls) -> Snapshot:
        found: defaultdict[str, list[Value]] = defaultdict(list)
        for row in ParameterOverride.objects.valid():
            found[row.code].append(row.as_value())
        return cls(found)

    def at(self, code: str, on: date, division: int | None = None) -> Value:
        """Errors: UnknownParameter, ParameterMissing."""
        return guideline.in_force(on).parameter(code).at(on, division, self.overrides.get(code, ()))
