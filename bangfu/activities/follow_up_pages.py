"""后续事项: one list of what is left to be done — mine, my place's, my unit's — overdue first, finished in two taps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.activities import acts
from bangfu.activities.follow_ups import WAITS, FollowUp
from bangfu.activities.pages import back
from bangfu.kernel import codes, dates
from bangfu.kernel.codes import Level
from bangfu.kernel.text import clean
from bangfu.ledger.acts import Overtaken
from bangfu.ledger.peek import Found, Peek

SHOWN = 200
COUNTED = 100
NAMED = 5
SOON_DAYS = 7
VIEWS = (("mine", "我的"), ("place", "我的地方"), ("unit", "本单位"))


def _chosen(view: str, actor: Actor) -> Q:
    if view == "mine":
        return Q(who_user=actor.user)
    if view == "unit":
        return Q(unit__in=actor.units(Act.READ) or [actor.user.unit_id if actor.user else None])
    return actor.scope(Act.READ, acts.follow_up_ledger().readers()).q("division")


def open_ones(actor: Actor, view: str) -> QuerySet[FollowUp]:
    rows = acts.follow_up_ledger().visible_to(actor).filter(WAITS).filter(_chosen(view, actor))
    return rows.order_by(F("due_on").asc(nulls_last=True), "pk")


def views_of(actor: Actor) -> list[tuple[str, str]]:
    """Those that can hold something: nobody is offered an empty tab for ever."""
    has = {"mine": True, "place": bool(actor.scope(Act.READ)), "unit": bool(actor.units(Act.READ))}
    return [(code, label) for code, label in VIEWS if has[code]]


@needs(Act.READ)
def list_page(request: Request) -> HttpResponse:
    views = views_of(request.actor)
    asked = request.GET.get("view", "")
    view = asked if asked in dict(views) else _first(request.actor, views)
    rows = list(open_ones(request.actor, view).select_related("division", "unit", "who_user")[: SHOWN + 1])
    ledger, today = acts.follow_up_ledger(), dates.today()
    editable = set(
        ledger.visible_to(request.actor, Act.EDIT).filter(pk__in=[r.pk for r in rows]).values_list("pk", flat=True)
    )
    context = {
        "rows": [(row, tone(row.due_on, today), row.pk in editable) for row in rows[:SHOWN]],
        "more": len(rows) > SHOWN, "view": view, "views": views, "ledger": ledger,
        "late": sum(1 for row in rows if row.due_on and row.due_on < today),
        "may_edit": ledger.may(request.actor, Act.EDIT), "here": request.get_full_path(),
    }  # fmt: skip
    return render(request, "activities/follow_ups.html", context)


def _first(actor: Actor, views: list[tuple[str, str]]) -> str:
    """My own when there are some, else the widest."""
    return "mine" if len(views) == 1 or open_ones(actor, "mine").exists() else views[1][0]


def tone(due_on: date | None, today: date) -> str:
    days = (due_on - today).days if due_on else 99
    return "bad" if days < 0 else "warn" if days < 3 else "muted"


@require_POST
@needs(Act.EDIT)
def done(request: Request, pk: int) -> HttpResponse:
    ledger = acts.follow_up_ledger()
    row: Any = ledger.visible_to(request.actor, Act.EDIT).filter(WAITS, pk=pk).first()
    if row is None:
        raise Http404("没有这件没办完的事，或不在您的工作范围内")
    try:
        acts.finish_follow_up(
            row, by=request.actor, at=dates.today(), result=clean(request.POST.get("result", ""))[:300]
        )
    except Overtaken:
        messages.error(request, "这条记录刚刚被他人修改，请看过新内容后再操作")
    else:
        messages.success(request, f"已办结：{row.what}")
    return redirect(back(request, reverse("activities:follow-ups")))


@dataclass(frozen=True)
class Reminder:
    """A line of somebody's first page; `pk`: of one thing, 0 for many."""

    what: str
    why: str
    url: str
    due_on: date | None
    tone: str
    pk: int = 0
    village: str = ""


def reminders(actor: Actor, today: date) -> Iterator[Peek[Reminder]]:
    """My own one by one when few; those of my place and unit that nobody in person has, as one line. Due within a week."""
    ledger = acts.follow_up_ledger()
    if actor.user is None or not ledger.may(actor, Act.EDIT):
        return
    soon = Q(due_on__lte=today + timedelta(days=SOON_DAYS))
    page = reverse("activities:follow-ups")

    def told_mine(found: list[Found]) -> Iterator[Reminder]:
        for row in found[:NAMED]:
            village = row.said["place"] if codes.level_of(row.said["division"]) is Level.VILLAGE else ""
            url, colour = ledger.record_url(row.said["pk"]), tone(row.due_on, today)
            why = "会议、走访中定下由您办理"
            yield Reminder(row.said["what"], why, url, row.due_on, colour, row.said["pk"], village)
        if len(found) > NAMED:
            yield Reminder("还有别的后续事项到期", "都由您办理", f"{page}?view=mine", found[NAMED].due_on, "warn")

    def told_here(found: list[Found]) -> Iterator[Reminder]:
        if found:
            number = f"{COUNTED} 多" if len(found) > COUNTED else str(len(found))
            view, first = "place" if actor.scope(Act.EDIT) else "unit", found[0].due_on
            what = f"{number} 件走访、会议的后续事项到期了"
            yield Reminder(what, "办完后点“办结”", f"{page}?view={view}", first, tone(first, today))

    said = {"pk": "pk", "what": "what", "division": "division_id", "place": "division__name"}
    yield Peek(open_ones(actor, "mine").filter(soon), told_mine, said, "due_on", NAMED + 1)
    here = ledger.visible_to(actor, Act.EDIT).filter(WAITS, due_on__lte=today, who_user=None)
    yield Peek(here.order_by("due_on"), told_here, due="due_on", most=COUNTED + 1)
