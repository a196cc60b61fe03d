"""年度考核意见 as a workflow (5.3): the captain proposes, the town reviews, the county files; sent back with a reason."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.ledger import registry as ledgers
from bangfu.ledger.acts import recorded
from bangfu.units.cadre import Cadre
from bangfu.units.yearly_opinion import State as S
from bangfu.units.yearly_opinion import YearlyOpinion
from bangfu.workflow import acts, registry
from bangfu.workflow.declaration import Asked, Evidence, Kind, State, Step, Workflow
from bangfu.workflow.models import Flow, StepRecord

FLOW = "yearly-opinions"


def follow(flow: Flow, record: StepRecord) -> None:
    """The row's own state, and the day it was filed; the same way back."""
    filed = record.on if record.to_state == S.FILED else None
    _write(flow, state=record.to_state, filed_on=filed)


def amend(flow: Flow, record: StepRecord) -> None:
    follow(flow, record)
    _write(flow, opinion=record.evidence["opinion"][:500])


def _write(flow: Flow, **values: object) -> None:
    rows = YearlyOpinion.objects.filter(pk=flow.subject_id)
    rows.update(**values, version=F("version") + 1, updated_at=Now())


STEPS = (
    Step("review", "镇审核", S.PROPOSED, S.REVIEWED, (Role.TOWN,), says="核对等次和意见", effect=follow, on_undo=follow),
    Step("file", "县备案", S.REVIEWED, S.FILED, (Role.COUNTY,), says="备案后送派出单位", effect=follow, on_undo=follow),
    Step("send_back", "退回队长", (S.PROPOSED, S.REVIEWED), S.RETURNED, (Role.TOWN, Role.COUNTY), kind=Kind.BACK,
         says="写明要改什么", effect=follow, on_undo=follow),
    Step("amend", "修改后再报", S.RETURNED, S.PROPOSED, (Role.CAPTAIN,), effect=amend,
         evidence=(Evidence("opinion", "修改后的考核意见", Asked.TEXT),)),
)  # fmt: skip


def page(flow: Flow) -> str:
    ledger = ledgers.get("yearly-opinions")
    assert ledger
    return ledger.record_url(flow.subject_id)


GIVING = registry.add(
    Workflow(
        slug=FLOW,
        title="年度考核意见",
        article="5.3",
        says="队长提出每名队员的年度考核意见，镇审核，县备案",
        subject="units.YearlyOpinion",
        states=tuple(State(s.value, s.label, is_final=s is S.FILED) for s in S),
        steps=STEPS,
        started_by=(Role.CAPTAIN, Role.TOWN),
        read_by=(Role.PROVINCE, Role.CITY, Role.COUNTY, Role.TOWN, Role.CAPTAIN),
        url=page,
    )
)


def propose(cadre: Cadre, *, year: int, grade: str, opinion: str, by: Actor, at: datetime) -> YearlyOpinion:
    """Errors: workflow.acts.Refused: role, place, a year in which the cadre did not serve, one's own opinion, twice."""
    on = timezone.localdate(at)
    if not cadre.from_on.year <= year <= min(on.year, cadre.to_on.year if cadre.to_on else on.year):
        raise acts.refuse(f"{cadre}在 {year} 年没有任职，或这一年还没有到")
    if cadre.user is not None and cadre.user == by.user:
        raise acts.refuse("本人的考核意见由镇提出")
    with recorded(by, "propose_opinion"):
        Cadre.objects.select_for_update(of=("self",)).get(pk=cadre.pk)  # pressed twice: one after the other
        if YearlyOpinion.objects.filter(cadre=cadre, year=year, withdrawn_at=None).exists():
            raise acts.refuse(f"{cadre} {year} 年已有考核意见，请接着办那一件")
        made = YearlyOpinion.objects.create(
            cadre=cadre, town_id=cadre.town_id, year=year, grade=grade, opinion=opinion, proposed_on=on
        )
        acts.start(GIVING, made, division=cadre.town_id, by=by, at=at)
    return made
