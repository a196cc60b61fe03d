"""The named acts on local values of parameters and on holidays: each one transaction, with who and why in history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, Protocol
from uuid import UUID

import pghistory
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from bangfu.lawbook.models import Holiday, ParameterOverride
from bangfu.policy.holidays import Day

_ONE_DAY = timedelta(days=1)


class Author(Protocol):
    """What is asked of request.actor; its class lies in a package to the right of this one."""

    @property
    def user(self) -> Any: ...


class Overtaken(Exception):
    """Somebody else changed the row meanwhile; `current` is the row as it is now."""

    def __init__(self, current: ParameterOverride) -> None:
        super().__init__("这条登记刚刚被他人修改")
        self.current = current


class TimeTaken(Exception):
    """Somebody else registered a value for the same place and time meanwhile."""


@contextmanager
def recorded(by: Author, act: str, reason: str = "") -> Iterator[None]:
    """History of everything inside names who did it and why.

    An act inside another, or that follows from it in the same request, is part of it: the first names all, and a person
    goes before a program (a user of None). A reason is that of the first which gives one.
    """
    with transaction.atomic(), pghistory.context() as history:
        before = dict(history.metadata)
        if "act" not in before or (by.user and not before["name"]):
            who = {"user": by.user.pk, "name": str(by.user)} if by.user else {"user": None, "name": ""}
            history.metadata.update(who, act=act, reason=reason)
        elif reason and not before["reason"]:
            history.metadata["reason"] = reason
        try:
            yield
        except BaseException:
            history.metadata.clear()
            history.metadata.update(before)
            raise


def register(
    row: ParameterOverride, *, by: Author, client_uuid: UUID | None = None, ending: ParameterOverride | None = None
) -> ParameterOverride:
    """Adds a checked row; the same `client_uuid` again gives the row made first.

    `ending`: the earlier row that the new one follows; it ends the day before. Errors: TimeTaken.
    """
    row.client_uuid = client_uuid
    try:
        with recorded(by, "register", f"由 {row.document_no} 接替" if ending else ""):
            if ending:
                _write(ending, to_on=row.from_on - _ONE_DAY)
            row.save(force_insert=True)
    except (IntegrityError, Overtaken):
        same = {"client_uuid": client_uuid, "code": row.code, "division": row.division_id}
        first = ParameterOverride.objects.filter(**same).first() if client_uuid else None
        if not first:
            raise TimeTaken from None
        return first
    return row


def correct(row: ParameterOverride, values: Mapping[str, Any], *, by: Author) -> None:
    """Writes the values if the row still has its version. Errors: Overtaken, TimeTaken."""
    try:
        with recorded(by, "correct"):
            _write(row, **values)
    except IntegrityError:
        raise TimeTaken from None


def end(row: ParameterOverride, *, last_on: date, reason: str, by: Author) -> None:
    """The value holds to that day and no longer. Errors: Overtaken."""
    with recorded(by, "end", reason):
        _write(row, to_on=last_on)


def withdraw(row: ParameterOverride, *, reason: str, by: Author) -> None:
    """As if it had never been registered: for mistakes. Errors: Overtaken."""
    with recorded(by, "withdraw", reason):
        _write(row, withdrawn_at=Now(), withdrawn_reason=reason)


def _write(row: ParameterOverride, **columns: Any) -> None:
    mine = ParameterOverride.objects.valid().filter(pk=row.pk, version=row.version)
    if not mine.update(**columns, version=F("version") + 1, updated_at=Now()):
        raise Overtaken(ParameterOverride.objects.get(pk=row.pk))


@contextmanager
def arranging(by: Author, act: str, reason: str = "") -> Iterator[None]:
    """Nobody else writes holidays until the end of the transaction: what was looked at inside stays true."""
    with recorded(by, act, reason):
        with connection.cursor() as cursor:
            cursor.execute(f"lock table {Holiday._meta.db_table} in share row exclusive mode")
        yield


def write_holidays(days: Iterable[Day], document_no: str) -> None:
    """Inside `arranging`. A day that is there gets the new arrangement."""
    rows = [Holiday(day=day.day, is_workday=day.is_workday, name=day.name, document_no=document_no) for day in days]
    fields = ["is_workday", "name", "document_no"]
    Holiday.objects.bulk_create(rows, update_conflicts=True, unique_fields=["day"], update_fields=fields)


def remove_holidays(first: date, last: date, document_no: str, *, reason: str, by: Author) -> int:
    """Takes the days of one document out again; the files hold for them then. Returns how many."""
    with arranging(by, "remove", reason):
        removed, _ = Holiday.objects.filter(day__gte=first, day__lte=last, document_no=document_no).delete()
    return removed
