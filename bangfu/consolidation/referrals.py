"""移交民政 (1.1): a household handed to civil affairs as one of low income, with receipt, answer and clock."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Role
from bangfu.consolidation import flow_page
from bangfu.consolidation.cases import Case
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import coded, text
from bangfu.people.models import Household

#: slug of the workflow, declared in referral_flow.py
FLOW = "referrals"


class State(models.TextChoices):
    SENT = "sent", "待签收"
    RECEIVED = "received", "待答复"
    ANSWERED = "answered", "已答复"
    CALLED_BACK = "called_back", "已收回"


class Referral(Record):
    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    referral_no = models.CharField("移交编号", max_length=20, unique=True)
    household = models.ForeignKey(Household, models.PROTECT, related_name="referrals", verbose_name="农户")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="referrals", verbose_name="监测对象识别")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="接收单位")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.SENT)
    reason = models.CharField("移交理由", max_length=300)
    sent_on = models.DateField("移交日期")
    received_on = models.DateField("签收日期", null=True)
    answered_on = models.DateField("答复日期", null=True)
    outcome = coded("答复", "referral_outcome")
    answer = text("答复说明", 300)

    named_by = ("household",)

    class Meta:
        verbose_name = verbose_name_plural = "移交民政"
        indexes = [models.Index(fields=["village", "id"], name="referral_village")]
        _one_open = Q(answered_on=None, withdrawn_at=None) & ~Q(state="called_back")
        constraints = [models.UniqueConstraint(fields=["household"], condition=_one_open, name="one_open_referral")]

    def __str__(self) -> str:
        return f"{self.household}移交民政"


class ReferralLedger(Ledger):
    slug, model, article = "referrals", Referral, "1.1"
    says = "符合低收入人口条件的户移交民政，签收和答复都有期限"
    read_by, scope_from, unit = (*OFFICIALS, *TEAM, Role.DEPARTMENT), "household", "unit"
    identity, acts_only = ("referral_no",), True
    columns = ("household", "village", "state", "sent_on", "received_on", "answered_on", "outcome")
    card = ("household", "state", "outcome")
    filters = ("state", "outcome", "sent_on", "answered_on", "household")
    search = ("household__head_name", "referral_no")
    groups = {
        "移交": ("household", "village", "referral_no", "unit", "reason", "sent_on", "state"),
        "答复": ("received_on", "answered_on", "outcome", "answer"),
    }
    tones = {"state": {"sent": "warn", "received": "note", "answered": "ok", "called_back": "muted"}}
    stats = (
        Stat("待签收", where=Q(state=State.SENT), unit="户"),
        Stat("待答复", where=Q(state=State.RECEIVED), unit="户"),
        Stat("已答复", where=Q(state=State.ANSWERED), unit="户"),
        Stat("按答复", by="outcome"),
    )
    detail_template = "consolidation/referral.html"

    def more(self, record: Referral, actor: Actor) -> dict[str, Any]:
        return flow_page.context(FLOW, record, actor, {})
