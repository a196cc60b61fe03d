"""What the pages of the guideline show: each article with its parameters as they stand in one place on one day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes
from bangfu.lawbook import history
from bangfu.lawbook.models import Holiday, ParameterOverride
from bangfu.policy.guideline import Article, Guideline
from bangfu.policy.holidays import Day
from bangfu.policy.parameter import LEVEL_LABELS, Mark, Parameter, ParameterMissing, Value

_ONE_DAY = timedelta(days=1)
_TONES = {Mark.OFFICIAL: "ok", Mark.SECONDARY: "muted", Mark.DERIVED: "muted", Mark.ASSUMED: "warn"}


@dataclass(frozen=True)
class Line:
    """One value, from the files or registered (`row`, by `who`), as a row of a table."""

    value: Value
    place: str
    is_in_force: bool
    note: str = ""
    row: ParameterOverride | None = None
    who: str = ""

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
    may_register: bool = False

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


def spans(days: Iterable[Day | Holiday]) -> list[Span]:
    """Of days in order: worked days one by one, neighbouring days of rest of one name together."""
    found: list[Span] = []
    for day in days:
        if found and not day.is_workday and found[-1].name == day.name and found[-1].last + _ONE_DAY == day.day:
            found[-1] = replace(found[-1], last=day.day)
        else:
            found.append(Span(day.name, day.day, day.day, day.is_workday))
    return found


class Reader:
    """Reads overrides and names once, then gives the pages of any number of articles.

    `scope`: what the viewer may see; overrides of divisions beside it are left out. `registers`: where the viewer
    may register values. `only`: the one article that will be shown, then with who registered and what was withdrawn.
    """

    def __init__(
        self, guideline: Guideline, on: date, place: int | None, scope: Scope, registers: Scope, only: str = ""
    ) -> None:
        self.guideline, self.on, self.registers = guideline, on, registers
        self.place = place or guideline.division
        rows = ParameterOverride.objects.seen_from(scope, guideline.division).select_related("division")
        shown = [parameter.code for parameter in guideline.parameters_of(only)]
        rows = rows.filter(code__in=shown) if only else rows.valid()
        self.rows = list(rows.order_by("division", "from_on"))
        self.authors = history.registrars(self.rows) if only and self.rows else {}
        self.divisions = Division.objects.in_bulk({*self._divisions_of_files(), self.place} - {None})

    @property
    def where(self) -> Division | None:
        return self.divisions.get(self.place) if self.place else None

    def article(self, number: str) -> ArticlePage:
        article = self.guideline.articles[number]
        return ArticlePage(article, tuple(self._shown(p) for p in self.guideline.parameters_of(number)))

    def _divisions_of_files(self) -> Iterator[int]:
        values = (value for parameter in self.guideline.parameters.values() for value in parameter.values)
        return (value.division for value in values if value.division is not None)

    def _shown(self, parameter: Parameter) -> Shown:
        registered = [(row.as_value(), row) for row in self.rows if row.code == parameter.code]
        try:
            current = parameter.at(self.on, self.place, [value for value, row in registered if not row.withdrawn_at])
        except ParameterMissing:
            current = None
        lines = [
            Line(
                value, row.division.full_name or row.division.label, value is current, row.note, row, self._author(row)
            )
            for value, row in registered
        ]
        lines += [Line(value, self._place_of(value), value is current, value.note) for value in parameter.values]
        in_force = next((line for line in lines if line.is_in_force), None)
        return Shown(parameter, in_force, tuple(lines), may_decide(parameter, self.registers))

    def _author(self, row: ParameterOverride) -> str:
        return self.authors.get(row.pk, "")

    def _place_of(self, value: Value) -> str:
        """Divisions of other provinces are not in the table; their code is shown then."""
        if value.division is None:
            return "全国"
        known = self.divisions.get(value.division)
        return known.full_name or known.label if known else str(value.division)


def may_decide(parameter: Parameter, registers: Scope) -> bool:
    """Whether the scope reaches up to a level that may set this parameter."""
    return any(codes.level_of(low) <= parameter.overridden_by for low, _ in registers.ranges)
