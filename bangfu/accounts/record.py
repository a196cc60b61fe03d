"""What every ledger row has: a version, times, withdrawal instead of deletion, and an id made by the client.

Here, below the ledgers, because a unit is such a row and accounts refer to units.
"""

from __future__ import annotations

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
