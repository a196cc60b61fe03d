"""What the public directory shows (3.5, 4.2): each chapter puts its published rows on a shelf; the pages know no ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet

#: shelf by its part of the address, in the order of the tabs
shelves: dict[str, Shelf] = {}


@dataclass(frozen=True)
class Entry:
    """One row as everybody may read it."""

    pk: int
    name: str
    kind: str
    place: str
    #: code of the place
    code: int
    price: str = ""
    season: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    #: as typed by people: shown as text, never as markup
    story: str = ""
    phone: str = ""
    #: schema.org
    thing: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Shelf:
    slug: str
    title: str
    says: str
    #: published rows, of which a visitor may see everything that `show` takes
    rows: Callable[[date], QuerySet[Any]]
    show: Callable[[Any], Entry]
    #: foreign key to Division
    place: str
    kinds: tuple[tuple[str, str], ...]
    kind_field: str
    search: tuple[str, ...]
    #: has season_from and season_to
    has_seasons: bool
    #: a change of a row of these changes its pages
    watched: tuple[type[Model], ...]


def put(shelf: Shelf) -> None:
    shelves[shelf.slug] = shelf


def season(first: int | None, last: int | None) -> str:
    """3月至11月; all the year round."""
    if first is None or last is None:
        return "全年"
    return f"{first}月" if first == last else f"{first}月至{'次年' if last < first else ''}{last}月"
