"""先后次序 (2.1) and 年度计划 (2.2) of a county or town: every place and every sum computed, and opened to its rows."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act, Role
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import dates
from bangfu.kernel.codes import Level
from bangfu.kernel.text import clean
from bangfu.projects import acts, hooks, priority
from bangfu.projects.declare_pages import project_or_404
from bangfu.projects.models import Project
from bangfu.projects.progress import latest_percent
from bangfu.projects.states import IN_POOL, UNDER_WAY, State

#: those among which an order is made: in the pool or on the way into it
WAITING = (State.TOWN_REVIEW, State.TOWN_NOTICE, State.COUNTY_ARGUMENT, *IN_POOL)
DONE = (State.ACCEPTED, State.AUDITED, State.ASSET_FORMED, State.EVALUATED, State.ARCHIVED)
MOVERS = (Role.TOWN, Role.COUNTY)
LISTED = 1000


def _rows(request: Request, states: tuple[State, ...]) -> tuple[list[Project], dict[str, Any]]:
    """The projects of the year and place looked at, and what the heads of both pages say."""
    ledger = acts.ledger()
    if not ledger.may(request.actor, Act.READ):
        raise PermissionDenied("您的角色不能看项目库")
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else dates.today().year
    place = request.actor.place or (request.actor.home.code if request.actor.home else None)
    rows = ledger.visible_to(request.actor).filter(year=year, state__in=states, withdrawn_at=None)
    if place:
        rows = rows.filter(Scope.of([place]).q("division"))
    here = Division.objects.filter(code=place).first() if place else None
    found = list(rows.select_related("division", "plan_item")[:LISTED])
    return found, {"year": year, "years": [year - 1, year, year + 1], "place": here, "is_cut": len(found) == LISTED}


@require_GET
def order(request: Request) -> HttpResponse:
    rows, context = _rows(request, WAITING)
    is_wide = context["place"] is None or context["place"].level < Level.COUNTY
    context |= {
        "ranked": [] if is_wide else priority.ordered(rows, dates.today()),
        "is_wide": is_wide,
        "may_move": bool(request.actor.roles & set(MOVERS)),
        "may_merge": Role.TOWN in request.actor.roles,
    }
    return render(request, "projects/order.html", context)


@require_POST
@needs(Act.EDIT)
def move(request: Request, pk: int) -> HttpResponse:
    project = project_or_404(request, pk, Act.EDIT)
    if project.division_id not in request.actor.scope(Act.EDIT, MOVERS):
        raise PermissionDenied("次序由镇、县调整")
    asked, reason = request.POST.get("place", ""), clean(request.POST.get("reason", ""))
    place = int(asked) if asked.isdecimal() and len(asked) < 6 and 0 < int(asked) <= LISTED else None
    try:
        acts.move(project, place, version=_version(request), reason=reason, by=request.actor)
    except acts.Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{project.name}”已排到第 {place} 位" if place else f"“{project.name}”按得分排")
    return redirect(f"{reverse('projects:order')}?year={project.year}")


def _version(request: Request) -> int:
    """Of the project as the page showed it."""
    said = request.POST.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


@require_GET
def year_plan(request: Request) -> HttpResponse:
    """What the year's plan holds, by kind: how many, how much, how far."""
    rows, context = _rows(request, (*UNDER_WAY, *DONE))
    keys = [row.pk for row in rows]
    paid, percents = hooks.paid_of(keys), latest_percent(keys)
    groups: defaultdict[str, list[Project]] = defaultdict(list)
    for row in rows:
        groups[row.get_kind_display()].append(row)
    lines = [(row, paid.get(row.pk), 100 if row.completed_on else percents.get(row.pk)) for row in rows]
    context |= {
        "lines": lines,
        "kinds": [(kind, len(found), _yuan(found), sum(row.started_on is not None for row in found),
                   sum(row.accepted_on is not None for row in found)) for kind, found in sorted(groups.items())],
        "total": _yuan(rows),
        "paid": sum(paid.values(), Decimal(0)) if hooks.paid else None,
    }  # fmt: skip
    return render(request, "projects/year.html", context)


def _yuan(rows: list[Project]) -> Decimal:
    return sum((row.planned_yuan for row in rows), Decimal(0))
