"""What an export takes out: rows and columns, found again by name, so that a background job asks with the actor's
grants of that moment instead of carrying a frozen query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from bangfu.accounts.actor import Actor
from bangfu.exchange.sheet import Column


@dataclass(frozen=True)
class Extract:
    """`rows` are already narrowed to what the actor may export (or unmask, when asked unmasked)."""

    title: str
    rows: QuerySet[Any]
    columns: tuple[Column, ...]
    #: name of the DIVISION column that stands as 市, 县, 镇, 村 in columns of their own
    place: str = ""
    #: the filter in words, for the log and the trace mark
    filters: str = "全部"
    #: for the access log, e.g. the slug of the ledger
    subject: str = ""


#: (actor, params, unmasked) → Extract. Errors: PermissionDenied, when the actor may not.
Source = Callable[[Actor, Mapping[str, Any], bool], Extract]

_sources: dict[str, Source] = {}


class UnknownSource(LookupError):
    """No source of that name is registered."""


def register_source(name: str, source: Source) -> None:
    _sources[name] = source


def extract(name: str, actor: Actor, params: Mapping[str, Any], *, unmasked: bool) -> Extract:
    if name not in _sources:
        raise UnknownSource(name)
    return _sources[name](actor, params, unmasked)
