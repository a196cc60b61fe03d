"""账目核验: one reading of all books of a place by a job, and what it found."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bangfu.divisions.models import Division


class BookCheck(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", "等待开始"
        RUNNING = "running", "正在核验"
        DONE = "done", "已完成"
        STOPPED = "stopped", "没有完成"

    place = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="范围")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    message = models.CharField("说明", max_length=300, default="", db_default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="开始人")
    started_at = models.DateTimeField("开始时间", db_default=Now())
    finished_at = models.DateTimeField("完成时间", null=True)
    entries = models.PositiveBigIntegerField("凭证张数", default=0, db_default=0)
    #: of each check: [title, what it means, [what is wrong, …]]
    results = models.JSONField("结果", default=list, db_default=[])

    class Meta:
        verbose_name = verbose_name_plural = "账目核验"
        indexes = [models.Index(fields=["place", "-id"], name="book_check_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=Q(state__in=["queued", "running"]), name="one_book_check_at_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.place}账目核验"

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def is_sound(self) -> bool:
        return self.state == self.State.DONE and not any(faults for _, _, faults in self.results)
