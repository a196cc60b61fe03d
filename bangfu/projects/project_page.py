"""The page of a project (2.2): its flow, score, places, notices, money and labour, each computed from its rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.accounts.together import lists
from bangfu.kernel import dates
from bangfu.ledger import registry as ledgers
from bangfu.ledger.declaration import TEAM
from bangfu.notices.models import PublicNotice
from bangfu.policy.code_lists import code_list
from bangfu.projects import flow_page, hooks, priority
from bangfu.projects.states import BEFORE_POOL, CLOSED, FLOW, State

if TYPE_CHECKING:
    from bangfu.projects.project import Project

HERE = Q(withdrawn_at=None)
#: ledger, and the states in which its button stands on the page
BUTTONS = (
    ("performance-goals", BEFORE_POOL + (State.ASSET_FORMED,)),
    ("department-opinions", (State.COUNTY_ARGUMENT,)),
    ("contracts", (State.FUNDED, State.PROCUREMENT, State.STARTED)),
    ("project-progress", (State.STARTED,)),
    ("labour-uses", (State.STARTED, State.COMPLETED)),
    ("acceptance-defects", (State.COMPLETED,)),
)
ADJUSTERS = (Role.COUNTY, Role.TOWN, *TEAM)


def page_of(project: Project, actor: Actor) -> dict[str, Any]:
    on = dates.today()
    may_edit = project.division_id in actor.scope(Act.EDIT)
    is_open = project.withdrawn_at is None and project.state not in CLOSED
    parts, contracts, labour, progress, notices = lists(
        [
            project.parts.filter(HERE).select_related("division"),
            project.contracts.filter(HERE),
            project.labour.filter(HERE),
            project.progress.filter(HERE).order_by("-reported_on", "-pk")[:1],
            PublicNotice.objects.filter(about=f"projects:{project.pk}").order_by("-pk"),
        ]
    )
    score = priority.score(project, on)  # first: the law of the place is that of the province too
    return flow_page.context(FLOW, project, actor) | {
        "asks": code_list("project_sort").code(project.sort).facts["asks"],
        "score": score,
        "money": money_of(project, sum((row.amount_yuan for row in contracts), Decimal(0))),
        "percent": next((row.percent for row in progress), None),
        "labour": labour_of(project, labour),
        "parts": parts,
        "notices": notices,
        "buttons": _buttons(project, actor) if may_edit and is_open else [],
        "may_adjust": bool(is_open and actor.roles & set(ADJUSTERS) and project.state not in BEFORE_POOL),
        "sections": [section for source in hooks.sections for section in source(project, actor)],
        "today": on,
    }


def money_of(project: Project, contracted: Decimal) -> dict[str, Any]:
    """Yuan: contracted, paid where `funds` knows; the percent of payment is of what was planned."""
    paid = hooks.paid_of([project.pk]).get(project.pk)
    planned = project.settled_yuan or project.planned_yuan
    percent = round(paid * 100 / planned, 1) if paid is not None and planned else None
    return {"contracted": contracted, "paid": paid, "percent": percent}


def labour_of(project: Project, rows: Sequence[Any]) -> dict[str, Any]:
    """People, of them of priority households, days and wages; the share of wages in what was planned."""
    people = {(row.person_id, "" if row.person_id else row.worker) for row in rows}
    wages = sum((row.wage_yuan for row in rows), Decimal(0))
    return {
        "rows": len(rows),
        "people": len(people),
        "priority": len({row.person_id for row in rows if row.is_priority and row.person_id}),
        "days": sum((row.days for row in rows), Decimal(0)),
        "wages": wages,
        "unpaid": sum((row.wage_yuan for row in rows if row.paid_on is None), Decimal(0)),
        "share": round(wages * 100 / project.planned_yuan, 1) if wages and project.planned_yuan else None,
    }


def _buttons(project: Project, actor: Actor) -> list[tuple[str, str]]:
    made = []
    for slug, states in BUTTONS:
        ledger = ledgers.get(slug)
        if ledger and project.state in states and ledger.may(actor, Act.EDIT):
            made.append((ledger.title, f"{ledger.url('new')}?project={project.pk}"))
    if project.state in (State.STARTED, State.PROCUREMENT):
        made.append(("找人来做工", reverse("projects:candidates", args=[project.pk])))
    if project.state == State.ASSET_FORMED and project.division_id in actor.scope(Act.EDIT, (Role.COUNTY,)):
        made.append(("绩效评价", reverse("projects:evaluate", args=[project.pk])))
    return made
