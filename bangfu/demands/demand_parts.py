"""What belongs to one demand: the columns of the asker's workbook, and the places and units that must answer."""

from __future__ import annotations

from django.db import models

from bangfu.accounts.models import Unit
from bangfu.demands.demand import Demand
from bangfu.demands.states import AnswerKind, Use
from bangfu.divisions.models import Division


class DemandHead(models.Model):
    """One column: the heads above it from the top down, and where its values come from."""

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="heads", db_index=False)
    position = models.PositiveSmallIntegerField("列")
    title = models.CharField("表头", max_length=300)
    #: without blanks, signs and widths: by it the same head of another demand is known
    key = models.CharField("比对码", max_length=300)
    use = models.CharField("来源", max_length=10, choices=Use.choices, default=Use.ASK)
    fact = models.CharField("系统里的项目", max_length=120, default="")
    answer_kind = models.CharField("回答", max_length=10, choices=AnswerKind.choices, default=AnswerKind.TEXT)
    #: rows in which the system has nothing are asked for, too
    asks_blanks = models.BooleanField("缺的问村镇", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "要数的表头"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["demand", "position"], name="one_head_a_column")]
        indexes = [models.Index(fields=["key", "demand"], name="demand_head_key")]

    def __str__(self) -> str:
        return self.title


class DemandPlace(models.Model):
    demand = models.ForeignKey(Demand, models.CASCADE, related_name="places", db_index=False)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="要答的地方")

    class Meta:
        verbose_name = verbose_name_plural = "要答的地方"
        constraints = [models.UniqueConstraint(fields=["demand", "division"], name="one_demand_a_place")]

    def __str__(self) -> str:
        return str(self.division)


class DemandUnit(models.Model):
    demand = models.ForeignKey(Demand, models.CASCADE, related_name="units", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")

    class Meta:
        verbose_name = verbose_name_plural = "要答的单位"
        constraints = [models.UniqueConstraint(fields=["demand", "unit"], name="one_demand_a_unit")]

    def __str__(self) -> str:
        return str(self.unit)
