"""The table of a demand: its rows, and under every head what the system knows, else what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.demands.asking import Ask, Subject
from bangfu.demands.demand import Demand
from bangfu.demands.demand_parts import DemandHead
from bangfu.demands.kinds import KINDS, RowKind
from bangfu.demands.question import DemandQuestion
from bangfu.demands.sources import SOME, by_source
from bangfu.demands.states import AnswerKind, Use
from bangfu.divisions.scope import Scope
from bangfu.exchange.rendering import safe
from bangfu.kernel import dates

NUMBER = "place.number"


@dataclass(frozen=True)
class Row:
    subject: Subject
    #: one for each head, None where nothing is known
    cells: list[Any]


def ask_of(demand: Demand, actor: Actor, act: Act = Act.EXPORT, *, whole: bool = False) -> Ask:
    """In the name of the actor, for the places that must answer, narrowed to the place chosen unless the whole is meant.
    Two queries."""
    places = Scope.of(demand.places.values_list("division_id", flat=True))
    if actor.place and not whole:
        places = places.intersect(Scope.of([actor.place]))
    units = frozenset(demand.units.values_list("unit_id", flat=True))
    return Ask(actor, places, demand.period_first, demand.period_last, dates.today(), act, units)


def subjects(demand: Demand, ask: Ask) -> list[Subject]:
    return KINDS[demand.row_kind].rows(ask)


def rows(demand: Demand, heads: Sequence[DemandHead], ask: Ask, found: Sequence[Subject]) -> Iterator[Row]:
    """Some thousand rows at a time are read; masked unless `ask` is for the clear values."""
    kind = KINDS[demand.row_kind]
    answers = _answers(demand) if any(head.use != Use.BLANK for head in heads) else {}
    for start in range(0, len(found), SOME):
        some = found[start : start + SOME]
        known = _known(kind, heads, some, ask)
        for number, subject in enumerate(some, start + 1):
            yield Row(subject, [_cell(head, subject, number, known, answers) for head in heads])


def _known(
    kind: RowKind, heads: Sequence[DemandHead], some: Sequence[Subject], ask: Ask
) -> dict[str, Mapping[int, Any]]:
    """Code of a fact → row → value."""
    told: dict[str, Mapping[int, Any]] = {}
    for key, names in by_source(head.fact for head in heads if head.use == Use.FILL and head.fact != NUMBER).items():
        source = kind.source(key)
        if source is None:
            continue
        values = source.read(some, names, ask)
        for at, name in enumerate(names):
            told[f"{key}.{name}"] = {row: cells[at] for row, cells in values.items()}
    return told


def _cell(
    head: DemandHead, subject: Subject, number: int, known: Mapping[str, Mapping[int, Any]], answers: Mapping[Any, str]
) -> Any:
    if head.use == Use.BLANK:
        return None
    if head.use == Use.FILL:
        value = number if head.fact == NUMBER else known.get(head.fact, {}).get(subject.pk)
        if value not in (None, ""):
            return value
    answer = answers.get((head.key, subject.pk))
    return typed(answer, AnswerKind(head.answer_kind)) if answer else None


def _answers(demand: Demand) -> dict[tuple[str, int], str]:
    given = DemandQuestion.objects.filter(demand=demand, answered_at__isnull=False, withdrawn_at=None)
    return {(key, row): value for key, row, value in given.values_list("head_key", "row", "value")}


def typed(answer: str, kind: AnswerKind) -> Any:
    """As it stands in a cell: a number is a number, a day a day; what a spreadsheet would run is text."""
    if kind is AnswerKind.NUMBER:
        number = Decimal(answer)
        return int(number) if number == number.to_integral_value() else float(number)
    if kind is AnswerKind.DATE:
        return date.fromisoformat(answer)
    return safe(answer)
