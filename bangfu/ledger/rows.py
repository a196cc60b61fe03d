"""A row as cells: what lists, cards and details show, with masks, numbers and states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import Shown, all_shown, relations, shown


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


def cells(ledger: Ledger, record: Any, names: tuple[str, ...] = ()) -> Row:
    card = frozenset(ledger.card_fields)
    return Row(
        record,
        ledger.record_url(record.pk),
        [_cell(ledger, shown(ledger, n), record, card) for n in names or ledger.columns],
    )


def _cell(ledger: Ledger, item: Shown, record: Any, card: frozenset[str]) -> Cell:
    value = item.value(record)
    tones = ledger.tones.get(item.name)
    return Cell(
        name=item.name,
        label=item.label,
        text=item.text_of(value),
        is_number=item.is_number,
        is_masked=bool(item.mask and value),
        tone=tones.get(value, "") if tones else "",
        classes=" ".join(["num"] * item.is_number + ["off-card"] * (item.name not in card)),
        title=value.full_name if item.is_division and value else "",
        url=other.record_url(value.pk) if item.is_relation and value and (other := registry.of(type(value))) else "",
    )


@dataclass(frozen=True)
class Related:
    """Rows of another ledger that belong to a record, as its page shows them; no headers for who may not read them."""

    ledger: Ledger
    headers: list[Shown]
    rows: list[Row]
    may_edit: bool
    may_list: bool  # the list of the other ledger can be narrowed to this record
    query: str


def related(actor: Actor, slug: str, field: str, record: Any) -> Related:
    other = registry.get(slug)
    if other is None:
        raise LookupError(f"related ledger {slug} is not registered")
    if not other.may(actor, Act.READ):
        return Related(other, [], [], may_edit=False, may_list=False, query="")
    names = tuple(name for name in other.columns if name != field)
    rows = other.visible_to(actor).filter(**{field: record}, withdrawn_at=None)
    few = rows.select_related(*relations(other, names)).order_by("pk")[: settings.RELATED_ROWS]
    return Related(
        other,
        all_shown(other, names),
        [cells(other, row, names) for row in few],
        may_edit=other.may(actor, Act.EDIT) and record.withdrawn_at is None,
        may_list=field in other.filters,
        query=f"{field}={record.pk}",
    )
