"""每周小结: one page a week for each person instead of single messages; made from records, kept for a year, ranks nobody."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bangfu.accounts.models import User


class WeekDigest(models.Model):
    """`week`: its Monday. `body`: parts with a title and lines of (text, number, address)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="digests", verbose_name="谁")
    week = models.DateField("哪一周")
    body = models.JSONField("内容")
    made_at = models.DateTimeField("生成时间", db_default=Now())
    read_at = models.DateTimeField("看过时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "每周小结"
        ordering = ["-week"]
        indexes = [models.Index(fields=["user"], condition=Q(read_at=None), name="digest_unread")]
        constraints = [models.UniqueConstraint(fields=["user", "week"], name="one_digest_a_week")]

    def __str__(self) -> str:
        return f"{self.week} 的小结"
