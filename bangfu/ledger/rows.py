"""A row as cells: what lists, cards and details show, with masks, numbers and states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Value

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import EMPTY, Shown, all_shown, relations, shown


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


def cells(ledger: Ledger, record: Any, names: tuple[str, ...] = ()) -> Row:
    card = frozenset(ledger.card_fields)
    return Row(
        record,
        ledger.record_url(record.pk),
        [_cell(ledger, shown(ledger, n), record, card) for n in names or ledger.columns],
    )


def facts(ledger: Ledger, record: Any) -> dict[str, Any]:
    """A record by the groups of its ledger; those of which nothing is known stand together, to be folded away."""
    named = ledger.groups or {"登记内容": ledger.form}
    rows = [(title, cells(ledger, record, names)) for title, names in named.items()]
    untold = [(title, row) for title, row in rows if not row.told]
    return {
        "groups": [(title, row) for title, row in rows if row.told],
        "untold_groups": untold,
        "untold_count": sum(len(row.cells) for _, row in untold),
    }


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


def all_related(actor: Actor, hang: Sequence[tuple[str, str]], record: Any) -> list[Related]:
    """`hang`: (slug, field that refers to the record). One query tells which have rows; only those are read."""
    rows = {slug: _rows_of(actor, slug, field, record) for slug, field in hang}
    asked = [each.annotate(of=Value(slug)).values_list("of", flat=True)[:1] for slug, each in rows.items()]
    told = set(asked[0].union(*asked[1:], all=True)) if asked else set()
    return [_related(actor, slug, field, record, rows[slug] if slug in told else None) for slug, field in hang]


def related(actor: Actor, slug: str, field: str, record: Any) -> Related:
    """One ledger's rows alone."""
    return _related(actor, slug, field, record, _rows_of(actor, slug, field, record))


def _rows_of(actor: Actor, slug: str, field: str, record: Any) -> QuerySet[Any]:
    other = registry.get(slug)
    if other is None:
        raise LookupError(f"related ledger {slug} is not registered")
    return other.visible_to(actor).filter(**{field: record}, withdrawn_at=None).order_by()


def _related(actor: Actor, slug: str, field: str, record: Any, rows: QuerySet[Any] | None) -> Related:
    other = registry.get(slug)
    assert other
    if not other.may(actor, Act.READ):
        return Related(other, [], [], may_edit=False, may_list=False, query="")
    names = tuple(name for name in other.columns if name != field)
    few = [] if rows is None else rows.select_related(*relations(other, names)).order_by("pk")[: settings.RELATED_ROWS]
    return Related(
        other,
        all_shown(other, names),
        [cells(other, row, names) for row in few],
        may_edit=other.may(actor, Act.EDIT) and record.withdrawn_at is None,
        may_list=field in other.filters,
        query=f"{field}={record.pk}",
    )
