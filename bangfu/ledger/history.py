"""The story of a row: each change with who, when, why, before and after, from the trigger-kept event table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import ForeignKey

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
    names = _division_names(ledger, rows)
    found: list[tuple[int, Event]] = []
    before: dict[int, Any] = {}
    for row in reversed(rows):
        found.append((row.pgh_obj_id, _event(ledger, row, before.get(row.pgh_obj_id), names)))
        before[row.pgh_obj_id] = row
    return found[::-1][:KEPT]


def _event(ledger: Ledger, row: Any, before: Any, names: dict[int, str]) -> Event:
    metadata = row.pgh_context.metadata if row.pgh_context else {}
    act = ACTS.get(metadata.get("act", ""), "") or OPERATIONS.get(row.pgh_label, row.pgh_label)
    is_told = row.pgh_label == "insert" or (before is not None and row.pgh_label == "update")
    changes = _changes(ledger, row, before, names) if is_told else []
    return Event(row.pgh_created_at, act, metadata.get("name", "") or "系统", metadata.get("reason", ""), changes)


def _changes(ledger: Ledger, row: Any, before: Any, names: dict[int, str]) -> list[Change]:
    found = []
    for field in ledger.model._meta.concrete_fields:
        if field.name in BOOKKEEPING or field.name in ledger.untracked or field.generated:
            continue
        new, old = getattr(row, field.attname), getattr(before, field.attname) if before else None
        if new != old and not (before is None and new in (None, "", [])):
            words = [_words(ledger, field, value, names) for value in (old, new)]
            found.append(Change(str(field.verbose_name), words[0] if before else "", words[1]))
    return found


def _words(ledger: Ledger, field: Any, value: Any, names: dict[int, str]) -> str:
    if isinstance(field, ForeignKey) and value is not None:
        return names.get(value, f"编号 {value}") if field.related_model is Division else f"编号 {value}"
    text = shown(ledger, field.name).text_of(value)
    return "" if text == EMPTY else text


def _division_names(ledger: Ledger, rows: list[Any]) -> dict[int, str]:
    """Names of all divisions mentioned, in one query."""
    columns = [f.attname for f in ledger.model._meta.concrete_fields if f.is_relation and f.related_model is Division]
    codes = {getattr(row, column) for row in rows for column in columns} - {None}
    return dict(Division.objects.filter(code__in=codes).values_list("code", "full_name")) if codes else {}
