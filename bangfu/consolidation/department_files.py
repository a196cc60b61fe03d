"""部门数据 (1.1): the files that departments hand over each month, what was recognised in them and how much matched.

Nobody types a number: rows and matches are counted by the screening itself.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import Q

from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.exchange.sheet import Kind
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record


def _storage() -> FileSystemStorage:
    """Files of departments hold what is most private: below MEDIA_ROOT, readable by the server alone."""
    return FileSystemStorage(file_permissions_mode=0o600, directory_permissions_mode=0o700)


def _place(record: Any, name: str) -> str:
    return f"screening/{record.county_id}/files/{record.sha256[:16]}/{name}"


class DepartmentFile(Record):
    """One file for one county and month."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待匹配"
        MATCHED = "matched", "已匹配"
        REFUSED = "refused", "不能使用"

    county = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="县（市、区）")
    month = models.DateField("月份")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="报送单位")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="上传人"
    )
    data_set = models.CharField("数据种类代码", max_length=40, default="", db_default="")
    title = models.CharField("数据种类", max_length=40, default="", db_default="")
    file = models.FileField("文件", upload_to=_place, storage=_storage, max_length=300)
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("内容摘要", max_length=64)
    size = models.PositiveBigIntegerField("字节数", default=0, db_default=0)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    rows = models.PositiveIntegerField("行数", default=0, db_default=0)
    used = models.PositiveIntegerField("采用行数", default=0, db_default=0)
    counts = models.JSONField("各种情况的行数", default=dict, db_default={})
    message = models.TextField("说明", default="", db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "部门数据"
        indexes = [models.Index(fields=["county", "id"], name="department_file_county")]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "month", "sha256"], condition=Q(withdrawn_at=None), name="one_file_a_month"
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def unused(self) -> int:
        return self.rows - self.used


class DepartmentFileLedger(Ledger):
    slug, model, article, scope, unit = "department-files", DepartmentFile, "1.1", "county", "unit"
    says = "部门每月报送的数据文件，认出了什么、匹配上多少"
    read_by, edited_by, acts_only = (Role.COUNTY, Role.DEPARTMENT), (Role.COUNTY, Role.DEPARTMENT), True
    columns = ("file_name", "county", "title", "month", "state", "rows", "used")
    filters = ("month", "state")
    search = ("file_name", "title")
    kinds = {"month": Kind.MONTH}
    tones = {"state": {"matched": "ok", "refused": "bad", "waiting": "warn"}}
    groups = {"文件": (*columns, "message")}
    stats = (Stat("采用行数", total="used", unit="行"),)
    detail_template, work_page = "consolidation/department_file_record.html", ("consolidation:screening", "上传和筛查")
    untracked = ("counts",)
