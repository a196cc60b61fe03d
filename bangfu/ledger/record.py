"""What every ledger row has: a version, times, withdrawal instead of deletion, and an id made by the client."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now


class Record(models.Model):
    """Base of every ledger model. Columns have database defaults, so that COPY and set-based SQL may omit them."""

    version = models.PositiveIntegerField("版本", default=1, db_default=1, editable=False)
    created_at = models.DateTimeField("登记时间", db_default=Now(), editable=False)
    updated_at = models.DateTimeField("更新时间", db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, editable=False)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, default="", db_default="", editable=False)
    client_uuid = models.UUIDField("提交编号", null=True, unique=True, editable=False)

    class Meta:
        abstract = True


def client_uuid_of_few() -> models.UUIDField[Any, Any]:
    """Instead of Record's own in a table of millions, most of which came by import and have none; with `sent_once`."""
    return models.UUIDField("提交编号", null=True, editable=False)


def sent_once(name: str) -> models.UniqueConstraint:
    """Unique over the rows that have a client_uuid; an index that also lists all the others takes 22 bytes of each."""
    return models.UniqueConstraint(fields=["client_uuid"], condition=models.Q(client_uuid__isnull=False), name=name)


#: columns that the core keeps itself; never in a form, a sheet or a comparison of values
BOOKKEEPING = ("id", "version", "created_at", "updated_at", "withdrawn_at", "withdrawn_reason", "client_uuid")
