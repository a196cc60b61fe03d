"""Assets that look like one thing under several names, and that somebody has said are not (1.4)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bangfu.assets.asset import Asset


class DistinctAssets(models.Model):
    """不是同一项资产: `first` has the smaller key."""

    first = models.ForeignKey(Asset, models.CASCADE, related_name="+")
    second = models.ForeignKey(Asset, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField("判定时间")

    class Meta:
        verbose_name = verbose_name_plural = "不是同一项资产"
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="distinct_assets_once")]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"
