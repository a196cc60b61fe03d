"""项目调整 (2.2): money, content or time of a project in the pool changes; asked by the town, approved by the county."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.projects import flow_page, part

#: slug of the workflow, declared in adjustment_flow.py
FLOW = "project-adjustments"
#: column of the adjustment → column of the project
WRITES = {"new_yuan": "planned_yuan", "new_content": "content", "new_end_on": "planned_end_on", "new_name": "name"}


class State(models.TextChoices):
    ASKED = "asked", "待县批准"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "不同意"


class Adjustment(Record):
    division = part.place()
    project = part.project("adjustments")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.ASKED, db_default="asked")
    asked_on = models.DateField("申请日期")
    reason = models.CharField("为什么调整", max_length=300)
    new_yuan = Yuan("计划投资改为（元）", null=True, validators=[MinValueValidator(0)])
    new_content = text("建设内容改为", 500)
    new_end_on = models.DateField("计划完工日期改为", null=True)
    new_name = text("项目名称改为", 80)
    #: what the project said before the approval, for one that is undone
    before = models.JSONField("调整前", default=dict, editable=False)
    closed_on = models.DateField("办结日期", null=True)

    named_by = ("project",)

    class Meta:
        verbose_name = verbose_name_plural = "项目调整"
        indexes = [models.Index(fields=["division", "id"], name="adjustment_division")]
        _one_open = Q(closed_on=None, withdrawn_at=None)
        constraints = [models.UniqueConstraint(fields=["project"], condition=_one_open, name="one_open_adjustment")]

    def __str__(self) -> str:
        return f"{self.project}的调整"


class AdjustmentLedger(Ledger):
    slug, model, article, scope, scope_from = "project-adjustments", Adjustment, "2.2", "division", "project"
    says = "入库以后金额、内容、工期的调整：谁提出、为什么、县里批了没有"
    read_by, acts_only, in_menu = part.READERS, True, False
    columns = ("project", "division", "state", "reason", "new_yuan", "asked_on", "closed_on")
    card = ("project", "state", "new_yuan")
    filters = ("project", "state", "asked_on")
    tones = {"state": {"asked": "warn", "approved": "ok", "refused": "muted"}}
    groups = {
        "调整": ("project", "state", "asked_on", "reason", "closed_on"),
        "改成": ("new_yuan", "new_content", "new_end_on", "new_name"),
    }
    stats = (Stat("待批准", where=Q(state=State.ASKED), unit="件"),)
    untracked = ("before",)
    detail_template = "projects/adjustment.html"

    def more(self, record: Adjustment, actor: Actor) -> dict[str, Any]:
        return flow_page.context(FLOW, record, actor)
