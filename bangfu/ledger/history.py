"""The story of a row: each change with who, when, why, before and after, from the trigger-kept event table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import ForeignKey, JSONField, Model, QuerySet

from bangfu.accounts.together import lists
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import EMPTY, shown
from bangfu.ledger.record import BOOKKEEPING, Record

ACTS = {
    "create": "新增",
    "change": "修改",
    "withdraw": "撤回",
    "restore": "恢复",
    "bulk": "批量修改",
    "bulk-undo": "撤销批量修改",
    "import": "导入",
    "import-undo": "撤销导入",
    "recode": "区划代码调整",
}
OPERATIONS = {"insert": "新增", "update": "修改", "delete": "删除"}
Names = Mapping[type[Model], Mapping[int, str]]  # table → key → name
KEPT = 200  # a row with more changes shows its newest; the API pages through all


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Event:
    at: datetime
    act: str
    who: str
    reason: str
    changes: list[Change]


def events(ledger: Ledger, record: Record) -> list[Event]:
    """Newest first, at most KEPT."""
    return told(ledger, rows_of(ledger, [record.pk]), record)


def rows_of(ledger: Ledger, keys: Sequence[int] | QuerySet[Any]) -> QuerySet[Any]:
    """What `told` makes events of."""
    model: Any = ledger.model._meta.get_field("history").related_model  # type: ignore[misc]
    rows: QuerySet[Any] = model.objects.filter(pgh_obj__in=keys).select_related("pgh_context").order_by("-pgh_id")
    return rows[: KEPT + 1]


def told(ledger: Ledger, rows: Iterable[Any], record: Record) -> list[Event]:
    """Newest first, at most KEPT. The rows that the record itself hangs on need not be asked for their names."""
    known = [row for row in record._state.fields_cache.values() if row is not None]
    return [event for _, event in told_of_many(ledger, list(rows), known)]


def told_of_many(ledger: Ledger, rows: list[Any], known: list[Any]) -> list[tuple[int, Event]]:
    """Of several rows together: (key of the row, event). `known`: rows of other tables whose names are not asked for."""
    names = _names_of(ledger, rows, known)
    found: list[_Writes] = []
    newest: dict[int, _Writes] = {}
    for row in reversed(rows):
        last = newest.get(row.pgh_obj_id)
        if last and row.pgh_context_id and row.pgh_context_id == last.rows[-1].pgh_context_id:
            last.rows.append(row)
        else:
            newest[row.pgh_obj_id] = _Writes(last.rows[-1] if last else None, [row])
            found.append(newest[row.pgh_obj_id])
    return [(each.rows[0].pgh_obj_id, _event(ledger, each, names)) for each in found[::-1][:KEPT]]


@dataclass(frozen=True)
class _Writes:
    """What one act wrote of one row, which is told once."""

    before: Any
    rows: list[Any]


def _event(ledger: Ledger, writes: _Writes, names: Names) -> Event:
    first, last = writes.rows[0], writes.rows[-1]
    label = last.pgh_label if last.pgh_label == "delete" else first.pgh_label
    metadata = last.pgh_context.metadata if last.pgh_context else {}
    is_told = label == "insert" or (writes.before is not None and label == "update")
    changes = _changes(ledger, last, writes.before, names) if is_told else []
    act = metadata.get("act", "")
    words = ACTS.get(act) or (OPERATIONS.get(label, label) if act.isascii() else act)  # a step is named by its words
    return Event(last.pgh_created_at, words, metadata.get("name", "") or "系统", metadata.get("reason", ""), changes)


def _changes(ledger: Ledger, row: Any, before: Any, names: Names) -> list[Change]:
    found = []
    for field in ledger.model._meta.concrete_fields:
        if field.name in BOOKKEEPING or field.name in ledger.untracked or field.generated:
            continue
        if isinstance(field, JSONField):  # what programs keep for themselves
            continue
        new, old = getattr(row, field.attname), getattr(before, field.attname) if before else None
        if new != old and not (before is None and new in (None, "", [])):
            words = [_words(ledger, field, value, names) for value in (old, new)]
            found.append(Change(str(field.verbose_name), words[0] if before else "", words[1]))
    return found


def _words(ledger: Ledger, field: Any, value: Any, names: Names) -> str:
    if isinstance(field, ForeignKey):
        return "" if value is None else names[field.related_model].get(value, f"编号 {value}（已删除）")
    text = shown(ledger, field.name).text_of(value)
    return "" if text == EMPTY else text


def _names_of(ledger: Ledger, rows: list[Any], known: list[Model]) -> Names:
    """Names of all rows of other tables that are mentioned; what is not known is asked in one query."""
    mentioned: dict[type[Model], set[int]] = defaultdict(set)
    for field in ledger.model._meta.concrete_fields:
        if field.is_relation and field.name not in ledger.untracked:
            mentioned[field.related_model] |= {getattr(row, field.attname) for row in rows} - {None}  # type: ignore[index]
    for row in known:
        mentioned[type(row)].discard(row.pk)
    asked = [(model._default_manager, keys) for model, keys in mentioned.items() if keys]
    others = lists([rows.filter(pk__in=keys).select_related() for rows, keys in asked])  # a name may be made of theirs
    names: defaultdict[type[Model], dict[int, str]] = defaultdict(dict)
    for row in chain(known, *others):
        names[type(row)][row.pk] = row.full_name if isinstance(row, Division) else str(row)
    return names
