"""绩效目标 (2.2): what a project shall reach, and what it reached."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, When

from bangfu.kernel import dates
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.projects import part


class Goal(Record):
    class Kind(models.TextChoices):
        OUTPUT = "output", "产出"
        BENEFIT = "benefit", "效益"
        SATISFACTION = "satisfaction", "满意度"

    class Conclusion(models.TextChoices):
        REACHED = "reached", "达到"
        PARTLY = "partly", "部分达到"
        MISSED = "missed", "没有达到"

    division = part.place()
    project = part.project("goals")
    kind = models.CharField("目标类别", max_length=20, choices=Kind.choices, default=Kind.OUTPUT)
    name = models.CharField("指标", max_length=80, help_text="如：硬化村道长度；带动脱贫户增收")
    unit = text("计量单位", 10)
    target = models.DecimalField("目标值", max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])
    actual = models.DecimalField(
        "完成值", max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    measured_on = models.DateField("评价日期", null=True, blank=True)
    note = text("说明", 200, "没有完成的写明原因")
    degree_percent = models.GeneratedField(
        expression=Case(When(target__gt=0, then=F("actual") * 100 / F("target")), When(actual__gte=0, then=Decimal(100))),
        output_field=models.DecimalField("完成度（%）", max_digits=20, decimal_places=1, null=True), db_persist=True,
        verbose_name="完成度（%）",
    )  # fmt: skip
    #: by the county, in the evaluation of the project
    conclusion = models.CharField(
        "县级评价", max_length=10, choices=Conclusion.choices, blank=True, default="", db_default="", editable=False
    )
    conclusion_note = models.CharField(
        "评价与完成度不同的理由", max_length=200, blank=True, default="", db_default="", editable=False
    )

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
    columns = ("name", "project", "division", "kind", "unit", "target", "actual", "degree_percent", "conclusion")
    card = ("name", "target", "actual")
    filters = ("project", "kind", "measured_on", "conclusion")
    search = ("name",)
    form = exchange = ("project", "kind", "name", "unit", "target", "actual", "measured_on", "note")
    groups = {
        "目标": (*form[:5], "note"),
        "完成和评价": ("actual", "measured_on", "degree_percent", "conclusion", "conclusion_note"),
    }
    tones = {"conclusion": {"reached": "ok", "partly": "warn", "missed": "bad"}}
    identity = ("name", "project")
    in_menu = False
    untracked = ("degree_percent",)
    stats = (
        Stat("已评价", where=Q(actual__isnull=False), over=Q(target__isnull=False)),
        Stat("达到目标", where=Q(actual__gte=models.F("target")), over=Q(actual__isnull=False)),
    )

    def clean(self, data: dict[str, Any], record: Goal | None) -> dict[str, str]:
        measured, actual = data.get("measured_on"), data.get("actual")
        if measured and measured > dates.today():
            return {"measured_on": "日期还没有到，请核对"}
        return {"actual": "填了评价日期，请同时填完成值"} if measured and actual is None else {}
