"""What of projects waits for a person beside the flow: opinions asked, faults of facilities, defects, wages not paid.

Each look is one part of the first page's one query (ledger/peek.py); a role that it is not for has no part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Min
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.ledger.peek import Found, Peek
from bangfu.projects import part
from bangfu.projects.defect import Defect
from bangfu.projects.department_opinion import DepartmentOpinion
from bangfu.projects.facility_fault import FacilityFault
from bangfu.projects.states import State

SHOWN = 5
SOON = timedelta(days=3)
HERE = {"withdrawn_at": None}


@dataclass(frozen=True)
class Waiting:
    what: str
    why: str
    url: str
    action: str
    article: str
    key: str
    due_on: date | None = None
    village: str = ""

    def tone(self, on: date) -> str:
        """Red when overdue, yellow on the last days."""
        if self.due_on is None or self.due_on > on + SOON:
            return "muted"
        return "bad" if self.due_on < on else "warn"


def waiting(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
    yield from opinions_to_give(actor)
    yield from opinions_overdue(actor, on)
    yield from faults(actor, on)
    yield from defects(actor, on)


def opinions_to_give(actor: Actor) -> Iterator[Peek[Waiting]]:
    """For the officer of a department: each project that the county asked the department about."""
    units = actor.units(Act.READ, (Role.DEPARTMENT,))
    if not units:
        return
    rows = DepartmentOpinion.objects.filter(unit__in=units, given_on=None, project__state=State.COUNTY_ARGUMENT, **HERE)

    def told(found: list[Found]) -> Iterator[Waiting]:
        for row in found:
            pk, name = row.said["pk"], row.said["name"]
            url = reverse("projects:opinion", args=[pk])
            yield Waiting(
                f"答复论证意见：{name}", "县里请您部门论证这个项目", url, "去答复", "2.2", f"opinion:{pk}", row.due_on
            )

    said = {"pk": "pk", "name": "project__name"}
    yield Peek(rows.order_by("due_on", "pk"), told, said, "due_on", SHOWN)


def opinions_overdue(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
    """For the county: which department is late."""
    scope = actor.scope(Act.EDIT, (Role.COUNTY,))
    if not scope:
        return
    rows = DepartmentOpinion.objects.filter(
        scope.q("division"), given_on=None, due_on__lt=on, project__state=State.COUNTY_ARGUMENT, **HERE
    )

    def told(found: list[Found]) -> Iterator[Waiting]:
        for row in found:
            pk, name, department = row.said["pk"], row.said["name"], row.said["department"]
            url = reverse("ledger:detail", args=["department-opinions", pk])
            yield Waiting(
                f"{department}还没有答复：{name}",
                "已超过论证意见的答复期限",
                url,
                "去催办",
                "2.2",
                f"late-opinion:{pk}",
                row.due_on,
            )

    said = {"pk": "pk", "name": "project__name", "department": "department"}
    yield Peek(rows.order_by("due_on", "pk"), told, said, "due_on", SHOWN)


def faults(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
    """设施报修 that is due soon or overdue: one line for each village."""
    scope = actor.scope(Act.EDIT, part.WRITERS)
    if not scope:
        return
    rows = FacilityFault.objects.filter(scope.q("village"), mended_on=None, due_on__lte=on + SOON, **HERE)
    lines = rows.values("village", "village__name").annotate(first_on=Min("due_on"), count=Count("pk"))

    def told(found: list[Found]) -> Iterator[Waiting]:
        for row in found:
            village, name, count = (row.said[key] for key in ("village", "name", "count"))
            url = f"{reverse('ledger:list', args=['facility-faults'])}?place={village}"
            late = "已超过修好期限" if row.due_on and row.due_on < on else "快到修好期限"
            yield Waiting(
                f"{name}：{count} 件设施报修没有修好", late, url, "去看", "2.2", f"faults:{village}", row.due_on, name
            )

    said = {"village": "village", "name": "village__name", "count": "count"}
    yield Peek(lines.order_by("first_on", "village"), told, said, "first_on", SHOWN)


def defects(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
    """Problems found at the acceptance that are not mended in time."""
    scope = actor.scope(Act.EDIT, part.WRITERS)
    if not scope:
        return
    rows = Defect.objects.filter(scope.q("division"), mended_on=None, due_on__lte=on + SOON, **HERE)

    def told(found: list[Found]) -> Iterator[Waiting]:
        for row in found:
            pk, name, content = row.said["pk"], row.said["name"], row.said["content"]
            url = reverse("ledger:detail", args=["acceptance-defects", pk])
            yield Waiting(
                f"{name}：{content}", "验收发现的问题没有整改", url, "去登记", "2.2", f"defect:{pk}", row.due_on
            )

    said = {"pk": "pk", "name": F("project__name"), "content": "content"}
    yield Peek(rows.order_by("due_on", "pk"), told, said, "due_on", SHOWN)
