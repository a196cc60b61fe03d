"""导入、导出: one run from upload to undo, its rows while they wait, and files made for fetching."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from bangfu.divisions.scope import Scope
from bangfu.exchange.limits import limits


def _storage() -> FileSystemStorage:
    """Uploads hold personal data: below MEDIA_ROOT, readable by the server alone, never served as files."""
    return FileSystemStorage(file_permissions_mode=0o600, directory_permissions_mode=0o700)


class State(models.TextChoices):
    UPLOADED = "uploaded", "等待读取"
    READING = "reading", "正在读取"
    REFUSED = "refused", "不能读取"
    PREVIEWED = "previewed", "等待确认"
    CONFIRMED = "confirmed", "等待写入"
    WRITING = "writing", "正在写入"
    DONE = "done", "已导入"
    UNDO_ASKED = "undo_asked", "等待撤销"
    UNDOING = "undoing", "正在撤销"
    UNDONE = "undone", "已撤销"
    DISCARDED = "discarded", "已放弃"


#: somebody works on it, or will
BUSY = frozenset({State.UPLOADED, State.READING, State.CONFIRMED, State.WRITING, State.UNDO_ASKED, State.UNDOING})
#: a worker has it in hand and holds its lock
IN_HAND = {State.READING: State.UPLOADED, State.WRITING: State.CONFIRMED, State.UNDOING: State.UNDO_ASKED}


class ImportRun(models.Model):
    """One file on its way in. Everything of it is visible to its owner alone."""

    book = models.CharField("表格", max_length=80)
    title = models.CharField("名称", max_length=120)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="导入人")
    ranges = models.JSONField("范围", help_text="导入时可写的区划代码段，[[低, 高], …]")
    file = models.FileField("文件", upload_to="imports/", storage=_storage, max_length=200)
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("内容摘要", max_length=64)
    size = models.PositiveBigIntegerField("字节数")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.UPLOADED)
    clears_blanks = models.BooleanField("空白单元格清空原值", default=False)
    recognised = models.JSONField("识别结果", default=dict)
    counts = models.JSONField("各类行数", default=dict)
    outcome = models.JSONField("结果", default=dict)
    message = models.TextField("说明", blank=True, default="")
    reason = models.CharField("事由", max_length=200, blank=True, default="")
    created_at = models.DateTimeField("上传时间", db_default=Now())
    changed_at = models.DateTimeField("更新时间", db_default=Now())
    committed_at = models.DateTimeField("写入时间", null=True)

    class Meta:
        verbose_name = "导入"
        verbose_name_plural = "导入"
        indexes = [models.Index(fields=["user", "-id"], name="importrun_user")]

    def __str__(self) -> str:
        return f"{self.title} {self.file_name}"

    @property
    def scope(self) -> Scope:
        return Scope(tuple((low, high) for low, high in self.ranges))

    @property
    def is_busy(self) -> bool:
        return self.state in BUSY

    @property
    def kept_until(self) -> datetime.datetime:
        return self.created_at + datetime.timedelta(days=limits().kept_days)

    def get_absolute_url(self) -> str:
        return reverse("exchange:import", args=[self.pk])


class Progress(models.Model):
    """How far a run is. Apart from it, and written by its own connection, so that others see it while the work is
    one transaction."""

    key = models.CharField(max_length=40, primary_key=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    words = models.CharField(max_length=80, blank=True, default="")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "进度"
        verbose_name_plural = "进度"

    def __str__(self) -> str:
        return f"{self.words} {self.done}/{self.total}"

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


class Verdict(models.TextChoices):
    ADD = "a", "新增"
    CHANGE = "c", "修改"
    SAME = "s", "无变化"
    WRONG = "w", "有错"


class StagedRow(models.Model):
    """A row of the file as understood, with the verdict on it."""

    #: neither checked nor indexed by itself: 65,000 rows come at once, and the unique rule begins with it
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows", db_constraint=False, db_index=False)
    number = models.PositiveIntegerField("序号", help_text="在整个导入中")
    sheet = models.PositiveSmallIntegerField("表", help_text="在 Book.sheets 中的位置")
    worksheet = models.PositiveSmallIntegerField("工作表", help_text="在文件中的位置")
    row_no = models.PositiveIntegerField("行号", help_text="在工作表中，自 1 起")
    data = models.JSONField("内容")
    faults: Any = models.JSONField("错误", null=True)
    verdict = models.CharField("结论", max_length=1, choices=Verdict.choices)
    target = models.BigIntegerField("目标行", null=True)
    before: Any = models.JSONField("原值", null=True)
    version = models.IntegerField("原版本", null=True)

    class Meta:
        verbose_name = "待导入行"
        verbose_name_plural = "待导入行"
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="stagedrow_number")]
        indexes = [
            models.Index(fields=["run", "number"], name="stagedrow_wrong", condition=models.Q(verdict="w")),
            models.Index(fields=["run", "number"], name="stagedrow_change", condition=models.Q(verdict="c")),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class ExportState(models.TextChoices):
    QUEUED = "queued", "等待生成"
    WRITING = "writing", "正在生成"
    READY = "ready", "可以下载"
    FAILED = "failed", "没有完成"
    EXPIRED = "expired", "已过期"


class Format(models.TextChoices):
    XLSX = "xlsx", "Excel 工作簿"
    CSV = "csv", "CSV 文本"


class ExportFile(models.Model):
    """One export: what, by whom, why; for a large one also the file that its owner fetches."""

    source = models.CharField("来源", max_length=40)
    params = models.JSONField("条件", default=dict)
    title = models.CharField("名称", max_length=120)
    filters = models.TextField("筛选", blank=True, default="")
    format = models.CharField("格式", max_length=4, choices=Format.choices)
    is_unmasked = models.BooleanField("含完整号码", default=False)
    reason = models.CharField("事由", max_length=200, blank=True, default="")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="导出人")
    place = models.BigIntegerField("所选区划", null=True)
    state = models.CharField("状态", max_length=10, choices=ExportState.choices, default=ExportState.QUEUED)
    rows = models.PositiveIntegerField("行数", default=0)
    message = models.TextField("说明", blank=True, default="")
    file = models.FileField("文件", upload_to="exports/", storage=_storage, max_length=200, blank=True)
    created_at = models.DateTimeField("时间", db_default=Now())

    class Meta:
        verbose_name = "导出"
        verbose_name_plural = "导出"
        indexes = [models.Index(fields=["user", "-id"], name="exportfile_user")]

    def __str__(self) -> str:
        return f"{self.title} {self.mark}"

    @property
    def mark(self) -> str:
        """Trace mark: stands in the file and in the log."""
        return f"E{self.pk:08d}"

    @property
    def is_busy(self) -> bool:
        return self.state in (ExportState.QUEUED, ExportState.WRITING)

    @property
    def kept_until(self) -> datetime.datetime:
        return self.created_at + datetime.timedelta(days=limits().export_kept_days)

    @property
    def file_name(self) -> str:
        day = timezone.localtime(self.created_at).strftime("%Y%m%d")
        return f"{self.title}_{day}_{self.mark}.{self.format}"

    def get_absolute_url(self) -> str:
        return reverse("exchange:export", args=[self.pk])
