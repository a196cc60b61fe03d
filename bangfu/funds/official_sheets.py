"""Ledgers in official column sets (1.4): the same rows at county, town and village, each with its own workbook.

A package registers what it can show: `register("fund-use", Source(rows, facts))`. Which facts stand in which column,
under which head and in which order, is data: guideline/<year>/sheets/*.yaml. Other packages add facts to a source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.exchange.extracts import Extract, register_source
from bangfu.exchange.sheet import Column, Kind
from bangfu.kernel import codes
from bangfu.ledger.declaration import Ledger
from bangfu.policy import source as files
from bangfu.policy.parameter import Mark
from bangfu.policy.source import Entry

NUMBER, EXPORT = "number", "official-sheet"


class UnknownFact(LookupError):
    """A column set names what no package shows: an error at start-up."""


@dataclass(frozen=True)
class Fact:
    """What a column may show: a path or an expression over the rows."""

    expression: Any
    kind: Kind = Kind.TEXT
    choices: tuple[tuple[Any, str], ...] = ()
    is_money: bool = False


@dataclass
class Source:
    """`ledger`: whose rows, and by that who sees which; `facts` may be added to until the first page is drawn."""

    ledger: Callable[[], Ledger]
    facts: dict[str, Fact]
    #: rows that are no longer, or not yet, part of the sheet
    narrowed: Callable[[QuerySet[Any]], QuerySet[Any]] = field(default=lambda rows: rows)


@dataclass(frozen=True)
class ColumnSet:
    slug: str
    label: str
    article: str
    source: str
    mark: Mark
    division: int | None
    from_on: date
    columns: tuple[tuple[str, str], ...]  # head, name of a fact


_sources: dict[str, Source] = {}


def register(slug: str, source: Source) -> None:
    _sources[slug] = source


def source(slug: str) -> Source:
    """Errors: LookupError."""
    return _sources[slug]


@cache
def column_sets() -> tuple[ColumnSet, ...]:
    found = sorted(files.ROOT.glob("*/sheets/*.yaml"))
    return tuple(_column_set(entry) for file in found for entry in files.read(file).entries("sheets"))


def _column_set(entry: Entry) -> ColumnSet:
    entry.only("slug", "label", "article", "source", "mark", "division", "from", "columns")
    columns = tuple((item.text("label"), item.text("value")) for item in entry.entries("columns"))
    mark: Mark = entry.one_of("mark", Mark, Mark)
    return ColumnSet(
        entry.text("slug"), entry.text("label"), entry.text("article"), entry.text("source"), mark,
        entry.division("division", None), entry.set_day("from"), columns,
    )  # fmt: skip


def column_set(slug: str, place: int, on: date) -> ColumnSet:
    """The set of the nearest division above the place that was in force. Errors: LookupError."""
    fitting = [
        each for each in column_sets()
        if each.slug == slug and each.from_on <= on and (each.division is None or codes.contains(each.division, place))
    ]  # fmt: skip
    if not fitting or slug not in _sources:
        raise LookupError(slug)
    return max(fitting, key=lambda each: (codes.level_of(each.division) if each.division else 0, each.from_on))


def unknown_facts() -> list[str]:
    """Columns that name a fact nobody shows; for the check at start-up."""
    return [
        f"{each.slug}: {name}"
        for each in column_sets() for _, name in each.columns
        if name != NUMBER and each.slug in _sources and name not in _sources[each.slug].facts
    ]  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A column set over the rows that an actor sees in a place."""

    columns_of: ColumnSet
    source: Source
    rows: QuerySet[Any]
    columns: tuple[Column, ...]

    @property
    def label(self) -> str:
        return self.columns_of.label


def sheet(slug: str, actor: Actor, place: int, on: date, *, act: Act = Act.READ) -> Sheet:
    """Errors: LookupError, PermissionDenied."""
    chosen, shown = column_set(slug, place, on), source(slug)
    ledger = shown.ledger()
    if not ledger.may(actor, act):
        raise PermissionDenied(f"您的角色不能看{chosen.label}")
    low, high = codes.bounds(place)
    within = {f"{ledger.scope}__gte": low, f"{ledger.scope}__lte": high}
    rows = shown.narrowed(ledger.visible_to(actor, act).filter(withdrawn_at=None, **within))
    facts = _facts(chosen, shown)
    annotated = rows.annotate(**{_path(name, fact): _expression(fact) for name, fact in facts.items()})
    return Sheet(chosen, shown, annotated.order_by(ledger.scope, "pk"), _columns(chosen, facts))


def _facts(chosen: ColumnSet, shown: Source) -> Mapping[str, Fact]:
    order = [F(shown.ledger().scope).asc(), F("pk").asc()]
    numbered = {NUMBER: Fact(Window(RowNumber(), order_by=order), Kind.INTEGER)}
    return {name: (shown.facts | numbered)[name] for _, name in chosen.columns}


def _alias(name: str) -> str:
    return f"sheet_{name}"


def _path(name: str, fact: Fact) -> str:
    return f"{_alias(name)}_id" if fact.kind is Kind.DIVISION else _alias(name)


def _expression(fact: Fact) -> Any:
    return F(fact.expression) if isinstance(fact.expression, str) else fact.expression


def _columns(chosen: ColumnSet, facts: Mapping[str, Fact]) -> tuple[Column, ...]:
    return tuple(
        Column(_alias(name), label, facts[name].kind, choices=facts[name].choices, is_money=facts[name].is_money)
        for label, name in chosen.columns
    )


def _extract(actor: Actor, params: Mapping[str, Any], unmasked: bool) -> Extract:
    """`params`: {"sheet": slug, "place": code, "title": words, "on": day}."""
    made = sheet(params["sheet"], actor, params["place"], date.fromisoformat(params["on"]), act=Act.EXPORT)
    return Extract(params["title"], made.rows, made.columns, filters=params["title"], subject=made.source.ledger().slug)


register_source(EXPORT, _extract)


def page(made: Sheet, after: tuple[int, int] | None, size: int) -> tuple[list[Any], list[tuple[int, int]]]:
    """A page of the sheet behind that (division, key): the rows as tuples of values, and their keys."""
    ledger = made.source.ledger()
    scope = f"{ledger.scope}_id"
    rows = made.rows
    if after:
        rows = rows.filter(**{f"{scope}__gte": after[0]}).exclude(**{scope: after[0], "pk__lte": after[1]})
    paths = [column.attname for column in made.columns]
    found = list(rows.values_list(scope, "pk", *paths)[:size])
    return [row[2:] for row in found], [(row[0], row[1]) for row in found]
