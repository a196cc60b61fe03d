"""绩效目标 (2.2): what a project shall reach, and what it reached."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.projects import part


class Goal(Record):
    class Kind(models.TextChoices):
        OUTPUT = "output", "产出"
        BENEFIT = "benefit", "效益"
        SATISFACTION = "satisfaction", "满意度"

    division = part.place()
    project = part.project("goals")
    kind = models.CharField("目标类别", max_length=20, choices=Kind.choices, default=Kind.OUTPUT)
    name = models.CharField("指标", max_length=80, help_text="如：硬化村道长度；带动脱贫户增收")
    unit = text("计量单位", 10)
    target = models.DecimalField("目标值", max_digits=14, decimal_places=2)
    actual = models.DecimalField("完成值", max_digits=14, decimal_places=2, null=True, blank=True)
    measured_on = models.DateField("评价日期", null=True, blank=True)
    note = text("说明", 200, "没有完成的写明原因")

    class Meta:
        verbose_name = verbose_name_plural = "绩效目标"
        indexes = [models.Index(fields=["division", "id"], name="goal_division")]
        constraints = [models.UniqueConstraint(fields=["name", "project"], name="one_goal_a_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_reached(self) -> bool:
        return self.actual is not None and self.actual >= self.target


class GoalLedger(Ledger):
    slug, model, article, scope, scope_from = "performance-goals", Goal, "2.2", "division", "project"
    says = "项目的产出、效益、满意度目标和完成情况"
    read_by, edited_by = part.READERS, part.WRITERS
    columns = ("name", "project", "division", "kind", "unit", "target", "actual")
    card = ("name", "target", "actual")
    filters = ("project", "kind", "measured_on")
    search = ("name",)
    form = exchange = ("project", "kind", "name", "unit", "target", "actual", "measured_on", "note")
    identity = ("name", "project")
    in_menu = False
    stats = (
        Stat("已评价", where=Q(actual__isnull=False), over=Q(target__isnull=False)),
        Stat("达到目标", where=Q(actual__gte=models.F("target")), over=Q(actual__isnull=False)),
    )
