"""What a step of a removal does beside moving it (1.1): the register, the plan, the notice; and how one is begun."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.consolidation import plan_acts
from bangfu.consolidation.assessments import VillageReview
from bangfu.consolidation.case_effects import SET_ASIDE, plain
from bangfu.consolidation.clues import number
from bangfu.consolidation.following import actor
from bangfu.consolidation.household_checks import HouseholdCheck
from bangfu.consolidation.monitored import is_monitored
from bangfu.consolidation.removal_guards import removal_of
from bangfu.consolidation.removal_states import FLOW
from bangfu.consolidation.removals import RiskRemoval
from bangfu.ledger import acts as ledger_acts
from bangfu.ledger import registry as ledgers
from bangfu.people.models import Household
from bangfu.workflow import acts, registry
from bangfu.workflow.models import Flow, StepRecord

_REGISTER = ("is_risk_removed", "removed_month", "removal_kind")


class Refused(ValueError):
    """The removal is not begun; the message says why."""


def consider_removal(household: Household, *, kind: str, ground: str, by: Actor, at: datetime) -> RiskRemoval:
    """Begins the study of one household; the open one, if there is one. Errors: Refused, workflow.acts.Refused."""
    flow, on = registry.get(FLOW), timezone.localdate(at)
    assert flow
    with ledger_acts.recorded(by, "consider_removal"):
        home = Household.objects.select_for_update().get(pk=household.pk)
        if found := home.removals.filter(closed_on=None, withdrawn_at=None).first():
            return found
        if not is_monitored(home):
            raise Refused("这一户不是监测对象，或风险已经消除")
        made = RiskRemoval.objects.create(
            household=home, village_id=home.village_id, removal_no=number(on), removal_kind=kind, considered_on=on,
            ground=ground,
        )  # fmt: skip
        acts.start(flow, made, division=home.village_id, by=by, at=at)
    return made


def set_aside(flow: Flow, record: StepRecord) -> None:
    """What was found so far stays on record, but no longer counts."""
    for model in (HouseholdCheck, VillageReview):
        mine = model.objects.filter(risk_removal=flow.subject_id, withdrawn_at=None)
        mine.update(withdrawn_at=Now(), withdrawn_reason=SET_ASIDE, version=F("version") + 1)


def remove(flow: Flow, record: StepRecord) -> None:
    """The county has decided: the register says so; the plan ends, its measures run to their natural end."""
    removal = removal_of(flow)
    before = {name: plain(getattr(removal.household, name)) for name in _REGISTER}
    mine = RiskRemoval.objects.filter(pk=removal.pk)
    mine.update(removed_on=record.on, before=before, version=F("version") + 1)
    month = record.on.replace(day=1)
    values = {"is_risk_removed": True, "removed_month": month, "removal_kind": removal.removal_kind}
    _register(removal, values, record)
    plan_acts.end_plan(removal.household, because=record, reason="风险已消除")


def unremove(flow: Flow, record: StepRecord) -> None:
    """The decision is undone: the register says again what it said before, the plan goes on."""
    removal = removal_of(flow)
    values = dict(removal.before)
    values["removed_month"] = date.fromisoformat(values["removed_month"]) if values["removed_month"] else None
    _register(removal, values, record)
    RiskRemoval.objects.filter(pk=removal.pk).update(removed_on=None, version=F("version") + 1)
    plan_acts.resume_plan(removal.household, because=record)


def reopen(flow: Flow, record: StepRecord) -> None:
    """Found unstable later: monitored again from that day, with a plan to make."""
    removal = removal_of(flow)
    _register(removal, {"is_risk_removed": False, "removed_month": None, "removal_kind": ""}, record)
    plan_acts.open_plan(removal.household, case=None, by=actor(record), on=record.on, at=record.at)


def _register(removal: RiskRemoval, values: dict[str, object], record: StepRecord) -> None:
    home, ledger = Household.objects.select_for_update().get(pk=removal.household_id), ledgers.of(Household)
    assert ledger
    ledger_acts.change(ledger, home, values, by=actor(record), version=home.version, reason=record.label)
