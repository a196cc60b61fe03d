"""What waits for one person: to do now, put off until a day, handed to a colleague; nothing is lost between the three."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar

from bangfu.site import todo
from bangfu.site.put_off import key_of
from bangfu.site.templatetags.ui import days_left
from bangfu.site.todo import Todo


@dataclass(frozen=True)
class Snoozed:
    """A thing that is put off, as the page shows it."""

    until_on: date
    pk: int
    key: str
    what: str
    url: str


@dataclass(frozen=True)
class Handed:
    """A thing that one person gave to another; `is_mine`: given by the one who looks."""

    columns: ClassVar = ("pk", "kind", "subject", "state", "what", "why", "url", "action", "article", "legal", "note")

    due_on: date | None
    pk: int
    kind: str
    subject: int
    state: str
    what: str
    why: str
    url: str
    action: str
    article: str
    legal: bool
    note: str
    giver: str
    delegate: str
    is_mine: bool

    @property
    def key(self) -> str:
        return key_of(self.kind, self.subject, self.state)

    def todo(self) -> Todo:
        by, note = days_left(self.due_on), f"{self.note}。{self.why}" if self.note else self.why
        return Todo(
            "user-check", self.what, note, self.url, self.action, by, "muted", self.article, self.key, todo.ERRAND, "",
            self.due_on, self.legal, self.giver, self.pk,
        )  # fmt: skip


@dataclass
class Today:
    """What waits for one person: to do now, put off, given to colleagues; and what of it needs no further query."""

    todos: list[Todo] = field(default_factory=list)
    snoozed: list[Snoozed] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    has_digest: bool = False
    has_principals: bool = False
    has_touched: bool = False

    @property
    def given(self) -> list[Handed]:
        return [each for each in self.handed if each.is_mine]

    def put_away(self, told: Iterable[Todo], on: date) -> None:
        """Of what was told, what is to be done now, ranked; what is put off stays away until its day, the legal one at most."""
        all_todos = {each.name: each for each in todo.ranked(told, on)}
        for held in (each for each in self.handed if not each.is_mine):
            own = all_todos.get(held.key)
            all_todos[held.key] = replace(own, giver=held.giver, handed=held.pk) if own else held.todo()
        away = {each.key for each in self.given}
        self.snoozed = [each for each in self.snoozed if sleeps(all_todos.get(each.key), on)]
        away |= {each.key for each in self.snoozed}
        self.todos = todo.ranked((each for name, each in all_todos.items() if name not in away), on)


def sleeps(thing: Todo | None, on: date) -> bool:
    """Whether a thing that is still to be done may stay away today."""
    return thing is not None and (thing.due_on is None or on < thing.due_on)
