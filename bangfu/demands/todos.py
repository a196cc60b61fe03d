"""What of the demands waits for a person: questions to answer, and answers to hand over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.demands.demand import ASKERS, Demand
from bangfu.demands.question import ANSWERERS
from bangfu.demands.rowkinds import OF_VILLAGES
from bangfu.demands.states import State
from bangfu.ledger.peek import Found, Peek

SHOWN = 10
SOON = timedelta(days=2)
_NEXT = {
    State.DRAFT: ("对表头", "还没有对好表头"),
    State.MAPPED: ("去发出", "表头已对好，还没有发出"),
    State.REFUSED: ("去看看", "与以前的一份重复"),
    State.ANSWERED: ("去交出", "已经答齐，可以交给对方"),
}


@dataclass(frozen=True)
class Waiting:
    what: str
    why: str
    url: str
    action: str
    due_on: date

    def tone(self, on: date) -> str:
        """Red when overdue, yellow on the last two days."""
        return "bad" if self.due_on < on else "warn" if self.due_on <= on + SOON else "muted"


def waiting(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
    yield from of_answers(actor, on)
    yield from of_office(actor)


def of_answers(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
    """Demands with questions of mine, one line each. What villages answer, the town is told of when it is nearly due."""
    if not actor.may(Act.EDIT, ANSWERERS):
        return
    scope, units = actor.scope(Act.EDIT, ANSWERERS), actor.units(Act.EDIT, ANSWERERS)
    whose = scope.q("questions__division") | Q(questions__unit__in=units)
    if Role.VILLAGE not in actor.roles:
        whose &= ~Q(row_kind__in=OF_VILLAGES) | Q(due_on__lte=on + SOON)
    rows = Demand.objects.filter(
        whose, state=State.OPEN, withdrawn_at=None, questions__answered_at=None, questions__withdrawn_at=None
    )
    said = {"pk": "pk", "title": "title", "asker": "asker", "count": "count"}

    def told(found: list[Found]) -> Iterator[Waiting]:
        for row in found:
            pk, title, asker, count = (row.said[name] for name in said)
            what, why = f"{title}：{count} 格要您答", f"{asker}要的，其余系统已填好"
            yield Waiting(what, why, reverse("demands:answer", args=[pk]), "去答", row.due_on or on)

    yield Peek(rows.annotate(count=Count("questions")).order_by("due_on", "pk"), told, said, "due_on", SHOWN)


def of_office(actor: Actor) -> Iterator[Peek[Waiting]]:
    """Demands of the own office that wait for the officer's next step."""
    offices = [grant.division_id for grant in actor.grants if grant.role in ASKERS]
    if not offices:
        return
    rows = Demand.objects.filter(office__in=offices, state__in=list(_NEXT), withdrawn_at=None).order_by("due_on", "pk")

    def told(found: list[Found]) -> Iterator[Waiting]:
        for row in found:
            action, why = _NEXT[State(row.said["state"])]
            url = reverse("ledger:detail", args=["demands", row.said["pk"]])
            yield Waiting(row.said["title"], why, url, action, row.due_on or date.max)

    yield Peek(rows, told, {name: name for name in ("pk", "title", "state")}, "due_on", SHOWN)
