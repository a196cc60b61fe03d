"""Working days in force: the State Council's arrangements of guideline/holidays/ and the rows officials added."""

from __future__ import annotations

from datetime import date

from bangfu.kernel import workdays
from bangfu.kernel.workdays import Holidays
from bangfu.lawbook.models import Holiday
from bangfu.policy import holidays


def table() -> Holidays:
    """One query; ask once for many days."""
    files = holidays.table()
    rows = dict(Holiday.objects.values_list("day", "is_workday"))
    return Holidays({**files.exceptions, **rows}, files.years | {day.year for day in rows})


def add_workdays(day: date, count: int) -> date:
    return workdays.add(day, count, table())


def is_workday(day: date) -> bool:
    return workdays.is_workday(day, table())
