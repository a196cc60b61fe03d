"""A flow of any workflow, in any state, and its steps without what one would have to prepare for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from django.apps import apps
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.accounts.roles import Role
from bangfu.kernel.dates import SHANGHAI
from bangfu.ledger import registry as ledgers
from bangfu.workflow import acts
from bangfu.workflow.declaration import Step, Workflow
from bangfu.workflow.models import Flow
from tests.ledgers.samples import HERE, make

#: who of the cast has a role at HERE
PLAYERS = {
    Role.PROVINCE: "省厅", Role.CITY: "市局", Role.COUNTY: "县局", Role.TOWN: "镇办", Role.VILLAGE: "村干",
    Role.CAPTAIN: "队长", Role.MEMBER: "队员", Role.LIAISON: "联络员", Role.DEPARTMENT: "部门",
}  # fmt: skip


def moment(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=SHANGHAI)


def actor(user: User, on: date | None = None) -> Actor:
    return Actor.of(user, on or timezone.localdate())


def started(workflow: Workflow, on: date | None = None, place: int = HERE) -> Flow:
    """Begun by a program, so that no role is needed."""
    ledger = ledgers.of(apps.get_model(workflow.subject))
    assert ledger, f"{workflow.subject} has no ledger: give tests/workflows/samples.py a way to make one"
    subject: Any = make(ledger, place)
    return acts.start(workflow, subject, division=place, by=None, at=moment(on or timezone.localdate()))


def put(flow: Flow, state: str) -> Flow:
    """The flow as if it had come to the state."""
    flow.state = state
    flow.ended_on = flow.entered_on if flow.now.is_final else None
    flow.save()
    return flow


def bare(step: Step) -> Step:
    """The step with its roles and states alone: a contract cannot know what guards and papers ask for."""
    return replace(step, guards=(), evidence=(), not_before=None, only_with="", effect=None, on_undo=None)
