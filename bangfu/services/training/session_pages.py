"""按需求排班 (1.3): what people of each town want to learn and nobody has planned, the sessions to come, and who is in each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField, BooleanField, Count, ExpressionWrapper, F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.services.training import session_acts as acts
from bangfu.services.training.topics import Topic
from bangfu.services.training.training_need import ENDED, TrainingNeed, TrainingNeedLedger
from bangfu.services.training.training_session import TO_COME, TrainingSession, TrainingSessionLedger

LINES, COMING, MOST = 100, 60, 200
#: the figure of the needs that nobody has planned or answered
WAITING = 1


def ledger() -> TrainingSessionLedger:
    found = registry.of(TrainingSession)
    assert isinstance(found, TrainingSessionLedger)
    return found


def of_needs() -> TrainingNeedLedger:
    found = registry.of(TrainingNeed)
    assert isinstance(found, TrainingNeedLedger)
    return found


@require_GET
@needs(Act.READ)
def plan_page(request: Request) -> HttpResponse:
    if not (ledger().may(request.actor, Act.READ) and of_needs().may(request.actor, Act.READ)):
        raise PermissionDenied("您的角色不能查看培训需求")
    coming = ledger().visible_to(request.actor).filter(TO_COME, ledger().reach(request.actor).q("division"))
    booked = Count("needs", filter=Q(needs__withdrawn_at=None))
    sessions = coming.select_related("division").annotate(booked=booked).order_by("held_on", "pk")
    context = {
        "ledger": ledger(), "lines": _demand(request), "sessions": list(sessions[:COMING]), "today": dates.today(),
        "may_plan": ledger().may(request.actor, Act.EDIT), "needs_url": of_needs().url(),
    }  # fmt: skip
    return render(request, "services/training.html", context)


def _demand(request: Request) -> list[dict[str, Any]]:
    """By town and topic, most asked first: how many, how many of them near home only, and when most have time."""
    here = of_needs().reach(request.actor)
    town = ExpressionWrapper(F("village_id") / 1000 * 1000, output_field=BigIntegerField())
    rows = of_needs().visible_to(request.actor).filter(~ENDED, here.q("village"), planned_in=None, withdrawn_at=None)
    seasons = {name: Count("pk", filter=Q(season=name)) for name in TrainingNeed.Season.values}
    counted = rows.annotate(town=town).values("town", "topic").annotate(
        count=Count("pk"), near=Count("pk", filter=Q(near_home=True)), **seasons
    )  # fmt: skip
    found = list(counted.order_by("-count", "town", "topic")[:LINES])
    places = Division.objects.in_bulk({row["town"] for row in found})
    return [_line(row, places.get(row["town"])) for row in found]


def _line(row: dict[str, Any], town: Division | None) -> dict[str, Any]:
    season = max(TrainingNeed.Season, key=lambda each: row[each.value])
    topic = Topic(row["topic"])
    return {
        "town": town, "topic": topic.label, "count": row["count"], "near": row["near"],
        "season": f"{season.label} {row[season.value]} 人",
        "rows": urlencode({"stat": WAITING, "topic": topic.value, "place": row["town"]}),
        "plan": urlencode({"division": row["town"], "topic": topic.value, "title": f"{topic.label}培训",
                           "seats": row["count"]}),
    }  # fmt: skip


@require_GET
@needs(Act.READ)
def people_page(request: Request, pk: int) -> HttpResponse:
    """Who is in the session, and who waits for such a training, monitored households first; as far as one may see them."""
    session = ledger().visible_to(request.actor).select_related("division", "activity").filter(pk=pk).first()
    if session is None or not of_needs().may(request.actor, Act.READ):
        raise Http404("没有这期培训，或不在您的工作范围内")
    mine, order = of_needs().visible_to(request.actor), ("-in_need", "wished_on", "pk")
    in_need = Q(household__monitored_kind__gt="") & ~Q(household__is_risk_removed=True)
    both = [
        rows.filter(pk__in=mine).select_related("village", "household")
        .annotate(in_need=ExpressionWrapper(in_need, output_field=BooleanField())).order_by(*order)[:MOST]
        for rows in (acts.booked(session), acts.waiting(session) if session.is_to_come else TrainingNeed.objects.none())
    ]  # fmt: skip
    booked, waiting = map(list, both)
    taken = acts.booked(session).count()  # also those one may not see
    may = ledger().may(request.actor, Act.EDIT) and session.division_id in ledger().reach(request.actor, Act.EDIT)
    context = {
        "ledger": ledger(), "session": session, "booked": booked, "waiting": waiting, "may_plan": may and session.is_to_come,
        "is_due": session.held_on <= dates.today(), "room": max(session.seats - taken, 0), "taken": taken,
    }  # fmt: skip
    return render(request, "services/training_people.html", context)


DEEDS = {"book": "排进这一期", "drop": "移出，回到待安排", "hold": "到课，已登记培训和学员"}


@require_POST
@needs(Act.EDIT)
def move(request: Request, pk: int) -> HttpResponse:
    """Books or takes out the selected people, or says who came. Rows outside are not found."""
    session = ledger().visible_to(request.actor, Act.EDIT).filter(pk=pk, withdrawn_at=None).first()
    if session is None or not of_needs().may(request.actor, Act.EDIT):
        raise Http404("没有这期培训，或不在您的工作范围内")
    keys = _mine(request, (key for key in request.POST.getlist("row") if key.isdecimal() and len(key) < 16))
    deed = request.POST.get("act", "")
    try:
        if deed not in DEEDS or not keys:
            raise acts.Refused("请先勾选人")
        if deed == "hold":
            done = acts.hold(session, keys, by=request.actor, on=dates.today())
        else:
            done = (acts.book if deed == "book" else acts.drop)(session, keys, by=request.actor)
    except acts.Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{done} 人{DEEDS[deed]}")
    return redirect("services:training-people", pk)


def _mine(request: Request, keys: Iterable[str]) -> list[int]:
    rows = of_needs().visible_to(request.actor, Act.EDIT).filter(pk__in=[int(key) for key in keys][:MOST])
    return list(rows.values_list("pk", flat=True))
