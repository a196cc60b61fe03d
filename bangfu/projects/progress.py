"""项目进度 (2.2): how far the work is on a day, photos by choice; payments are in `funds`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from bangfu.kernel import dates
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.projects import part
from bangfu.projects.project import Project
from bangfu.projects.states import State

AHEAD = (State.STARTED, State.COMPLETED)


class Progress(Record):
    division = part.place()
    project = part.project("progress")
    reported_on = models.DateField("日期", default=dates.today)
    percent = models.PositiveSmallIntegerField("形象进度（%）", validators=[MaxValueValidator(100)])
    note = text("做到哪里了", 300)
    obstacle = text("遇到的困难", 200, "没有的不填")

    class Meta:
        verbose_name = verbose_name_plural = "项目进度"
        indexes = [models.Index(fields=["division", "id"], name="progress_division")]
        constraints = [models.UniqueConstraint(fields=["reported_on", "project"], name="one_progress_a_day")]

    def __str__(self) -> str:
        return f"{self.reported_on} {self.percent}%"


def latest_percent(projects: Sequence[int]) -> dict[int, int]:
    """The newest record of each project that has one."""
    rows = Progress.objects.filter(project__in=projects, withdrawn_at=None)
    newest = rows.order_by("project", "-reported_on", "-pk").distinct("project")
    return dict(newest.values_list("project", "percent"))


def recorded_percent(project: Project, on: date) -> int:
    """What was recorded by that day: of a finished project all, of one without a record nothing."""
    if project.completed_on and project.completed_on <= on:
        return 100
    rows = Progress.objects.filter(project=project, reported_on__lte=on, withdrawn_at=None)
    return rows.order_by("-reported_on", "-pk").values_list("percent", flat=True).first() or 0


class ProgressLedger(Ledger):
    slug, model, article, scope, scope_from = "project-progress", Progress, "2.2", "division", "project"
    says = "在建项目做到哪里了，照片愿意传就传"
    read_by, edited_by = part.READERS, part.WRITERS
    columns = ("reported_on", "project", "division", "percent", "note", "obstacle")
    card = ("project", "percent", "reported_on")
    filters = ("project", "reported_on", "percent")
    form = exchange = ("project", "reported_on", "percent", "note", "obstacle")
    identity = ("reported_on", "project")
    in_menu = False
    stats = (Stat("遇到困难的", where=~Q(obstacle=""), unit="次"),)

    def clean(self, data: dict[str, Any], record: Progress | None) -> dict[str, str]:
        project, on = data.get("project"), data.get("reported_on")
        if project and record is None and project.state not in AHEAD:
            return {"project": f"“{project.name}”现在是“{project.get_state_display()}”，开工后才登记进度"}
        if on and on > dates.today():
            return {"reported_on": "日期还没有到，请核对"}
        if project and on and project.started_on and on < project.started_on:
            return {"reported_on": f"早于开工的 {project.started_on}，请核对"}
        return {}
