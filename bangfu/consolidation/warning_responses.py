"""预警响应 (1.1): a place that turned orange or red, the tasks the county's plan asks for, and how it ended."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.consolidation.contingency import ContingencyTask
from bangfu.consolidation.response_doers import CLOSERS, may_finish
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record

Level = ContingencyTask.Level


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
