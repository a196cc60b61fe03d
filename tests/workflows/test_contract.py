"""The contract of every workflow: shape, clocks, scope, roles, two at once, double submit, reasons, undo."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.accounts.roles import Role
from bangfu.workflow import acts, registry
from bangfu.workflow.checks import complaints, finishing, reachable
from bangfu.workflow.declaration import Kind, Step, Workflow
from bangfu.workflow.models import Flow
from bangfu.workflow.openings import holds, openings
from bangfu.workflow.waiting import waiting
from tests.workflows.samples import PLAYERS, actor, bare, moment, put, started

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
WORKFLOWS = registry.all_workflows()
TODAY = timezone.localdate()


@pytest.fixture(params=WORKFLOWS, ids=[workflow.slug for workflow in WORKFLOWS])
def workflow(request: pytest.FixtureRequest) -> Workflow:
    chosen: Workflow = request.param
    return chosen


@pytest.fixture
def flow(workflow: Workflow, cast: Any) -> Flow:
    return started(workflow)


def players(step: Step) -> list[str]:
    """Of the cast, who may take the step by place; a unit's roles need the flow's unit."""
    return [PLAYERS[role] for role in step.by if role not in (Role.LIAISON, Role.DEPARTMENT)]


def test_its_declaration_has_no_fault(workflow: Workflow) -> None:
    assert complaints(workflow) == []


def test_every_state_is_reached_and_left(workflow: Workflow) -> None:
    codes = {state.code for state in workflow.states}
    assert reachable(workflow) == finishing(workflow) == codes
    open_states = {state.code for state in workflow.states if not state.is_final}
    assert {source for step in workflow.steps for source in step.sources} >= open_states


def test_an_outsider_can_see_and_do_nothing(workflow: Workflow, flow: Flow, cast: Any, client_of: ClientOf) -> None:
    outsider, client = actor(cast["外县"]), client_of("外县")
    assert not Flow.objects.visible_to(outsider, workflow)
    assert list(waiting(outsider, TODAY)) == []
    base = f"/workflows/flows/{flow.pk}/"
    assert client.get(base).status_code == 404
    assert base not in client.get(f"/workflows/{workflow.slug}/flows/").content.decode()
    for address in ("undo/", "flag/", "assign/"):
        assert client.post(base + address, {"version": 1, "reason": "不该成功"}).status_code == 404
    for step in workflow.steps:
        put(flow, step.sources[0])
        assert client.post(f"{base}take/{step.code}/", {"version": 1}).status_code == 404
        assert openings(flow, outsider, TODAY) == []
        with pytest.raises(acts.Refused, match="角色"):
            acts.take(bare(step), flow, by=outsider, at=timezone.now(), version=flow.version, reason="不该成功")
    assert flow.records.count() == 1


def test_a_step_is_for_its_roles_alone(workflow: Workflow, flow: Flow, cast: Any) -> None:
    everyone = {name: actor(cast[name]) for name in PLAYERS.values()}
    for step in workflow.steps:
        may = {name for name, person in everyone.items() if holds(step, flow, person, TODAY, ())}
        assert may == set(players(step)), step.code


@pytest.mark.parametrize("who", ["审计员", "安全员", "系统员"])
def test_the_three_offices_see_no_flow(workflow: Workflow, flow: Flow, client_of: ClientOf, who: str) -> None:
    client = client_of(who)
    assert client.get(f"/workflows/flows/{flow.pk}/").status_code == 404
    assert client.get(f"/workflows/{workflow.slug}/flows/").status_code == 403


def test_of_two_at_once_the_second_is_told_and_a_double_submit_is_one(
    workflow: Workflow, flow: Flow, cast: Any
) -> None:
    step = next(step for step in workflow.steps_at(workflow.initial.code) if players(step))
    person, seen, once = actor(cast[players(step)[0]]), flow.version, uuid.uuid4()
    given: dict[str, Any] = {"by": person, "at": timezone.now(), "version": seen, "reason": "写明原因"}
    first = acts.take(bare(step), flow, client_uuid=once, **given)
    again = acts.take(bare(step), Flow.objects.get(pk=flow.pk), client_uuid=once, **given)
    assert again == first
    with pytest.raises(acts.Overtaken, match=f"已由{person.user}于 .* 办理“{step.label}”"):
        acts.take(bare(step), Flow.objects.get(pk=flow.pk), client_uuid=uuid.uuid4(), **given)
    assert flow.records.count() == 2


def test_sending_back_and_ending_ask_a_reason(workflow: Workflow, flow: Flow, cast: Any) -> None:
    for step in workflow.steps:
        if step.kind is Kind.FORWARD or not players(step):
            continue
        put(flow, step.sources[0])
        person = actor(cast[players(step)[0]])
        with pytest.raises(acts.Refused, match="原因"):
            acts.take(bare(step), flow, by=person, at=timezone.now(), version=flow.version, reason="  ")


def test_what_a_village_did_is_undone_by_the_town_and_not_by_itself(workflow: Workflow, flow: Flow, cast: Any) -> None:
    step = next((s for s in workflow.steps if Role.VILLAGE in s.by and s.is_undoable and s.effect is None), None)
    if step is None:
        pytest.skip("no step of a village")
    put(flow, step.sources[0])
    acts.take(bare(step), flow, by=actor(cast["村干"]), at=timezone.now(), version=flow.version, reason="写明原因")
    given: dict[str, Any] = {"at": timezone.now(), "version": flow.version, "reason": "点错了"}
    for name in ("村干", "队长", "外县"):
        with pytest.raises(acts.Refused, match="上一级"):
            acts.undo(flow, by=actor(cast[name]), **given)
    with pytest.raises(acts.Refused, match="原因"):
        acts.undo(flow, by=actor(cast["镇办"]), **(given | {"reason": ""}))
    record = acts.undo(flow, by=actor(cast["镇办"]), **given)
    assert (flow.state, record.reason, record.acted_as) == (step.sources[0], "点错了", "town")
    assert flow.history.count() >= 3  # type: ignore[attr-defined]


def test_an_official_reads_its_matrix_and_its_drawing(workflow: Workflow, client_of: ClientOf, cast: Any) -> None:
    page = client_of("市局").get(f"/workflows/{workflow.slug}/").content.decode()
    assert "<svg" in page
    for step in workflow.steps:
        assert step.label in page
    for state in workflow.states:
        assert state.label in page
    assert workflow.title in client_of("村干").get("/workflows/").content.decode()


def test_every_state_has_a_page_that_says_who_is_next(workflow: Workflow, flow: Flow, client_of: ClientOf) -> None:
    client = client_of("县局")
    for state in workflow.states:
        put(flow, state.code)
        page = client.get(f"/workflows/flows/{flow.pk}/")
        assert page.status_code == 200
        assert state.label in page.content.decode()


def test_moments_are_days_in_china() -> None:
    assert timezone.localdate(moment(TODAY)) == TODAY
