"""All ledgers by slug, in the order of the guideline's articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bangfu.ledger.declaration import Ledger

_ledgers: dict[str, Ledger] = {}
_of_models: dict[type[Any], Ledger] = {}


class Duplicate(ValueError):
    """Two ledgers with one slug or one model."""


def add(ledger: Ledger) -> None:
    if ledger.slug in _ledgers:
        raise Duplicate(f"ledger slug {ledger.slug!r} is taken by {type(_ledgers[ledger.slug]).__name__}")
    if ledger.model in _of_models:
        raise Duplicate(f"model {ledger.model.__name__} has a ledger already")
    _ledgers[ledger.slug] = _of_models[ledger.model] = ledger


def get(slug: str) -> Ledger | None:
    return _ledgers.get(slug)


def of(model: type[Any]) -> Ledger | None:
    return _of_models.get(model)


def all_ledgers() -> list[Ledger]:
    return sorted(_ledgers.values(), key=lambda ledger: [int(part) for part in ledger.article.split(".")])


def titles() -> dict[str, str]:
    """Slug → title, for logs and lists that keep the slug."""
    return {slug: ledger.title for slug, ledger in _ledgers.items()}
