"""今日: what waits for me. Each source looks at one kind of unfinished work; nothing is listed that nobody has to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

from bangfu.accounts.actor import Actor


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, why (in words), where it is done; `by` is a date in words, `article` its ground."""

    icon: str
    what: str
    why: str
    url: str
    action: str
    by: str = ""
    tone: str = "muted"
    article: str = ""


Source = Callable[[Actor], Iterable[Todo]]
sources: list[Source] = []


def todos(actor: Actor) -> list[Todo]:
    return list(chain.from_iterable(source(actor) for source in sources))
