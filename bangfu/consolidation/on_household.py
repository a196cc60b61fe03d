"""What 1.1 adds to the page of a household: the next step as a button, and its whole way through help as a story."""

from __future__ import annotations

from collections.abc import Iterator
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
from bangfu.people.offers import Offer
from bangfu.people.story import Item
from bangfu.workflow.models import Flow, StepRecord
from bangfu.workflow.openings import covers

_SHOWN = 60
#: model → slug of its workflow, in the order of the way
WAYS: dict[Any, str] = {Case: CASES, AssistancePlan: plans.FLOW, RiskRemoval: REMOVALS, Referral: referrals.FLOW}


def flows_of(household: Any) -> Q:
    """Every flow of the household's rows."""
    found = Q(pk__in=[])
    for model, slug in WAYS.items():
        keys = model.objects.filter(household=household).values("pk")
        found |= Q(slug=slug, subject_type=model._meta.label, subject_id__in=keys)
    return found


def next_steps(household: Any, actor: Actor) -> Iterator[Offer]:
    """What is open: first what waits for this person, each named by its next step."""
    if not _sees(household, actor):
        return
    rows = sorted((row for row in _flows(household) if not row.ended_on), key=lambda row: (row.started_on, row.pk))
    mine = {row.pk for row in rows if any(covers(actor, role, row) for role in _awaited(row) & actor.roles)}
    for row in sorted(rows, key=lambda row: row.pk not in mine):
        words = f"{row.workflow.title}：{row.now.label}"
        yield Offer(words, "route", row.get_absolute_url(), is_main=row.pk in mine)


def begin(household: Any, actor: Actor) -> Iterator[Offer]:
    """What can be begun for a household that is monitored; a referral for anybody in need."""
    if not _edits(household, actor):
        return
    if is_monitored(household) and actor.roles & {Role.VILLAGE, Role.CAPTAIN, Role.MEMBER, Role.TOWN}:
        yield Offer("风险消除研判", "flag", reverse("consolidation:consider-removal", args=[household.pk]))
    if actor.roles & {Role.TOWN, Role.COUNTY} and (is_monitored(household) or _has_open_case(household)):
        yield Offer("移交民政", "send", reverse("consolidation:refer", args=[household.pk]))


def steps(household: Any, actor: Actor) -> Iterator[Item]:
    """Each step of each flow, with who and why."""
    if not _sees(household, actor):
        return
    flows = {flow.pk: flow for flow in _flows(household)}
    rows = StepRecord.objects.filter(flow__in=flows).select_related("by", "on_behalf_of").order_by("-pk")
    for row in rows[:_SHOWN]:
        row.flow = flows[row.flow_id]
        act = f"{row.flow.workflow.title}：{row.label}"
        yield Item(
            row.at if row.on == row.at.date() else row.on, act, row.who, row.reason, url=row.flow.get_absolute_url()
        )


def measures(household: Any, actor: Actor) -> Iterator[Item]:
    ledger = ledgers.of(AssistanceMeasure)
    assert ledger
    rows = ledger.visible_to(actor).filter(household=household, withdrawn_at=None, delivered_on__isnull=False)
    for row in rows.order_by("-delivered_on", "-pk")[:_SHOWN]:
        yield Item(
            row.delivered_on,
            f"落实{row.get_item_display()}",
            row.responsible,
            text=row.result,
            url=ledger.record_url(row.pk),
        )


def _has_open_case(household: Any) -> bool:
    return any(flow.slug == CASES and not flow.ended_on for flow in _flows(household))


def _flows(household: Any) -> list[Flow]:
    """All of them, read once for a page."""
    found: list[Flow] | None = vars(household).get("_flows_of_page")
    if found is None:
        found = vars(household)["_flows_of_page"] = list(Flow.objects.filter(flows_of(household)))
    return found


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
