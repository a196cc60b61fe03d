"""What packages above add to the page of a household: buttons, and lines of its story. They add when the apps are ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from bangfu.accounts.actor import Actor

if TYPE_CHECKING:
    from bangfu.people.story import Item


@dataclass(frozen=True)
class Offer:
    """One button: what one may do with the household beside changing its facts."""

    label: str
    icon: str
    url: str
    #: what waits for this person: the big button
    is_main: bool = False


@dataclass(frozen=True)
class Part:
    """`rows` are read with those of all other parts, in one query; they are told as buttons, and as lines of the story."""

    rows: QuerySet[Any]
    buttons: Callable[[list[Any]], Iterable[Offer]] = lambda rows: ()
    lines: Callable[[list[Any]], Iterable[Item]] = lambda rows: ()


#: (household, actor) → buttons that need no rows; only for who may use them
buttons: list[Callable[[Any, Actor], Iterable[Offer]]] = []
#: (household, actor) → what is read of the household; nothing for who may not see it
parts: list[Callable[[Any, Actor], Iterable[Part]]] = []
