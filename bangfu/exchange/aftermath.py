"""What packages above do once an import was written, before it is taken back, and what they say on its page. They add when
the apps are ready.

After the write the rows stay written, whatever happens here: what goes wrong is logged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.exchange.models import ImportRun


@dataclass(frozen=True)
class Line:
    """A sentence on the page of the import, with the way to more."""

    text: str
    url: str = ""
    link: str = "查看"
    tone: str = "note"


#: run → what is kept of it in its outcome; after the commit
written: list[Callable[[ImportRun], Mapping[str, Any]]] = []
#: in the transaction that takes it back, before any row goes: what hangs on the rows alone must go first
taken_back: list[Callable[[ImportRun], None]] = []
#: (run, actor) → lines of a finished import
lines: list[Callable[[ImportRun, Actor], Iterable[Line]]] = []

_log = logging.getLogger(__name__)


def follow(run: ImportRun) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for follower in written:
        try:
            found.update(follower(run))
        except Exception:
            _log.exception("after import %s", run.pk)
    return found


def before_undo(run: ImportRun) -> None:
    for follower in taken_back:
        follower(run)


def told(run: ImportRun, actor: Actor) -> list[Line]:
    return [line for say in lines for line in say(run, actor)]
