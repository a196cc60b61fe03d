"""How often one address or one number may use the self-report page; digests for a day, no address and no number is kept."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

#: of one kind in a day. Whole villages share an address of the mobile network: by address only a flood is stopped.
MOST = {"report": 200, "number": 3, "progress": 200}
KEPT = timedelta(days=1)


class ReportAttempt(models.Model):
    """自主申报次数: one use of the public page."""

    digest = models.CharField("摘要", max_length=64)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "自主申报次数"
        indexes = [models.Index(fields=["digest", "at"], name="report_attempt")]

    def __str__(self) -> str:
        return self.digest


def is_too_often(kind: str, value: str) -> bool:
    """Counts this use; true when there were too many within a day."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"{kind} {value}".encode(), hashlib.sha256).hexdigest()
    seen = ReportAttempt.objects.filter(digest=digest, at__gt=timezone.now() - KEPT).count()
    if seen < MOST[kind]:
        ReportAttempt.objects.create(digest=digest)
    return seen >= MOST[kind]


def forget_old() -> int:
    return ReportAttempt.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
