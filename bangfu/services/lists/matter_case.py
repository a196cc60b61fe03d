"""清单办件 (3.4): one person's matter under an item of a list, step by step with its day; followed by a code, without names."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.kernel.masks import mask_phone
from bangfu.lawbook import holidays
from bangfu.ledger.columns import public_code
from bangfu.ledger.constraints import not_before
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.services.lists.responsibility_list import ResponsibilityList


class MatterCase(Record):
    """Steps and time limit are those of the item on the day it was opened: a later version changes no running case."""

    class Outcome(models.TextChoices):
        RUNNING = "running", "正在办"
        DONE = "done", "已办结"
        STOPPED = "stopped", "终止"

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    list_item = models.ForeignKey(ResponsibilityList, models.PROTECT, related_name="cases", verbose_name="清单事项")
    applicant = models.CharField("申请人", max_length=60)
    applicant_phone = text("申请人电话", 20)
    opened_on = models.DateField("受理日期")
    steps = ArrayField(models.CharField(max_length=100), default=list, editable=False, verbose_name="步骤")
    step_days = ArrayField(models.DateField(), default=list, editable=False, verbose_name="已办日期")
    due_on = models.DateField("应办结日期", null=True, editable=False)
    closed_on = models.DateField("办结日期", null=True, editable=False)
    outcome = models.CharField("办理情况", max_length=10, choices=Outcome.choices, default="running", editable=False)
    stopped_reason = models.CharField("终止原因", max_length=200, default="", db_default="", editable=False)
    code = public_code("查询编号")

    class Meta:
        verbose_name = verbose_name_plural = "清单办件"
        indexes = [models.Index(fields=["village", "id"], name="matter_case_village")]
        constraints = [
            not_before("closed_on", "opened_on", "matter_case_closed_on_in_order", "办结日期早于受理日期，请核对")
        ]

    def __str__(self) -> str:
        return f"{self.applicant} {self.list_item}"


class MatterCaseLedger(Ledger):
    slug, model, article = "matter-cases", MatterCase, "3.4"
    says = "村民按清单来办的事：走到哪一步、哪天到期；村民凭编号自己查"
    edited_by = FIELD
    columns = ("applicant", "list_item", "village", "opened_on", "due_on", "outcome", "closed_on")
    card = ("applicant", "list_item", "due_on", "outcome")
    filters = ("outcome", "opened_on", "due_on", "closed_on", "list_item")
    form = ("village", "list_item", "applicant", "applicant_phone", "opened_on")
    search, masked = ("applicant", "code", "list_item__item"), {"applicant_phone": mask_phone}
    tones = {"outcome": {"running": "note", "done": "ok", "stopped": "muted"}}
    groups = {"办件": (*form, "code"), "进度": ("due_on", "outcome", "closed_on", "stopped_reason")}
    detail_template = "services/matter_case.html"
    stats = (
        Stat("正在办", where=Q(outcome="running"), unit="件"),
        Stat(
            "按时办结",
            where=Q(outcome="done", closed_on__lte=models.F("due_on")),
            over=Q(outcome="done", due_on__isnull=False),
        ),
    )

    def more(self, record: Any, actor: Actor) -> dict[str, Any]:
        days, running = record.step_days, record.outcome == "running"
        states = ["done"] * len(days) + ["now" if running else "todo"] + ["todo"] * len(record.steps)
        notes = [f"{day:%Y-%m-%d}" for day in days] + [""] * len(record.steps)
        drawn = [{"title": t, "state": s, "note": n} for t, s, n in zip(record.steps, states, notes, strict=False)]
        return {"drawn": drawn, "next_step": record.steps[len(days)] if running else "", "today": dates.today()}

    def prepare(self, record: Any) -> None:
        """Anew when the item or the day was corrected before the first step; never because the item's own text changed."""
        told = MatterCase.objects.filter(pk=record.pk).values_list("list_item", "opened_on").first()
        if told != (record.list_item_id, record.opened_on):
            days = record.list_item.time_limit
            record.steps = [each["title"] for each in record.list_item.steps_drawn]
            record.due_on = holidays.add_workdays(record.opened_on, days) if days else None

    def clean(self, data: dict[str, Any], record: MatterCase | None) -> dict[str, str]:
        item, day = data["list_item"], data["opened_on"]
        if day > dates.today():
            return {"opened_on": "日期还没有到"}
        if day < item.from_on or (item.to_on and day > item.to_on):
            return {"list_item": "这一项那天还没实施或已经废止，请选现行的一项"}
        if record and record.step_days and (item.pk, day) != (record.list_item_id, record.opened_on):
            return {"list_item": "已经办了几步，不能再换事项和受理日期；要换的先终止，另开一件"}
        return {}
