"""风险消除 (1.1): a monitored household whose risk is gone, from the study to tracking; moved by removal_flow.py alone."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.consolidation.removal_page import page_of
from bangfu.consolidation.removal_states import CLOSED, TONES, State
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.people.models import Household


class RiskRemoval(Record):
    """By help, or naturally: everybody died or moved away as a whole."""

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    removal_no = models.CharField("消除编号", max_length=20, unique=True)
    household = models.ForeignKey(Household, models.PROTECT, related_name="removals", verbose_name="农户")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.CONSIDERED)
    removal_kind = models.CharField("风险消除方式", max_length=codes.LENGTH, choices=codes.choices("removal_kind"))
    considered_on = models.DateField("研判日期")
    ground = text("研判意见", 300, "收入、支出、“三保障”和饮水、风险各是什么情况")
    removed_on = models.DateField("消除监测时间", null=True, help_text="县级审定的日子")
    closed_on = models.DateField("办结日期", null=True)
    #: what the register said of the household before the decision, for a decision that is undone
    before = models.JSONField("消除前的登记", default=dict, db_default={}, editable=False)

    named_by = ("household",)

    class Meta:
        verbose_name = verbose_name_plural = "风险消除"
        indexes = [models.Index(fields=["village", "id"], name="removal_village")]
        _one_open = Q(closed_on=None, withdrawn_at=None)
        constraints = [models.UniqueConstraint(fields=["household"], condition=_one_open, name="one_open_removal")]

    def __str__(self) -> str:
        return f"{self.household}的风险消除"


class RiskRemovalLedger(Ledger):
    slug, model, article = "risk-removals", RiskRemoval, "1.1"
    says = "监测户的风险消除：研判、核实、评议、公示、审定和之后的跟踪；不设指标"
    read_by, scope_from, identity, acts_only = (*OFFICIALS, *TEAM), "household", ("removal_no",), True
    columns = ("household", "village", "state", "removal_kind", "considered_on", "removed_on")
    card = ("household", "state", "removed_on")
    filters = ("state", "removal_kind", "considered_on", "removed_on", "household")
    search = ("household__head_name", "removal_no")
    tones = {"state": TONES}
    groups = {"风险消除": (*columns[:2], "removal_no", *columns[2:5], "ground", *columns[5:], "closed_on")}
    stats = (
        Stat("在办", where=~Q(state__in=CLOSED), unit="户"),
        Stat("跟踪中", where=Q(state=State.TRACKING), unit="户"),
        Stat("回退", where=Q(state=State.REOPENED), unit="户"),
        Stat("按步骤", by="state"),
    )
    detail_template, untracked = "consolidation/removal.html", ("before",)

    def more(self, record: RiskRemoval, actor: Actor) -> dict[str, Any]:
        return page_of(record, actor)
