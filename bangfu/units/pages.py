"""The page of a unit (whom it helps, whom it sent) and of a team (who serves, for which units, who is away)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Act
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.units import accounts, beside
from bangfu.units.models import Absence, Cadre, GroupMember, Team, VillagePairing
from bangfu.units.posts import Post

#: absences of so many days back are shown
RECENT = 30
MOST = 100


def ledger(model: type[Any]) -> Ledger:
    found = registry.of(model)
    assert found
    return found


def rows(model: type[Model], actor: Actor, **wanted: Any) -> QuerySet[Any]:
    return ledger(model).visible_to(actor).filter(withdrawn_at=None, **wanted)


def serves(row: Any, day: date) -> bool:
    return row.from_on <= day and (row.to_on is None or row.to_on >= day)


def _split(found: list[Any], day: date) -> tuple[list[Any], list[Any]]:
    """Those of the day, and those before or after it."""
    return [row for row in found if serves(row, day)], [row for row in found if not serves(row, day)]


@require_safe
@needs(Act.READ)
def team(request: Request, pk: int) -> HttpResponse:
    found = ledger(Team).visible_to(request.actor).select_related("town", "group").filter(pk=pk).first()
    if found is None:
        raise Http404("没有这支工作队，或不在您的工作范围内")
    day = dates.today()
    cadres = rows(Cadre, request.actor, team=found).select_related("sending_unit")
    serving, gone = _split(list(cadres.order_by("post", "from_on", "name")[:MOST]), day)
    members = rows(GroupMember, request.actor, group=found.group_id).select_related("unit").order_by("-is_lead", "pk")
    units, left = _split(list(members) if found.group_id else [], day)
    since = Q(cadre__team=found, to_on__gte=day - timedelta(days=RECENT))
    absences = list(rows(Absence, request.actor).filter(since).select_related("cadre").order_by("-from_on")[:MOST])
    away = {absence.cadre_id: absence for absence in absences if serves(absence, day)}
    may_edit = _may_edit(request.actor, Cadre, found.town_id)
    offered = accounts.offered(serving) if may_edit else {}
    context = {
        "team": found,
        "captain": next((cadre for cadre in serving if cadre.post == Post.CAPTAIN), None),
        "serving": [(cadre, away.get(cadre.pk), offered.get(cadre.pk)) for cadre in serving],
        "gone": gone,
        "units": units,
        "left": left,
        "absences": absences,
        "may_edit": may_edit,
        "beside": beside.parts(found, request.actor),
        "may_note": _may_edit(request.actor, Absence, found.town_id),
    }
    return render(request, "units/team.html", context)


def _may_edit(actor: Actor, model: type[Any], town: int) -> bool:
    kept = ledger(model)
    return kept.may(actor, Act.EDIT) and town in actor.scope(Act.EDIT, kept.edited_by)


@require_safe
@needs(Act.READ)
def unit(request: Request, pk: int) -> HttpResponse:
    found = ledger(Unit).visible_to(request.actor).select_related("division").filter(pk=pk).first()
    if found is None:
        raise Http404("没有这个单位")
    day = dates.today()
    belongs = rows(GroupMember, request.actor, unit=found).select_related("group", "town").order_by("-from_on")
    groups, left = _split(list(belongs[:MOST]), day)
    cadres = rows(Cadre, request.actor, sending_unit=found).select_related("team", "town").order_by("post", "name")
    serving, gone = _split(list(cadres[:MOST]), day)
    paired = rows(VillagePairing, request.actor, unit=found).select_related("village").order_by("village_id")
    villages, _ = _split(list(paired[:MOST]), day)
    context = {
        "unit": found, "groups": groups, "left": left, "serving": serving, "gone": gone, "villages": villages,
        "towns": len({member.town_id for member in groups}),
    }  # fmt: skip
    return render(request, "units/unit.html", context)
