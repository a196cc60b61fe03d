"""What 1.1 adds to the page of a household: the next step as a button, and its whole way through help as a story."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.db.models import Q
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.consolidation import plans, referrals
from bangfu.consolidation.case_states import FLOW as CASES
from bangfu.consolidation.models import AssistanceMeasure, AssistancePlan, Case, Referral, RiskRemoval
from bangfu.consolidation.monitored import is_monitored
from bangfu.consolidation.removal_states import FLOW as REMOVALS
from bangfu.ledger import registry as ledgers
from bangfu.ledger.declaration import Ledger
from bangfu.people.offers import Offer, Part
from bangfu.people.story import Item
from bangfu.workflow.models import Flow, StepRecord
from bangfu.workflow.openings import covers

_SHOWN = 60
#: model → slug of its workflow, in the order of the way
WAYS: dict[Any, str] = {Case: CASES, AssistancePlan: plans.FLOW, RiskRemoval: REMOVALS, Referral: referrals.FLOW}


def parts(household: Any, actor: Actor) -> Iterator[Part]:
    ledger = ledgers.of(AssistanceMeasure)
    assert ledger
    flows, steps = Flow.objects.filter(flows_of(household)), StepRecord.objects.filter(flows_of(household, "flow__"))
    if _sees(household, actor):
        yield Part(flows, lambda rows: chain(_next_steps(rows, actor), _begin(household, actor, rows)))
        yield Part(steps.select_related("flow", "by", "on_behalf_of").order_by("-pk")[:_SHOWN], lines=_steps)
    given = ledger.visible_to(actor).filter(household=household, withdrawn_at=None, delivered_on__isnull=False)
    yield Part(given.order_by("-delivered_on", "-pk")[:_SHOWN], lines=lambda rows: _measures(ledger, rows))


def flows_of(household: Any, of: str = "") -> Q:
    """Every flow of the household's rows; `of`: the way to the flow."""
    found = Q(pk__in=[])
    for model, slug in WAYS.items():
        keys = model.objects.filter(household=household).values("pk")
        found |= Q(**{f"{of}slug": slug, f"{of}subject_type": model._meta.label, f"{of}subject_id__in": keys})
    return found


def _next_steps(flows: list[Flow], actor: Actor) -> Iterator[Offer]:
    """What is open: first what waits for this person, each named by its next step."""
    rows = sorted((row for row in flows if not row.ended_on), key=lambda row: (row.started_on, row.pk))
    mine = {row.pk for row in rows if any(covers(actor, role, row) for role in _awaited(row) & actor.roles)}
    for row in sorted(rows, key=lambda row: row.pk not in mine):
        words = f"{row.workflow.title}：{row.now.label}"
        yield Offer(words, "route", row.get_absolute_url(), is_main=row.pk in mine)


def _begin(household: Any, actor: Actor, flows: list[Flow]) -> Iterator[Offer]:
    """What can be begun for a household that is monitored; a referral for anybody in need."""
    if not _edits(household, actor):
        return
    if is_monitored(household) and actor.roles & {Role.VILLAGE, Role.CAPTAIN, Role.MEMBER, Role.TOWN}:
        yield Offer("风险消除研判", "flag", reverse("consolidation:consider-removal", args=[household.pk]))
    has_open_case = any(flow.slug == CASES and not flow.ended_on for flow in flows)
    if actor.roles & {Role.TOWN, Role.COUNTY} and (is_monitored(household) or has_open_case):
        yield Offer("移交民政", "send", reverse("consolidation:refer", args=[household.pk]))


def _steps(rows: list[StepRecord]) -> Iterator[Item]:
    """Each step of each flow, with who and why."""
    for row in rows:
        act = f"{row.flow.workflow.title}：{row.label}"
        yield Item(
            row.at if row.on == row.at.date() else row.on, act, row.who, row.reason, url=row.flow.get_absolute_url()
        )


def _measures(ledger: Ledger, rows: list[AssistanceMeasure]) -> Iterator[Item]:
    for row in rows:
        act, url = f"落实{row.get_item_display()}", ledger.record_url(row.pk)
        assert row.delivered_on
        yield Item(row.delivered_on, act, row.responsible, text=row.result, url=url)


def _awaited(flow: Flow) -> set[Role]:
    return {role for step in flow.workflow.ways_on(flow.state) for role in step.by}


def _sees(household: Any, actor: Actor) -> bool:
    ledger = ledgers.of(Case)
    assert ledger
    return household.village_id in actor.scope(Act.READ, ledger.readers())


def _edits(household: Any, actor: Actor) -> bool:
    ledger = ledgers.of(AssistanceMeasure)
    assert ledger
    return household.village_id in actor.scope(Act.EDIT, ledger.edited_by)
