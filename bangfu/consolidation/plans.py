"""帮扶方案 (1.1): what a monitored household needs, who is responsible, what is to be reached; approved by plan_flow.py."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.consolidation.cases import Case
from bangfu.consolidation.plan_page import page_of
from bangfu.divisions.models import Division
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.people.models import Household

#: slug of the workflow, declared in plan_flow.py
FLOW = "assistance-plans"


class State(models.TextChoices):
    DRAFTING = "drafting", "待制定"
    SUBMITTED = "submitted", "待镇批准"
    APPROVED = "approved", "已批准"
    ENDED = "ended", "已结束"


class AssistancePlan(Record):
    """One plan runs at a time; the measures of the household stand in their own ledger."""

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    plan_no = models.CharField("方案编号", max_length=20, unique=True)
    household = models.ForeignKey(Household, models.PROTECT, related_name="plans", verbose_name="农户")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="plans", verbose_name="监测对象识别")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.DRAFTING)
    identified_on = models.DateField("期限起算日期", help_text="认定或回退的日子")
    needs = text("困难和需求", 500)
    goal = text("帮扶目标", 300)
    contact_name = text("帮扶责任人", 40)
    contact_phone = text("帮扶责任人电话", 20)
    approved_on = models.DateField("批准日期", null=True)
    closed_on = models.DateField("结束日期", null=True)

    named_by = ("household",)

    class Meta:
        verbose_name = verbose_name_plural = "帮扶方案"
        indexes = [models.Index(fields=["village", "id"], name="plan_village")]
        _one_open = Q(closed_on=None, withdrawn_at=None)
        constraints = [models.UniqueConstraint(fields=["household"], condition=_one_open, name="one_open_plan")]

    def __str__(self) -> str:
        return f"{self.household}的帮扶方案"


class AssistancePlanLedger(Ledger):
    slug, model, article = "assistance-plans", AssistancePlan, "1.1"
    says = "监测户一户一策：需求、目标、责任人和措施"
    read_by, scope_from, identity, acts_only = (*OFFICIALS, *TEAM), "household", ("plan_no",), True
    columns = ("household", "village", "state", "contact_name", "identified_on", "approved_on")
    card = ("household", "state", "contact_name")
    filters = ("state", "identified_on", "approved_on", "household")
    search = ("household__head_name", "contact_name", "plan_no")
    masked = {"contact_phone": mask_phone}
    tones = {"state": {"drafting": "warn", "submitted": "note", "approved": "ok", "ended": "muted"}}
    groups = {
        "方案": ("household", "village", "plan_no", "state", "needs", "goal", "contact_name", "contact_phone"),
        "时间": ("identified_on", "approved_on", "closed_on"),
    }
    stats = (
        Stat("待制定", where=Q(state=State.DRAFTING), unit="户"),
        Stat("待批准", where=Q(state=State.SUBMITTED), unit="户"),
        Stat("已批准", where=Q(state=State.APPROVED), unit="户"),
    )
    detail_template = "consolidation/plan.html"

    def more(self, record: AssistancePlan, actor: Actor) -> dict[str, Any]:
        return page_of(record, actor)
