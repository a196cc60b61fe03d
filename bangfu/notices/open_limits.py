"""How often a page without log-in may be used: digests for a day, no address is kept. A flood is stopped, a village is not."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

KEPT = timedelta(days=1)


class PublicUse(models.Model):
    """公开页使用: one use of a page."""

    digest = models.CharField("摘要", max_length=64)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开页使用"
        indexes = [models.Index(fields=["digest", "at"], name="public_use")]

    def __str__(self) -> str:
        return self.digest


def is_too_often(most: Mapping[str, int], *, counts: bool = True, **asked: str) -> bool:
    """Counts this use under each kind of `most`; true when any had too many. Those older than a day are forgotten here.
    Without `counts` it only asks."""
    PublicUse.objects.filter(at__lt=timezone.now() - KEPT).delete()
    digests = {kind: _digest(kind, value) for kind, value in asked.items()}
    used = {kind: PublicUse.objects.filter(digest=digest).count() for kind, digest in digests.items()}
    if counts:
        PublicUse.objects.bulk_create(PublicUse(digest=d) for k, d in digests.items() if used[k] < most[k])
    return any(used[kind] >= most[kind] for kind in used)


def _digest(kind: str, value: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{kind} {value}".encode(), hashlib.sha256).hexdigest()
