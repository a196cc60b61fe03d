"""The base of every ledger model, and what a table of millions declares beside it."""

from __future__ import annotations

from typing import Any

from django.db import models

from bangfu.accounts.record import Record

__all__ = ["BOOKKEEPING", "Record", "client_uuid_of_few", "sent_once"]


def client_uuid_of_few() -> models.UUIDField[Any, Any]:
    """Instead of Record's own in a table of millions, most of which came by import and have none; with `sent_once`."""
    return models.UUIDField("提交编号", null=True, editable=False)


def sent_once(name: str) -> models.UniqueConstraint:
    """Unique over the rows that have a client_uuid; an index that also lists all the others takes 22 bytes of each."""
    return models.UniqueConstraint(fields=["client_uuid"], condition=models.Q(client_uuid__isnull=False), name=name)


#: columns that the core keeps itself; never in a form, a sheet or a comparison of values
BOOKKEEPING = ("id", "version", "created_at", "updated_at", "withdrawn_at", "withdrawn_reason", "client_uuid")
