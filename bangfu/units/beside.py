"""What packages above show on the page of a team: each adds a source when the apps are ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bangfu.accounts.actor import Actor
from bangfu.units.team import Team


@dataclass(frozen=True)
class Line:
    text: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Part:
    """A card; `url`: all of it."""

    title: str
    lines: tuple[Line, ...]
    url: str = ""
    empty: str = ""


sources: list[Callable[[Team, Actor], Iterable[Part]]] = []


def parts(team: Team, actor: Actor) -> list[Part]:
    return [part for source in sources for part in source(team, actor)]
