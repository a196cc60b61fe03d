"""What packages above add to the page of a household: buttons, and lines of its story. They add when the apps are ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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


#: (household, actor) → buttons; only for who may use them
buttons: list[Callable[[Any, Actor], Iterable[Offer]]] = []
#: (household, actor) → lines of the story
lines: list[Callable[[Any, Actor], Iterable[Item]]] = []
