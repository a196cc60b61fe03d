"""Working days in force: the State Council's arrangements of guideline/holidays/ and the rows officials added."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bangfu.kernel import workdays
from bangfu.kernel.workdays import Holidays
from bangfu.lawbook import kept
from bangfu.lawbook.models import Holiday
from bangfu.policy import holidays
from bangfu.policy.holidays import Day


def table() -> Holidays:
    """One query, in a reading request one for all; ask once for many days."""
    return kept.once(Holiday, _table)


def _table() -> Holidays:
    files = holidays.table()
    rows = dict(Holiday.objects.values_list("day", "is_workday"))
    return Holidays({**files.exceptions, **rows}, files.years | {day.year for day in rows})


def add_workdays(day: date, count: int) -> date:
    return workdays.add(day, count, table())


def is_workday(day: date) -> bool:
    return workdays.is_workday(day, table())


@dataclass(frozen=True)
class Planned:
    """A day to be registered and what stands there now, in words; `is_same`: nothing to do."""

    day: Day
    before: str
    is_same: bool


@dataclass(frozen=True)
class Plan:
    """`mark` names the rows that were looked at; another mark later means that somebody changed them."""

    lines: tuple[Planned, ...]
    faults: tuple[str, ...]
    mark: str

    @property
    def to_write(self) -> list[Day]:
        return [line.day for line in self.lines if not line.is_same]


def plan(days: Sequence[Day], document_no: str) -> Plan:
    """What registering these days would do. Two queries at most."""
    rows = Holiday.objects.in_bulk([day.day for day in days])
    on_file = {day.day: day for arrangement in holidays.arrangements() for day in arrangement.days}
    lines, faults = [], []
    for day in days:
        row, filed = rows.get(day.day), on_file.get(day.day)
        now = row or filed
        lines.append(Planned(day, _words(now) if now else "", _is_same(day, row, filed, document_no)))
        if day.is_workday and day.day.weekday() < 5 and (now is None or now.is_workday):
            faults.append(f"{day.day} 是周{'一二三四五'[day.day.weekday()]}，本来就上班，请核对年份和日期")
    seen = repr([(row.day, row.is_workday, row.name, row.document_no) for _, row in sorted(rows.items())])
    return Plan(tuple(lines), tuple(faults), hashlib.sha256(seen.encode()).hexdigest())


def _is_same(day: Day, row: Holiday | None, filed: Day | None, document_no: str) -> bool:
    if row:
        return (row.is_workday, row.name, row.document_no) == (day.is_workday, day.name, document_no)
    return filed is not None and (filed.is_workday, filed.name) == (day.is_workday, day.name)


def _words(day: Holiday | Day) -> str:
    return f"{day.name}，{'上班' if day.is_workday else '放假'}"
