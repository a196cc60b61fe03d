"""What the pages of the guideline show: each article with its parameters as they stand in one place on one day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes
from bangfu.lawbook.models import ParameterOverride
from bangfu.policy.guideline import Article, Guideline
from bangfu.policy.holidays import Arrangement
from bangfu.policy.parameter import LEVEL_LABELS, Mark, Parameter, ParameterMissing, Value

_TONES = {Mark.OFFICIAL: "ok", Mark.SECONDARY: "muted", Mark.DERIVED: "muted", Mark.ASSUMED: "warn"}


@dataclass(frozen=True)
class Line:
    """One value, from the files or registered, as a row of a table."""

    value: Value
    place: str
    is_in_force: bool
    note: str = ""

    @property
    def proof(self) -> str:
        return "本地登记" if self.value.is_override else self.value.mark.label

    @property
    def tone(self) -> str:
        return "ok" if self.value.is_override else _TONES[self.value.mark]


@dataclass(frozen=True)
class Shown:
    """A parameter in one place on one day. `current` None: nothing is in force, and whoever asks gets an error."""

    parameter: Parameter
    current: Line | None
    lines: tuple[Line, ...]

    @property
    def is_missing(self) -> bool:
        return self.current is None and self.parameter.is_required

    @property
    def decided_by(self) -> str:
        return LEVEL_LABELS[self.parameter.overridden_by]

    @property
    def limits(self) -> str:
        low, high = self.parameter.minimum, self.parameter.maximum
        if low is None or high is None:
            return ""
        return f"{low:f}" if low == high else f"{low:f}–{high:f}"


@dataclass(frozen=True)
class ArticlePage:
    article: Article
    shown: tuple[Shown, ...]

    @property
    def missing(self) -> list[Shown]:
        return [shown for shown in self.shown if shown.is_missing]

    @property
    def assumed(self) -> list[Shown]:
        return [shown for shown in self.shown if shown.current and shown.current.tone == "warn"]


@dataclass(frozen=True)
class Span:
    """Neighbouring days of one arrangement that are called the same."""

    name: str
    first: date
    last: date
    is_workday: bool

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def spans(arrangement: Arrangement) -> list[Span]:
    """Worked days one by one, days of rest together."""
    found: list[Span] = []
    for day in arrangement.days:
        if found and not day.is_workday and found[-1].name == day.name:
            found[-1] = replace(found[-1], last=day.day)
        else:
            found.append(Span(day.name, day.day, day.day, day.is_workday))
    return found


class Reader:
    """Reads overrides and names once, then gives the pages of any number of articles.

    `scope`: what the viewer may see; overrides of divisions beside it are left out.
    """

    def __init__(self, guideline: Guideline, on: date, place: int | None, scope: Scope) -> None:
        self.guideline, self.on = guideline, on
        self.place = place or guideline.division
        rows = ParameterOverride.objects.valid().select_related("division").order_by("division", "from_on")
        self.rows = [row for row in rows if self._may_see(row.division_id, scope)]
        self.divisions = Division.objects.in_bulk({*self._divisions_of_files(), self.place} - {None})

    @property
    def where(self) -> Division | None:
        return self.divisions.get(self.place) if self.place else None

    def article(self, number: str) -> ArticlePage:
        article = self.guideline.articles[number]
        return ArticlePage(article, tuple(self._shown(p) for p in self.guideline.parameters_of(number)))

    def _may_see(self, division: int, scope: Scope) -> bool:
        if division == self.guideline.division or division in scope:
            return True
        return any(codes.contains(division, low) for low, _ in scope.ranges)

    def _divisions_of_files(self) -> Iterator[int]:
        values = (value for parameter in self.guideline.parameters.values() for value in parameter.values)
        return (value.division for value in values if value.division is not None)

    def _shown(self, parameter: Parameter) -> Shown:
        registered = [(row.as_value(), row) for row in self.rows if row.code == parameter.code]
        try:
            current = parameter.at(self.on, self.place, [value for value, _ in registered])
        except ParameterMissing:
            current = None
        lines = [
            Line(value, row.division.full_name or row.division.label, value is current, row.note)
            for value, row in registered
        ]
        lines += [Line(value, self._place_of(value), value is current, value.note) for value in parameter.values]
        return Shown(parameter, next((line for line in lines if line.is_in_force), None), tuple(lines))

    def _place_of(self, value: Value) -> str:
        """Divisions of other provinces are not in the table; their code is shown then."""
        if value.division is None:
            return "全国"
        known = self.divisions.get(value.division)
        return known.full_name or known.label if known else str(value.division)
