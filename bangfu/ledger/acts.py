"""The named acts on a row: create, change, withdraw, restore. Each is one transaction with who and why in history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.lawbook.acts import recorded
from bangfu.ledger import saved
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.record import BOOKKEEPING, Record

__all__ = ["Overtaken", "Refused", "change", "create", "recorded", "restore", "withdraw"]


class Overtaken(Exception):
    """Somebody else changed the row meanwhile; `current` is the row as it is now."""

    def __init__(self, current: Record) -> None:
        super().__init__("这条记录刚刚被他人修改")
        self.current = current


class Refused(IntegrityError):
    """What was written may not stand, seen under a lock (limits.py); the message says why. An import is judged again."""


def create(ledger: Ledger, values: Mapping[str, Any], *, by: Actor, client_uuid: UUID | None = None) -> Record:
    """Adds a row. The same `client_uuid` again gives the row made first: a repeated request doubles nothing."""
    record = ledger.model(**values, client_uuid=client_uuid)
    ledger.place(record)
    ledger.prepare(record)
    try:
        keys: list[int] = []
        with recorded(by, "create"), ledger.following(keys):
            record.save(force_insert=True)
            saved.note(record)
            keys.append(record.pk)
    except IntegrityError:
        first = client_uuid and ledger.model._default_manager.filter(client_uuid=client_uuid).first()
        if not first:
            raise
        return first
    return record


def change(
    ledger: Ledger, record: Record, values: Mapping[str, Any], *, by: Actor, version: int, reason: str = ""
) -> Record:
    """Writes the values if the row still has `version`. Errors: Overtaken, when somebody was first."""
    for name, value in values.items():
        setattr(record, name, value)
    ledger.place(record)
    ledger.prepare(record)
    columns = {
        field.attname: getattr(record, field.attname)
        for field in record._meta.concrete_fields
        if field.name not in BOOKKEEPING and not field.generated
    }
    with recorded(by, "change", reason), ledger.following([record.pk]):
        updated = ledger.model._default_manager.filter(pk=record.pk, version=version).update(
            **columns, version=F("version") + 1, updated_at=Now()
        )
        if not updated:
            raise Overtaken(ledger.model._default_manager.get(pk=record.pk))
        saved.note(record)
    record.refresh_from_db()
    return record


def withdraw(ledger: Ledger, record: Record, *, by: Actor, reason: str) -> None:
    """Takes a row out of lists and figures; it keeps its history and can be restored."""
    _set_withdrawn(ledger, record, by, "withdraw", reason, withdrawn_at=Now(), withdrawn_reason=reason)


def restore(ledger: Ledger, record: Record, *, by: Actor, reason: str) -> None:
    _set_withdrawn(ledger, record, by, "restore", reason, withdrawn_at=None, withdrawn_reason="")


def _set_withdrawn(ledger: Ledger, record: Record, by: Actor, act: str, reason: str, **columns: Any) -> None:
    with recorded(by, act, reason), ledger.following([record.pk]):
        rows = ledger.model._default_manager.filter(pk=record.pk, version=record.version)
        if not rows.update(**columns, version=F("version") + 1, updated_at=Now()):
            raise Overtaken(ledger.model._default_manager.get(pk=record.pk))
        saved.note(record)
