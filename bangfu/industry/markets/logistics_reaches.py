"""物流通达村 (4.5): the villages that a point serves beside the one it stands in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.industry import columns
from bangfu.industry.markets.logistics_points import LogisticsPoint
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record


class LogisticsReach(Record):
    class How(models.TextChoices):
        DELIVERED = "delivered", "送到村"
        FETCHED = "fetched", "到点自取"

    village = columns.place("通达的行政村")
    logistics_point = models.ForeignKey(LogisticsPoint, models.PROTECT, related_name="reaches", verbose_name="站点")
    how = models.CharField("方式", max_length=20, choices=How.choices, default=How.DELIVERED)
    times_a_week = models.PositiveSmallIntegerField("每周几次", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "物流通达村"
        indexes = [models.Index(fields=["village", "id"], name="logistics_reach_village")]
        constraints = [models.UniqueConstraint(fields=["logistics_point", "village"], name="one_reach_a_village")]

    def __str__(self) -> str:
        return f"{self.logistics_point}—{self.village}"


class LogisticsReachLedger(Ledger):
    slug, model, article = "logistics-reaches", LogisticsReach, "4.5"
    says = "每个物流点通到哪些村，通达率由系统计算"
    edited_by = FIELD
    columns = ("village", "logistics_point", "how", "times_a_week")
    filters = ("how", "logistics_point", "times_a_week")
    search = ("logistics_point__name", "village__name")
    form = exchange = ("logistics_point", "village", "how", "times_a_week")
    identity = ("logistics_point", "village")
    limits = {"times_a_week": (1, 14)}
    work_page = ("industry:logistics", "看通达率")
    stats = (Stat("送到村", where=Q(how="delivered"), unit="个"), Stat("按方式", by="how"))
