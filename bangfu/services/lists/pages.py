"""The lists for everybody (3.4): what the village does for one, with steps, papers and time; one's own case by its code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bangfu.accounts.http import Request
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import dates
from bangfu.kernel.codes import CodeError, parse_code
from bangfu.notices.open_codes import Unknown, by_code, typed
from bangfu.notices.open_pages import asked, described, framed, open_page
from bangfu.services.lists import flow_chart
from bangfu.services.lists.matter_case import MatterCase
from bangfu.services.lists.responsibility_list import SEPARATOR, ResponsibilityList

SHOWN = 30


def published(on: date) -> QuerySet[ResponsibilityList]:
    """What is in force and was made public."""
    running = Q(to_on=None) | Q(to_on__gte=on)
    rows = ResponsibilityList.objects.filter(running, published_on__lte=on, from_on__lte=on, withdrawn_at=None)
    return rows.select_related("division")


def watched(pk: int = 0) -> Sequence[type[Model]]:
    return (ResponsibilityList,)


def _place(text: str) -> Division | None:
    try:
        code = parse_code(text) if text else 0
    except CodeError:
        return None
    return Division.objects.filter(code=code).first() if code else None


@open_page(watched)
def home(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    rows, place = published(dates.today()), _place(asked(request, "place"))
    wish = {"q": asked(request, "q"), "kind": asked(request, "kind"), "place": str(place.code) if place else ""}
    if place:  # what holds there: its own items, those of places within it and of places around it
        around = [place.code // 10**cut * 10**cut for cut in (3, 6, 8)]
        rows = rows.filter(Scope.of([place.code]).q("division") | Q(division__in=around))
    if wish["kind"] in ResponsibilityList.Kind.values:
        rows = rows.filter(kind=wish["kind"])
    for word in wish["q"].split()[:4]:
        rows = rows.filter(
            Q(item__icontains=word) | Q(materials__icontains=word) | Q(division__full_name__icontains=word)
        )
    if (after := asked(request, "after")).isdecimal():
        rows = rows.filter(pk__lt=min(int(after), 2**63 - 1))
    found = list(rows.order_by("-pk")[: SHOWN + 1])
    kept = {name: value for name, value in wish.items() if value}
    kinds = [("", "全部"), *ResponsibilityList.Kind.choices]
    return "services/matters.html", {
        "items": found[:SHOWN], "wish": wish, "place": place,
        "kinds": [(f"?{urlencode({**kept, 'kind': value})}", word, value == wish["kind"]) for value, word in kinds],
        "next": f"?{urlencode(kept | {'after': found[SHOWN - 1].pk})}" if len(found) > SHOWN else "",
    }  # fmt: skip


@open_page(watched)
def item_page(request: HttpRequest, pk: int) -> tuple[str, dict[str, Any]]:
    item = published(dates.today()).filter(pk=pk).first()
    if item is None:
        raise Http404("这一项没有公开，或已经废止")
    steps = [step.strip() for step in item.steps.split(SEPARATOR) if step.strip()]
    thing = {
        "@type": "GovernmentService", "name": item.item, "areaServed": item.division.full_name,
        "url": request.build_absolute_uri(reverse("matters:item", args=[item.pk])),
    }  # fmt: skip
    context = {"item": item, "chart": flow_chart.drawn(steps), "structured": described(thing)}
    return "services/matter.html", context


def _said(request: Request, title: str, words: str, status: int) -> HttpResponse:
    context = framed(request) | {"words_title": title, "words": words}
    return render(request, "services/find_case.html", context, status=status)


def _cases() -> QuerySet[MatterCase]:
    return MatterCase.objects.filter(withdrawn_at=None).select_related("list_item", "village")


@require_http_methods(["GET", "POST"])
@never_cache
@login_not_required
def find(request: Request) -> HttpResponse:
    if request.method == "GET":
        return _said(request, "", "", 200)
    try:
        return redirect("matters:case", by_code(request, typed(request), _cases()).code)
    except Unknown as unknown:
        return _said(request, unknown.title, str(unknown), unknown.status)


@require_GET
@never_cache
@login_not_required
def case_page(request: Request, code: str) -> HttpResponse:
    """Where it stands; whose it is stays with the village."""
    try:
        case = by_code(request, code, _cases())
    except Unknown as unknown:
        return _said(request, unknown.title, str(unknown), unknown.status)
    is_running = case.outcome == MatterCase.Outcome.RUNNING
    context = framed(request) | {
        "case": case, "is_late": bool(is_running and case.due_on and case.due_on < dates.today()),
        "chart": flow_chart.drawn(case.steps, case.step_days, is_running=is_running), "is_running": is_running,
    }  # fmt: skip
    return render(request, "services/open_case.html", context)
