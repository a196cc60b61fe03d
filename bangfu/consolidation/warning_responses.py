"""预警响应 (1.1): a place that turned orange or red, the tasks the county's plan asks for, and how it ended."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.consolidation.contingency import DOERS, ContingencyTask
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record

Level = ContingencyTask.Level
CLOSERS = (Role.COUNTY,)
#: role of a task → who has it as a to-do
DOERS_OF = {role: TEAM if role == Role.CAPTAIN else (role,) for role in DOERS}


class WarningResponse(Record):
    """From the day a place turned until the county ends it with a reason. One at a time for a place."""

    class State(models.TextChoices):
        RUNNING = "running", "进行中"
        ENDED = "ended", "已结束"

    place = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="地方")
    level = models.CharField("预警等级", max_length=10, choices=Level.choices)
    began_on = models.DateField("启动日期")
    ground = models.CharField("依据", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.RUNNING)
    ended_on = models.DateField("结束日期", null=True)
    ended_reason = models.CharField("结束原因", max_length=200, default="", db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "预警响应"
        ordering = ["place_id", "id"]
        indexes = [models.Index(fields=["place", "id"], name="warning_response_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=Q(state="running", withdrawn_at=None), name="one_response_at_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.place}{self.get_level_display()}色预警响应"


class ResponseTask(Record):
    """One task of the plan as it was when the place turned."""

    place = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="地方")
    response = models.ForeignKey(WarningResponse, models.PROTECT, related_name="tasks", verbose_name="响应")
    task = models.CharField("任务", max_length=120)
    role = models.CharField("由哪一级做", max_length=20, choices=Role.choices)
    responsible = models.CharField("责任单位或责任人", max_length=60)
    due_on = models.DateField("完成期限")
    done_on = models.DateField("完成日期", null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    result = models.CharField("结果", max_length=200, default="", db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "响应任务"
        ordering = ["place_id", "id"]
        indexes = [models.Index(fields=["place", "id"], name="response_task_place")]
        constraints = [models.UniqueConstraint(fields=["response", "task"], name="one_response_task")]

    def __str__(self) -> str:
        return self.task


class WarningResponseLedger(Ledger):
    slug, model, article, scope = "warning-responses", WarningResponse, "1.1", "place"
    says = "哪些地方因规模性返贫预警启动了响应，任务做到哪一步"
    read_by, edited_by, acts_only = (*OFFICIALS, *TEAM), (Role.COUNTY,), True
    columns = ("place", "level", "state", "began_on", "ground", "ended_on")
    card = ("place", "level", "state")
    filters = ("state", "level", "began_on", "ended_on")
    tones = {
        "level": {"red": "bad", "orange": "warn", "yellow": "note"},
        "state": {"running": "warn", "ended": "ok"},
    }
    groups = {"响应": ("place", "level", "ground", "began_on", "state", "ended_on", "ended_reason")}
    stats = (
        Stat("进行中", where=Q(state="running"), unit="个"),
        Stat("已结束", where=Q(state="ended"), unit="个"),
    )
    detail_template = "consolidation/warning_response.html"

    def more(self, record: WarningResponse, actor: Actor) -> dict[str, Any]:
        tasks = list(record.tasks.filter(withdrawn_at=None).select_related("done_by").order_by("due_on", "pk"))
        is_running = record.state == WarningResponse.State.RUNNING
        return {
            "tasks": [(task, is_running and not task.done_on and may_finish(actor, task)) for task in tasks],
            "open_tasks": sum(task.done_on is None for task in tasks),
            "may_end": is_running and record.place_id in actor.scope(Act.EDIT, CLOSERS),
            "today": dates.today(),
        }


class ResponseTaskLedger(Ledger):
    slug, model, article, scope = "response-tasks", ResponseTask, "1.1", "place"
    says = "预警响应中各级要做的事"
    read_by, edited_by = (*OFFICIALS, *TEAM), (Role.COUNTY, Role.TOWN, Role.VILLAGE, *TEAM)
    acts_only, scope_from, in_menu = True, "response", False
    columns = ("task", "place", "role", "responsible", "due_on", "done_on", "result")
    card = ("task", "due_on", "done_on")
    filters = ("role", "due_on", "done_on", "response")
    groups = {"任务": (*columns, "done_by", "response")}
    stats = (
        Stat("未完成", where=Q(done_on=None), unit="项"),
        Stat("已完成", where=Q(done_on__isnull=False), unit="项"),
    )


def may_finish(actor: Actor, task: ResponseTask) -> bool:
    """Who has the role of the task in the place, or the county, which writes down what departments did."""
    return task.place_id in actor.scope(Act.EDIT, (*DOERS_OF[Role(task.role)], *CLOSERS))
