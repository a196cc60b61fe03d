"""What packages above do right after somebody saved a row, and what they say of it on the page that follows. They add when
the apps are ready.

It happens after the commit and outside of it: what goes wrong there is logged, and the row stays saved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request

#: called once for each transaction with all rows that were saved in it
followers: list[Callable[[Sequence[Any]], None]] = []
#: (row, actor) → lines for the person who saved it
words: list[Callable[[Any, Actor], Iterable[str]]] = []

_noted: ContextVar[list[Any] | None] = ContextVar("saved_rows", default=None)


def note(record: Any) -> None:
    """A row was created, changed, withdrawn or restored; to be called in the transaction that does it."""
    rows = _noted.get()
    if rows is None:
        _noted.set(rows := [])
    rows.append(record)
    transaction.on_commit(partial(_follow, rows), robust=True)


def _follow(rows: list[Any]) -> None:
    """The first of a transaction takes all rows. Those of one that was rolled back may be among them, and are no more."""
    taken = list(rows)
    rows.clear()
    if taken:
        for follower in followers:
            follower(taken)


def tell(request: Request, record: Any) -> None:
    for say in words:
        for line in say(record, request.actor):
            messages.warning(request, line)
