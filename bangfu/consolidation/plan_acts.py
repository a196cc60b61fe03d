"""The named acts on an assistance plan (1.1): opened by the decision, written, ended when nothing is left to plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.consolidation.cases import Case
from bangfu.consolidation.clues import number
from bangfu.consolidation.following import actor, newest_flow
from bangfu.consolidation.plans import FLOW, AssistancePlan, State
from bangfu.ledger.acts import recorded
from bangfu.people.models import Household
from bangfu.workflow import acts, registry
from bangfu.workflow.models import StepRecord

WRITTEN = ("needs", "goal", "contact_name", "contact_phone")


class Refused(ValueError):
    """The plan is not written; the message says why."""


def running(household: Household) -> AssistancePlan | None:
    return household.plans.filter(closed_on=None, withdrawn_at=None).first()


def open_plan(household: Household, *, case: Case | None, by: Actor, on: date, at: datetime) -> AssistancePlan:
    """The running plan; without one, a new one whose clock begins on the day of the decision. Made by the decision."""
    if found := running(household):
        return found
    flow = registry.get(FLOW)
    assert flow
    made = AssistancePlan.objects.create(
        household=household, village_id=household.village_id, plan_no=number(on), case=case, identified_on=on,
        contact_name=household.contact_name, contact_phone=household.contact_phone,
    )  # fmt: skip
    acts.start(flow, made, division=household.village_id, by=by, at=at, on=on)
    return made


def write_plan(plan: AssistancePlan, values: Mapping[str, Any], *, by: Actor, version: int) -> None:
    """Errors: Refused, when it was approved or changed meanwhile."""
    with recorded(by, "write_plan"):
        mine = AssistancePlan.objects.filter(pk=plan.pk, version=version, state=State.DRAFTING, withdrawn_at=None)
        fresh = {name: values[name] for name in WRITTEN}
        if not mine.update(**fresh, version=F("version") + 1, updated_at=Now()):
            raise Refused("方案刚刚被他人修改或已提交，请刷新后再改")


def end_plan(household: Household, *, because: StepRecord, reason: str) -> None:
    """Ends the running plan, if there is one, as what follows from a decision. Errors: workflow.acts.Refused."""
    plan = running(household)
    flow = newest_flow(FLOW, plan) if plan else None
    if flow:
        on = max(timezone.localdate(because.at), flow.entered_on)
        given: dict[str, Any] = {"by": actor(because), "at": because.at, "version": flow.version, "because": because}
        acts.take("end", flow, on=on, reason=reason or "不再需要", **given)


def resume_plan(household: Household, *, because: StepRecord) -> None:
    """The decision that ended the newest plan is undone: it goes on where it was. Errors: workflow.acts.Refused."""
    plan = household.plans.filter(withdrawn_at=None).order_by("-pk").first()
    flow = newest_flow(FLOW, plan) if plan and plan.closed_on else None
    if flow:
        given: dict[str, Any] = {"by": actor(because), "at": because.at, "version": flow.version, "because": because}
        acts.undo(flow, reason=because.reason, **given)
