"""疑点检查 (1.1): one check of a county by job, what it changed, and which rules it had to leave out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division


class DoubtCheck(models.Model):
    """One check of a county, or of one household as it was entered."""

    class State(models.TextChoices):
        QUEUED = "queued", "等待检查"
        RUNNING = "running", "正在检查"
        DONE = "done", "已完成"
        STOPPED = "stopped", "没有完成"

    county = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="县（市、区）")
    as_of = models.DateField("检查日期")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    message = models.TextField("说明", default="")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="开始人"
    )
    changed_at = models.DateTimeField("更新时间", auto_now=True)
    #: new, again, still, mended, gone
    counts = models.JSONField("结果", default=dict)
    #: rules that were not checked: code → why
    left_out = models.JSONField("没有检查的规则", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "疑点检查"
        indexes = [models.Index(fields=["county", "-id"], name="doubt_check_county")]
        constraints = [
            models.UniqueConstraint(
                fields=["county"], condition=Q(state__in=["queued", "running"]), name="one_doubt_check_at_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.county}{self.as_of}疑点检查"

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)
