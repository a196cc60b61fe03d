"""One line of what waits in chapter 4, and how many rows are told as one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from bangfu.accounts.roles import Role
from bangfu.ledger import registry
from bangfu.ledger.declaration import TEAM
from bangfu.ledger.peek import Found, Peek

#: who keeps the records of a town
KEEPERS = (Role.TOWN, Role.VILLAGE, *TEAM)
COUNTED = 100


@dataclass(frozen=True)
class Waiting:
    article: str
    what: str
    why: str
    url: str
    action: str
    due_on: date | None = None


Lines = Iterator[Peek[Waiting]]


def counted(rows: QuerySet[Any], line: Callable[[str, date | None], Waiting], due: str = "") -> Peek[Waiting]:
    """One line for all the rows; it is given how many, and the first day of `due`."""

    def told(found: list[Found]) -> Iterator[Waiting]:
        if found:
            number = f"{COUNTED} 多" if len(found) > COUNTED else str(len(found))
            yield line(number, found[0].due_on)

    return Peek(rows.order_by(due, "pk") if due else rows, told, due=due, most=COUNTED + 1)


def opened(model: type[Any], title: str) -> str:
    """The list of the ledger with the rows of its figure `title`."""
    ledger = registry.of(model)
    assert ledger
    return f"{ledger.url()}?stat={[stat.title for stat in ledger.stats].index(title)}"
