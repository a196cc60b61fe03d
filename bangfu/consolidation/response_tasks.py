"""响应任务 (1.1): what the plan asks for when a place turned orange or red, and what was done."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.accounts.roles import Role
from bangfu.consolidation.warning_responses import WarningResponse
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record


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
