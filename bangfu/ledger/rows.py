"""A row as cells: what lists, cards and details show, with masks, numbers and states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import Shown, shown


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
