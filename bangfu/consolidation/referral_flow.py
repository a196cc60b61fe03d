"""移交民政 as a workflow (1.1): sent, received, answered, each under its clock; civil affairs sees its own alone."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Role
from bangfu.consolidation.cases import Case
from bangfu.consolidation.clues import number
from bangfu.consolidation.following import Follower
from bangfu.consolidation.referrals import FLOW, Referral
from bangfu.consolidation.referrals import State as S
from bangfu.ledger import registry as ledgers
from bangfu.ledger.acts import recorded
from bangfu.ledger.declaration import OFFICIALS, TEAM
from bangfu.people.models import Household
from bangfu.policy.code_lists import CodeListError, code_list
from bangfu.workflow import acts, registry
from bangfu.workflow.declaration import Clock, Evidence, Kind, State, Step, Workflow
from bangfu.workflow.models import Flow, StepRecord

OUTCOMES = code_list("referral_outcome")
ANSWERERS = (Role.DEPARTMENT, Role.COUNTY, Role.TOWN)


def receive(flow: Flow, record: StepRecord) -> None:
    _write(flow, received_on=record.on)


def take_receipt_back(flow: Flow, record: StepRecord) -> None:
    _write(flow, received_on=None)


def answer(flow: Flow, record: StepRecord) -> None:
    try:
        outcome = OUTCOMES.value_of(record.reason)
    except CodeListError as error:
        raise acts.refuse(f"请从列出的答复里选一个：{error}") from None
    _write(flow, answered_on=record.on, outcome=outcome, answer=record.evidence.get("answer", ""))


def take_answer_back(flow: Flow, record: StepRecord) -> None:
    _write(flow, answered_on=None, outcome="", answer="")


def _write(flow: Flow, **values: object) -> None:
    Referral.objects.filter(pk=flow.subject_id).update(**values, version=F("version") + 1, updated_at=Now())


step = Follower(Referral, (S.ANSWERED, S.CALLED_BACK), closing="").step
STEPS: tuple[Step, ...] = (
    step("receive", "签收", S.SENT, S.RECEIVED, ANSWERERS, within=Clock("referral_receipt_days"),
         says="民政部门签收；纸质移交的由镇、县代为登记", also=(receive,), undo=(take_receipt_back,)),
    step("answer", "答复", S.RECEIVED, S.ANSWERED, ANSWERERS, within=Clock("referral_answer_days"),
         reasons=tuple(code.label for code in OUTCOMES.codes), evidence=(Evidence("answer", "答复说明", is_required=False),),
         also=(answer,), undo=(take_answer_back,)),
    step("call_back", "收回移交", (S.SENT, S.RECEIVED), S.CALLED_BACK, (Role.TOWN, Role.COUNTY), kind=Kind.END,
         reasons=("移交有误", "情况已变化")),
)  # fmt: skip


def page(flow: Flow) -> str:
    ledger = ledgers.get("referrals")
    assert ledger
    return ledger.record_url(flow.subject_id)


REFERRING = registry.add(
    Workflow(
        slug=FLOW,
        title="移交民政",
        article="1.1",
        says="符合低收入人口条件的户移交民政部门，按期签收、答复",
        subject="consolidation.Referral",
        states=tuple(State(s.value, s.label, is_final=s in (S.ANSWERED, S.CALLED_BACK)) for s in S),
        steps=STEPS,
        started_by=(Role.TOWN, Role.COUNTY),
        read_by=(*OFFICIALS, *TEAM, Role.DEPARTMENT),
        url=page,
    )
)


def refer(
    household: Household, *, reason: str, unit: Unit | None, case: Case | None, by: Actor, at: datetime
) -> Referral:
    """Hands the household over. Errors: workflow.acts.Refused (role, place), IntegrityError (one is open)."""
    on = timezone.localdate(at)
    with recorded(by, "refer", reason):
        made = Referral.objects.create(
            household=household, village_id=household.village_id, referral_no=number(on), case=case, unit=unit,
            reason=reason, sent_on=on,
        )  # fmt: skip
        acts.start(REFERRING, made, division=household.village_id, by=by, at=at, unit=unit)
    return made
