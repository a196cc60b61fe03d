"""Steps of the project flow (2.2): each keeps `state` and the days of its project in line with the flow."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.projects import hooks
from bangfu.projects.project import Project
from bangfu.projects.states import CLOSED, DAYS, DROPPED, FLOW, State
from bangfu.workflow import acts
from bangfu.workflow.declaration import Effect, Step
from bangfu.workflow.models import Flow, StepRecord

#: the way of a project, to its end; what stands aside comes behind
_ORDER = list(State)


def actor(record: StepRecord) -> Actor:
    """Who took the step, for what follows from it."""
    return Actor.of(record.by, record.on) if record.by else Actor(None)


def project_of(flow: Flow) -> Project:
    return Project.objects.select_related("division", "division__parent").get(pk=flow.subject_id)


def locked(pk: int) -> Project:
    """The first lock of every act that weighs the money of a project."""
    return Project.objects.select_for_update(no_key=True, of=("self",)).select_related("division").get(pk=pk)


def flow_of(project: Project) -> Flow | None:
    """The newest flow of the project, open or ended."""
    rows = Flow.objects.filter(slug=FLOW, subject_type=Project._meta.label, subject_id=project.pk)
    return rows.order_by("-pk").first()


def step(
    code: str, label: str, at: State | tuple[State, ...], to: State, by: tuple[Role, ...], *,
    also: tuple[Effect, ...] = (), undo: tuple[Effect, ...] | None = (), **more: Any,
) -> Step:  # fmt: skip
    """`also`: what else the step does; `undo`: what takes that back, None: nothing can."""
    sources = (at.value,) if isinstance(at, State) else tuple(state.value for state in at)

    def moves(flow: Flow, record: StepRecord) -> None:
        locked(flow.subject_id)
        if words := hooks.against(code)(flow, record.on):  # money moves under the same lock: what it says may be new
            raise acts.refuse(words, "指引 2.2")
        _write(flow, record, _days(record.to_state) | _reached(record))
        for effect in also:
            effect(flow, record)

    def back(flow: Flow, record: StepRecord) -> None:
        locked(flow.subject_id)
        _write(flow, record, _days(record.to_state))
        for effect in undo or ():
            effect(flow, record)

    return Step(code, label, sources, to.value, by, effect=moves, on_undo=None if undo is None else back, **more)


def _reached(record: StepRecord) -> dict[str, Any]:
    return {DAYS[State(record.to_state)]: record.on} if record.to_state in DAYS else {}


def _days(state: str) -> dict[str, Any]:
    """The days of states that lie ahead of this one are empty; who was dropped keeps what it had reached."""
    if state in DROPPED or state == State.RETURNED:
        return {}
    ahead = _ORDER[_ORDER.index(State(state)) + 1 :]
    return {DAYS[each]: None for each in ahead if each in DAYS} | ({} if state in CLOSED else {"closed_on": None})


def _write(flow: Flow, record: StepRecord, days: dict[str, Any]) -> None:
    values = {"state": record.to_state, "version": F("version") + 1, "updated_at": Now()} | days
    Project.objects.filter(pk=flow.subject_id).update(**values)
