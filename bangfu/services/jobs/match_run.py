"""人岗匹配 (3.1): one run over the open wishes of a county and all open posts; its result are the open proposals."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bangfu.divisions.models import Division


class MatchRun(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", "等待开始"
        RUNNING = "running", "正在匹配"
        DONE = "done", "已完成"
        STOPPED = "stopped", "没有完成"

    county = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="县（市、区）")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    message = models.CharField("说明", max_length=300, default="", db_default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="开始人")
    started_at = models.DateTimeField("开始时间", db_default=Now())
    finished_at = models.DateTimeField("完成时间", null=True)
    #: wishes, posts, proposed, kept
    counts = models.JSONField("结果", default=dict, db_default={})
    #: who was left out: [name, wish, why]
    left_out = models.JSONField("没有推荐的", default=list, db_default=[])

    class Meta:
        verbose_name = verbose_name_plural = "人岗匹配"
        indexes = [models.Index(fields=["county", "id"], name="match_run_county")]
        constraints = [
            models.UniqueConstraint(
                fields=["county"], condition=Q(state__in=["queued", "running"]), name="one_matching_at_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.county}人岗匹配"

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)
