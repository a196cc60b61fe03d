"""What a step of a case does beside moving it (1.1): the register, the plan, the notice, what no longer counts."""

from __future__ import annotations

from datetime import date

from django.db.models import F
from django.db.models.functions import Now

from bangfu.consolidation import case_records as records
from bangfu.consolidation import plan_acts
from bangfu.consolidation.cases import Case
from bangfu.consolidation.following import actor
from bangfu.consolidation.models import HouseholdCheck, VillageReview
from bangfu.consolidation.monitored import Labour, labour_of
from bangfu.ledger import acts as ledger_acts
from bangfu.ledger import registry as ledgers
from bangfu.notices import acts as notices
from bangfu.notices.models import PublicNotice
from bangfu.people.models import Household
from bangfu.workflow.models import Flow, StepRecord

Kind = PublicNotice.Kind
NOTICES = (Kind.IDENTIFICATION, Kind.IDENTIFIED, Kind.REMOVAL, Kind.REMOVED)
SET_ASIDE = "退回后重新办理"
_REGISTER = (
    "monitored_kind", "identified_month", "risks", "risk_note", "is_risk_removed", "removed_month", "removal_kind",
    "is_safety_net",
)  # fmt: skip


def set_aside(flow: Flow, record: StepRecord) -> None:
    """What was found so far stays on record, but no longer counts."""
    for model in (HouseholdCheck, VillageReview):
        mine = model.objects.filter(case=flow.subject_id, withdrawn_at=None)
        mine.update(withdrawn_at=Now(), withdrawn_reason=SET_ASIDE, version=F("version") + 1)


def set_review_aside(flow: Flow, record: StepRecord) -> None:
    mine = VillageReview.objects.filter(case=flow.subject_id, withdrawn_at=None)
    mine.update(withdrawn_at=Now(), withdrawn_reason=SET_ASIDE, version=F("version") + 1)


def take_notice_down(flow: Flow, record: StepRecord) -> None:
    if found := records.notice_of(flow, *NOTICES):
        notices.take_down(found, by=actor(record), at=record.on, reason=record.reason or "撤销上一步")


def put_notice_back(flow: Flow, record: StepRecord) -> None:
    """The step that took a notice down is undone."""
    undone = record.undoes
    assert undone
    notices.put_back(records.about(flow), NOTICES, by=actor(record), since=undone.on, at=record.on)


def settle_kind(flow: Flow, record: StepRecord) -> None:
    """The assembly's finding becomes the case's."""
    review = records.review_of(records.case_of(flow))
    assert review
    Case.objects.filter(pk=flow.subject_id).update(
        monitored_kind=review.monitored_kind, risks=review.risks, risk_note=review.risk_note, version=F("version") + 1
    )


def identify(flow: Flow, record: StepRecord) -> None:
    """The county has decided: the register says so, and the plan's clock begins."""
    case = records.case_of(flow)
    home = Household.objects.select_for_update().get(pk=case.household_id)
    before = {name: plain(getattr(home, name)) for name in _REGISTER}
    Case.objects.filter(pk=case.pk).update(identified_on=record.on, before=before, version=F("version") + 1)
    _register(home, _identified(case, home, record.on), record)
    plan_acts.open_plan(home, case=case, by=actor(record), on=record.on, at=record.at)


def _identified(case: Case, home: Household, on: date) -> dict[str, object]:
    """What the register says of a household that was identified on that day."""
    return {
        "monitored_kind": case.monitored_kind,
        "identified_month": on.replace(day=1),
        "risks": case.risks,
        "risk_note": case.risk_note,
        "is_risk_removed": False,
        "removed_month": None,
        "removal_kind": "",
        "is_safety_net": labour_of(home) is Labour.NONE,
    }


def unidentify(flow: Flow, record: StepRecord) -> None:
    """The decision is revoked or undone: the register says again what it said before, the plan ends."""
    case = records.case_of(flow)
    home = Household.objects.select_for_update().get(pk=case.household_id)
    values = dict(case.before)
    for name in ("identified_month", "removed_month"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    _register(home, values, record)
    Case.objects.filter(pk=case.pk).update(identified_on=None, version=F("version") + 1)
    plan_acts.end_plan(home, because=record, reason=record.reason)


def identify_again(flow: Flow, record: StepRecord) -> None:
    """The revocation is undone: identified since the day of the decision, the plan goes on where it was."""
    case = records.case_of(flow)
    home = Household.objects.select_for_update().get(pk=case.household_id)
    decided = flow.records.filter(step="approve_by_county", undone_by=None).order_by("-pk").first()
    assert decided
    Case.objects.filter(pk=case.pk).update(identified_on=decided.on, version=F("version") + 1)
    _register(home, _identified(case, home, decided.on), record)
    plan_acts.resume_plan(home, because=record)


def _register(home: Household, values: dict[str, object], record: StepRecord) -> None:
    ledger = ledgers.of(Household)
    assert ledger
    ledger_acts.change(ledger, home, values, by=actor(record), version=home.version, reason=record.label)


def plain(value: object) -> object:
    """As JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value
