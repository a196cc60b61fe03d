"""Looks at what may wait for somebody, many of them in one query: the first page asks a dozen tables, and few have rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import DateField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast, JSONObject

Line = TypeVar("Line")
Other = TypeVar("Other")


@dataclass(frozen=True)
class Found:
    """One row of a look: its day, and the columns that were asked."""

    due_on: date | None
    said: dict[str, Any]


@dataclass(frozen=True)
class Peek(Generic[Line]):
    """The first `most` of `rows`, in their order. `told` makes lines of them, and is asked also when there are none."""

    rows: QuerySet[Any]
    told: Callable[[list[Found]], Iterable[Line]]
    #: name → column or expression; `due`: the column of the day
    said: Mapping[str, Any] = field(default_factory=dict)
    due: str = ""
    most: int = 1

    def turned(self, turn: Callable[[Line], Other]) -> Peek[Other]:
        """The same look with lines of another kind."""
        told = self.told
        return replace(self, told=lambda found: map(turn, told(found)))  # type: ignore[return-value, arg-type]

    def part(self, number: int) -> QuerySet[Any]:
        day = F(self.due) if self.due else Value(None)
        rows = self.rows.annotate(
            peek_no=Value(number, IntegerField()), peek_due=Cast(day, DateField()), peek_said=JSONObject(**self.said)
        )
        found: QuerySet[Any] = rows.values_list("peek_no", "peek_due", "peek_said")[: self.most]
        return found


def look(peeks: Sequence[Peek[Line]]) -> Iterator[Line]:
    """The lines of all of them, in their order. One query."""
    found: defaultdict[int, list[Found]] = defaultdict(list)
    parts = [peek.part(number) for number, peek in enumerate(peeks)]
    for number, due_on, said in parts[0].union(*parts[1:], all=True) if parts else ():
        found[number].append(Found(due_on, said))
    for number, peek in enumerate(peeks):
        yield from peek.told(found[number])
