"""The story of a local value and of the holidays: who did what, when, why, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from bangfu.lawbook.models import TERM_UNITS, Holiday, ParameterOverride

ACTS = {"register": "登记", "correct": "更正", "end": "终止", "withdraw": "撤回", "arrange": "登记", "remove": "删除"}
OPERATIONS = {"insert": "新增", "update": "修改", "delete": "删除"}
TOLD = ("division_id", "value", "unit", "from_on", "to_on", "document_no", "note")
HOLIDAY_EVENTS = 400  # days; the last few yearly notices
_OVERRIDE_EVENTS: Any = ParameterOverride._meta.get_field("history").related_model
_HOLIDAY_EVENTS: Any = Holiday._meta.get_field("history").related_model


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Event:
    """As ui/_timeline.html shows it."""

    at: datetime
    act: str
    who: str
    reason: str = ""
    text: str = ""
    changes: Sequence[Change] = field(default_factory=tuple)


def registrars(rows: Iterable[ParameterOverride]) -> dict[int, str]:
    """Who registered each row, in one query."""
    events = _OVERRIDE_EVENTS.objects.filter(pgh_obj__in=[row.pk for row in rows], pgh_label="insert")
    return {pk: name or "" for pk, name in events.values_list("pgh_obj_id", "pgh_context__metadata__name")}


def of_override(row: ParameterOverride) -> list[Event]:
    """Newest first."""
    rows = list(_OVERRIDE_EVENTS.objects.filter(pgh_obj=row.pk).select_related("pgh_context").order_by("pgh_id"))
    found = []
    for number, event in enumerate(rows):
        before = rows[number - 1] if number else None
        found.append(_told(event, changes=_changes(row, event, before)))
    return found[::-1]


def of_holidays() -> list[Event]:
    """One event for each time somebody registered or removed days, newest first."""
    rows = _HOLIDAY_EVENTS.objects.select_related("pgh_context").order_by("-pgh_id")[:HOLIDAY_EVENTS]
    groups = groupby(rows, key=lambda event: (event.pgh_context_id, event.pgh_label, event.document_no))
    return [_of_days(sorted(group, key=lambda event: event.day)) for _, group in groups]


def _of_days(events: list[Any]) -> Event:
    names = "、".join(dict.fromkeys(event.name for event in events))
    first, last = events[0].day, events[-1].day
    days = f"{first}" if first == last else f"{first} 至 {last}，共 {len(events)} 天"
    return _told(events[0], text=f"{names}（{days}），{events[0].document_no}")


def _told(event: Any, **more: Any) -> Event:
    said = event.pgh_context.metadata if event.pgh_context else {}
    given, reason = said.get("act", ""), said.get("reason", "")
    if given == "register":  # one act: the new row, and the end of the one it follows
        given, reason = ("register", "") if event.pgh_label == "insert" else ("end", reason)
    act = ACTS.get(given) or OPERATIONS[event.pgh_label]
    return Event(event.pgh_created_at, act, said.get("name", "") or "系统", reason, **more)


def _changes(row: ParameterOverride, event: Any, before: Any) -> list[Change]:
    found = []
    for name in TOLD:
        new, old = getattr(event, name), getattr(before, name) if before else None
        if new != old and not (before is None and new in (None, "")):
            found.append(Change(_label(name), _words(row, name, old), _words(row, name, new)))
    return found


def _label(name: str) -> str:
    column: Any = ParameterOverride._meta.get_field(name.removesuffix("_id"))
    return str(column.verbose_name)


def _words(row: ParameterOverride, name: str, value: Any) -> str:
    if name == "division_id" and value == row.division_id:
        return row.division.full_name
    if name == "unit" and value:
        return dict(TERM_UNITS)[value]
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value or "")
