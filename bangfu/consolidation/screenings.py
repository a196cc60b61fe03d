"""部门筛查 (1.1): the files that departments hand over each month, and the runs that turn them into clues.

Nobody types a number: rows, matches and clues are counted by the screening itself.
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
from bangfu.people.models import Household


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


class ScreeningRun(Record):
    """One run over a county and month. Its clues come into the lists of the villages when it is done, never before."""

    class State(models.TextChoices):
        QUEUED = "queued", "等待开始"
        RUNNING = "running", "正在筛查"
        DONE = "done", "已完成"
        STOPPED = "stopped", "没有完成"

    county = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="县（市、区）")
    month = models.DateField("月份")
    as_of = models.DateField("截止日期")
    run_no = models.CharField("批次", max_length=40, unique=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    message = models.TextField("说明", default="", db_default="")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="开始人"
    )
    finished_at = models.DateTimeField("完成时间", null=True)
    #: where each household went: new, merged, known, suppressed, monitored, missing
    counts = models.JSONField("结果", default=dict, db_default={})
    #: versions of rules, values of parameters, fingerprints of files, what was left out and why
    manifest = models.JSONField("依据", default=dict, db_default={})

    class Meta:
        verbose_name = verbose_name_plural = "筛查批次"
        indexes = [models.Index(fields=["county", "id"], name="screening_run_county")]
        constraints = [
            models.UniqueConstraint(
                fields=["county"], condition=Q(state__in=["queued", "running"]), name="one_screening_at_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.county}{self.month:%Y年%m月}筛查"

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)


class ScreeningHit(models.Model):
    """One household that a run found, and what became of it."""

    class Fate(models.TextChoices):
        NEW = "new", "新线索"
        MERGED = "merged", "并入已有线索"
        KNOWN = "known", "线索里已有"
        SUPPRESSED = "suppressed", "核实过不需要"
        MONITORED = "monitored", "已在监测或核实"
        MISSING = "missing", "名册里已没有"

    run = models.ForeignKey(ScreeningRun, models.CASCADE, db_index=False, related_name="hits", verbose_name="批次")
    household = models.ForeignKey(
        Household, models.DO_NOTHING, db_constraint=False, related_name="screening_hits", verbose_name="农户"
    )
    village_id = models.BigIntegerField("行政村", null=True)
    fate = models.CharField("去向", max_length=10, choices=Fate.choices)
    score = models.SmallIntegerField("分数")
    colour = models.CharField("缓急", max_length=10)
    reasons = models.JSONField("依据", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "筛查结果"
        indexes = [models.Index(fields=["run", "fate", "-score", "id"], name="screening_hit_fate")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.household_id}"


class ScreeningRunLedger(Ledger):
    slug, model, article, scope = "screening-runs", ScreeningRun, "1.1", "county"
    says = "各部门数据每月比对一次，发现的线索自动进入各村名单"
    read_by, edited_by, acts_only = (Role.PROVINCE, Role.CITY, Role.COUNTY), (Role.COUNTY,), True
    columns = ("run_no", "county", "month", "state", "as_of", "finished_at")
    filters = ("state", "month", "finished_at")
    kinds = {"month": Kind.MONTH}
    tones = {"state": {"done": "ok", "stopped": "bad", "queued": "warn", "running": "note"}}
    groups = {"批次": (*columns, "message")}
    stats = (Stat("已完成", where=Q(state="done"), unit="次"),)
    detail_template = "consolidation/screening_run_record.html"
    untracked = ("counts", "manifest")


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
    detail_template = "consolidation/department_file_record.html"
    untracked = ("counts",)
