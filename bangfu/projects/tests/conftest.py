"""Actors of the cast, and a project that goes its way by named steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger import acts as ledger_acts
from bangfu.ledger import registry
from bangfu.projects import acts
from bangfu.projects.models import Goal, Project
from bangfu.projects.moves import flow_of
from bangfu.workflow import acts as flow_acts
from bangfu.workflow.models import Flow

VILLAGE, NEXT_VILLAGE = 441881137201, 441881137202
FIRST_DAY = date(2026, 3, 2)  # a Monday without holidays near
ActorOf = Callable[[str], Actor]


class Way:
    """A project and the day on which it stands."""

    def __init__(self, actor_of: ActorOf, project: Project, on: date = FIRST_DAY) -> None:
        self.actor_of, self.project, self.on = actor_of, project, on

    @property
    def flow(self) -> Flow:
        found = flow_of(self.project)
        assert found
        return found

    def wait(self, days: int) -> Way:
        self.on += timedelta(days=days)
        return self

    def take(self, step: str, who: str, reason: str = "", **evidence: Any) -> Way:
        at = timezone.make_aware(datetime.combine(self.on, time(10)))
        flow = self.flow
        given: dict[str, Any] = {"by": self.actor_of(who), "at": at, "version": flow.version}
        flow_acts.take(step, flow, reason=reason, evidence=evidence, **given)
        self.project.refresh_from_db()
        return self

    def row(self, model: Any, who: str, **values: Any) -> Any:
        ledger = registry.of(model)
        assert ledger
        return ledger_acts.create(ledger, {"project": self.project, **values}, by=self.actor_of(who))

    def to_town(self) -> Way:
        self.take("post_village_notice", "村干", meeting_on=self.on.isoformat()).wait(8)
        return self.take("submit_to_town", "村干")

    def to_county(self) -> Way:
        self.row(Goal, "镇办", name="受益户数", unit="户", target=Decimal(42), kind="benefit")
        return self.take("pass_town", "镇办", opinion="同意上报").wait(8).take("report_to_county", "镇办")


@pytest.fixture
def actor_of(cast: dict[str, User]) -> ActorOf:
    return lambda name: Actor.of(cast[name], dates.today())


@pytest.fixture
def declare(actor_of: ActorOf) -> Callable[..., Way]:
    """A workshop of a village, whole enough to be noticed; its flow began on FIRST_DAY."""

    def make(village: int = VILLAGE, **values: Any) -> Way:
        told = {
            "division": Division.objects.get(code=village), "name": "帮扶车间", "sort": "workshop", "need": "妇女出不去",
            "planned_yuan": Decimal("900000.00"), "households": 42, "people": 160, "why_outside": "群众反映集中",
        }  # fmt: skip
        project = acts.declare(told | values, by=actor_of("村干" if village == VILLAGE else "镇办"))
        project.refresh_from_db()
        Flow.objects.filter(subject_id=project.pk, slug="projects").update(started_on=FIRST_DAY, entered_on=FIRST_DAY)
        return Way(actor_of, project)

    return make
