"""监测对象识别 (1.1): one case per household, from its clues to the county's decision; moved by case_flow.py alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.consolidation.case_page import page_of
from bangfu.consolidation.case_states import CLOSED, FLOW, TONES, State
from bangfu.consolidation.clues import Clue, number
from bangfu.consolidation.monitored import is_monitored
from bangfu.divisions.models import Division
from bangfu.ledger.acts import recorded
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import coded, several, text
from bangfu.people.household import MOST_RISKS
from bangfu.people.models import Household
from bangfu.workflow import acts, registry


class Refused(ValueError):
    """No case is opened; the message says why and what to do."""


class Case(Record):
    """The whole household is looked at together, whoever of it the clue was about."""

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    case_no = models.CharField("案卷编号", max_length=20, unique=True)
    household = models.ForeignKey(Household, models.PROTECT, related_name="cases", verbose_name="农户")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.OPENED)
    opened_on = models.DateField("期限起算日期", help_text="最早一条线索的收到日期")
    monitored_kind = coded("监测对象类别", "monitored_kind")
    risks = several("致贫/返贫风险", "risk_type", MOST_RISKS)
    risk_note = text("其他备注", 200)
    identified_on = models.DateField("识别监测时间", null=True, help_text="县级审定的日子")
    closed_on = models.DateField("办结日期", null=True)
    #: what the register said of the household before the decision, for a decision that is revoked
    before = models.JSONField("认定前的登记", default=dict, editable=False)

    named_by = ("household",)

    class Meta:
        verbose_name = verbose_name_plural = "监测对象识别"
        indexes = [models.Index(fields=["village", "id"], name="case_village")]
        _one_open = Q(closed_on=None, withdrawn_at=None)
        constraints = [models.UniqueConstraint(fields=["household"], condition=_one_open, name="one_open_case")]

    def __str__(self) -> str:
        return f"{self.household}的识别"


def open_case(household: Household, clues: Iterable[Clue], *, by: Actor, at: datetime) -> Case:
    """The open case of the household; without one, a new one whose clock began with the earliest clue.
    Linking the clues is the caller's. Errors: Refused (already monitored), workflow.acts.Refused (role or place).
    """
    given, flow = list(clues), registry.get(FLOW)
    assert flow
    with recorded(by, "open_case"):
        fresh = Household.objects.select_for_update().get(pk=household.pk)
        if found := Case.objects.filter(household=fresh, closed_on=None, withdrawn_at=None).first():
            return found
        if is_monitored(fresh):
            raise Refused(f"{fresh}已是监测对象，不用再立案；请在走访和帮扶方案里跟进")
        risks = list(dict.fromkeys(risk for clue in given for risk in clue.risks))[:MOST_RISKS]
        opened_on = min((clue.received_on for clue in given), default=timezone.localdate(at))
        made = Case(household=fresh, village_id=fresh.village_id, opened_on=opened_on, risks=risks)
        made.case_no = number(opened_on)
        made.save(force_insert=True)
        acts.start(flow, made, division=fresh.village_id, by=by if by.user else None, at=at, on=opened_on)
    return made


class CaseLedger(Ledger):
    slug, model, article = "cases", Case, "1.1"
    says, read_by = "从线索到县级审定的每一户，走到哪一步、还有几天", (*OFFICIALS, *TEAM)
    scope_from, identity, acts_only = "household", ("case_no",), True
    columns = ("household", "village", "state", "monitored_kind", "risks", "opened_on", "identified_on")
    card = ("household", "state", "opened_on")
    filters = ("state", "monitored_kind", "risks", "opened_on", "identified_on", "household")
    search = ("household__head_name", "case_no")
    tones = {"state": TONES}
    groups = {"识别": (*columns[:2], "case_no", *columns[2:5], "risk_note", *columns[5:], "closed_on")}
    stats = (
        Stat("在办", where=~Q(state__in=CLOSED), unit="户"),
        Stat("公示中", where=Q(state=State.NOTICING), unit="户"),
        Stat("已纳入监测", where=Q(state=State.MONITORED), unit="户"),
        Stat("按步骤", by="state"),
    )
    detail_template, untracked = "consolidation/case.html", ("before",)

    def more(self, record: Case, actor: Actor) -> dict[str, Any]:
        return page_of(record, actor)
