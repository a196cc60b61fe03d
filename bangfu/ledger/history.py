"""The story of a row: each change with who, when, why, before and after, from the trigger-kept event table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import ForeignKey, Model

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
    return [event for _, event in events_of(ledger, [record.pk])]


def events_of(ledger: Ledger, keys: Sequence[int]) -> list[tuple[int, Event]]:
    """Of several rows together: (key of the row, event), newest first, at most KEPT."""
    model: Any = ledger.model._meta.get_field("history").related_model  # type: ignore[misc]
    rows = list(model.objects.filter(pgh_obj__in=keys).select_related("pgh_context").order_by("-pgh_id")[: KEPT + 1])
    names = _names_of(ledger, rows)
    found: list[tuple[int, Event]] = []
    before: dict[int, Any] = {}
    for row in reversed(rows):
        found.append((row.pgh_obj_id, _event(ledger, row, before.get(row.pgh_obj_id), names)))
        before[row.pgh_obj_id] = row
    return found[::-1][:KEPT]


def _event(ledger: Ledger, row: Any, before: Any, names: Names) -> Event:
    metadata = row.pgh_context.metadata if row.pgh_context else {}
    act = ACTS.get(metadata.get("act", ""), "") or OPERATIONS.get(row.pgh_label, row.pgh_label)
    is_told = row.pgh_label == "insert" or (before is not None and row.pgh_label == "update")
    changes = _changes(ledger, row, before, names) if is_told else []
    return Event(row.pgh_created_at, act, metadata.get("name", "") or "系统", metadata.get("reason", ""), changes)


def _changes(ledger: Ledger, row: Any, before: Any, names: Names) -> list[Change]:
    found = []
    for field in ledger.model._meta.concrete_fields:
        if field.name in BOOKKEEPING or field.name in ledger.untracked or field.generated:
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


def _names_of(ledger: Ledger, rows: list[Any]) -> Names:
    """Names of all rows of other tables that are mentioned, one query a table."""
    mentioned: dict[type[Model], set[int]] = defaultdict(set)
    for field in ledger.model._meta.concrete_fields:
        if field.is_relation and field.name not in ledger.untracked:
            mentioned[field.related_model] |= {getattr(row, field.attname) for row in rows} - {None}  # type: ignore[index]
    return {model: _named(model, keys) if keys else {} for model, keys in mentioned.items()}


def _named(model: type[Model], keys: set[int]) -> dict[int, str]:
    rows = model._default_manager.filter(pk__in=keys)
    if model is Division:
        return dict(rows.values_list("pk", "full_name"))
    return {row.pk: str(row) for row in rows.select_related()}  # a name may be made from the row it hangs on
