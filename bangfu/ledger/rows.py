"""A row as cells: what lists, cards and details show, with masks, numbers and states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Value

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.accounts.together import lists
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import EMPTY, Shown, all_shown, relations, shown

FEW = 12  # ledgers whose rows are asked for at once
#: (slug of a ledger, its field that refers to the record)
Hanging = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Cell:
    name: str
    label: str
    text: str
    is_number: bool
    is_masked: bool
    tone: str
    classes: str
    title: str
    url: str


@dataclass(frozen=True)
class Row:
    record: Any
    url: str
    cells: list[Cell]

    @property
    def told(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.text != EMPTY]

    @property
    def untold(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.text == EMPTY]


def cells(ledger: Ledger, record: Any, names: tuple[str, ...] = (), reader: Actor | None = None) -> Row:
    """With `reader`, what a cell names is a link where the reader may open it."""
    card = frozenset(ledger.card_fields)
    return Row(
        record,
        ledger.record_url(record.pk),
        [_cell(ledger, shown(ledger, n), record, card, reader) for n in names or ledger.columns],
    )


def facts(ledger: Ledger, record: Any, reader: Actor) -> dict[str, Any]:
    """A record by the groups of its ledger; those of which nothing is known stand together, to be folded away."""
    named = ledger.groups or {"登记内容": ledger.form}
    rows = [(title, cells(ledger, record, names, reader)) for title, names in named.items()]
    untold = [(title, row) for title, row in rows if not row.told]
    return {
        "groups": [(title, row) for title, row in rows if row.told],
        "untold_groups": untold,
        "untold_count": sum(len(row.cells) for _, row in untold),
    }


def _cell(ledger: Ledger, item: Shown, record: Any, card: frozenset[str], reader: Actor | None) -> Cell:
    value = item.value(record)
    tones = ledger.tones.get(item.name)
    classes = ["num"] * item.is_number + ["cell-day"] * isinstance(value, date)
    return Cell(
        name=item.name,
        label=item.heading,
        text=f"{value:,}" if item.is_money and isinstance(value, Decimal) else item.text_of(value),
        is_number=item.is_number,
        is_masked=bool(item.mask and value),
        tone=tones.get(value, "") if tones else "",
        classes=" ".join(classes + ["off-card"] * (item.name not in card)),
        title=value.full_name if item.is_division and value else "",
        url=_way_to(value, reader) if reader and item.is_relation and value else "",
    )


def _way_to(record: Any, reader: Actor) -> str:
    other = registry.of(type(record))
    return other.record_url(record.pk) if other and other.may_open(reader, record) else ""


@dataclass(frozen=True)
class Related:
    """Rows of another ledger that belong to a record, as its page shows them; no headers for who may not read them."""

    ledger: Ledger
    headers: list[Shown]
    rows: list[Row]
    may_edit: bool
    may_list: bool  # the list of the other ledger can be narrowed to this record
    query: str


def all_related(actor: Actor, hang: Hanging, record: Any) -> list[Related]:
    return all_related_and(actor, hang, record, ())[0]


def all_related_and(
    actor: Actor, hang: Hanging, record: Any, beside: Sequence[QuerySet[Any]]
) -> tuple[list[Related], list[list[Any]]]:
    """And the rows of other lists of the page. One query; where many hang on the record, one before tells which have rows."""
    rows = {each: _rows_of(actor, *each, record) for each in hang}
    if len(rows) > FEW:
        rows = _that_exist(rows)
    told = lists([*(each[: settings.RELATED_ROWS] for each in rows.values()), *beside])
    found = dict(zip(rows, told, strict=False))
    shown = [related(actor, slug, field, record, found.get((slug, field), [])) for slug, field in hang]
    return shown, told[len(rows) :]


def _that_exist(rows: Mapping[tuple[str, str], QuerySet[Any]]) -> dict[tuple[str, str], QuerySet[Any]]:
    looks = [
        each.order_by().annotate(of=Value(number)).values_list("of", flat=True)[:1]
        for number, each in enumerate(rows.values())
    ]
    told = set(looks[0].union(*looks[1:], all=True))
    return {each: rows[each] for number, each in enumerate(rows) if number in told}


def _rows_of(actor: Actor, slug: str, field: str, record: Any) -> QuerySet[Any]:
    other = _ledger(slug)
    rows = other.visible_to(actor).filter(**{field: record}, withdrawn_at=None)
    return rows.select_related(*relations(other, _names(other, field))).order_by("pk")


def related(actor: Actor, slug: str, field: str, record: Any, rows: Sequence[Any]) -> Related:
    """Rows that have been read with what their columns name."""
    other = _ledger(slug)
    if not other.may(actor, Act.READ):
        return Related(other, [], [], may_edit=False, may_list=False, query="")
    names = _names(other, field)
    return Related(
        other,
        all_shown(other, names),
        [cells(other, row, names) for row in rows],
        may_edit=other.may(actor, Act.EDIT) and record.withdrawn_at is None,
        may_list=field in other.filters,
        query=f"{field}={record.pk}",
    )


def _names(other: Ledger, field: str) -> tuple[str, ...]:
    """Its columns beside that of the record, which is the same in every row."""
    return tuple(name for name in other.columns if name != field)


def _ledger(slug: str) -> Ledger:
    found = registry.get(slug)
    if found is None:
        raise LookupError(f"related ledger {slug} is not registered")
    return found
