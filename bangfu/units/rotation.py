"""轮换 (5.3): one step ends a cadre's term, begins the successor's, and hands over all that is open; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.divisions.scope import Scope
from bangfu.ledger import acts, history, registry, uniqueness
from bangfu.units.cadre import Cadre
from bangfu.workflow import rotation as flows
from bangfu.workflow.acts import refuse
from bangfu.workflow.models import Flow, within
from bangfu.workflow.openings import waits_for

history.ACTS["units.rotate"] = "轮换"


@dataclass(frozen=True)
class Heir:
    """Something else that names a person and goes to the successor: a package above adds its own to `heirs`."""

    label: str
    #: (person, place) → how many are open
    count: Callable[[User, int], int]
    #: (person, the successor's account or None, the successor's name, place): in the caller's transaction
    move: Callable[[User, User | None, str, int], None]


heirs: list[Heir] = []


@dataclass(frozen=True)
class Estate:
    """What a cadre leaves behind in the town, and to whom it goes."""

    #: open flows that name the cadre, and those of them that the successor's grants can go on with
    flows: int
    taken: int
    others: tuple[tuple[str, int], ...]

    @property
    def released(self) -> int:
        """Flows that go back to the list of all who may go on with them."""
        return self.flows - self.taken


def estate(leaving: Cadre, heir: User | None, on: date) -> Estate:
    """Asked before confirming."""
    if leaving.user is None:
        return Estate(0, 0, ())
    open_flows = Flow.objects.open().filter(within(Scope.of([leaving.town_id])), assignee=leaving.user)
    taken = open_flows.filter(waits_for(Actor.of(heir, on))).count() if heir else 0
    others = tuple((each.label, each.count(leaving.user, leaving.town_id)) for each in heirs)
    return Estate(open_flows.count(), taken, others)


def faults(leaving: Cadre, last_on: date, values: Mapping[str, Any], by: Actor) -> dict[str, str]:
    """What is wrong with the successor's term, beside the field; as it will be once the cadre has left."""
    if last_on < leaving.from_on:
        return {"last_on": f"{leaving}是 {leaving.from_on} 到任的，离任不能更早"}
    if values["from_on"] <= last_on:
        return {"from_on": f"接任日期要在离任日期 {last_on} 之后"}
    return {}


@transaction.atomic
def rotate(leaving: Cadre, last_on: date, values: Mapping[str, Any], *, by: Actor, at: datetime, reason: str) -> Cadre:
    """The cadre leaves after `last_on`, and `values` (columns of Cadre) begin the successor's term in the same team.

    The caller has made sure that `by` may change the cadre. Errors: Overtaken; Refused, in words for a clerk.
    """
    ledger = registry.of(Cadre)
    assert ledger
    for words in faults(leaving, last_on, values, by).values():
        raise refuse(words)
    with acts.recorded(by, "units.rotate", reason):
        acts.change(ledger, leaving, {"to_on": last_on}, by=by, version=leaving.version, reason=reason)
        whole = {"team": leaving.team, "deputy_agreement_no": "", "leads_county_team": False} | dict(values)
        wrong = ledger.clean(whole, None) or uniqueness.faults(ledger, by, whole, None)
        for words in wrong.values():
            raise refuse(words)
        successor = acts.create(ledger, whole, by=by)
        assert isinstance(successor, Cadre)
        if leaving.user and leaving.user != successor.user:
            _hand_over(leaving.user, successor, by=by, at=at, reason=reason)
    return successor


def _hand_over(person: User, successor: Cadre, *, by: Actor, at: datetime, reason: str) -> None:
    if successor.user:
        flows.hand_over(person, successor.user, by=by, at=at, reason=reason)
    flows.release(person, successor.town_id, by=by, at=at, reason=reason)
    for each in heirs:
        each.move(person, successor.user, successor.name, successor.town_id)


def next_day(day: date) -> date:
    return day + timedelta(days=1)
