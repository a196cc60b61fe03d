"""The page of a village's toilets, step by step (2.3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.construction.settlement import toilet_steps
from bangfu.construction.settlement.toilet_steps import BACK, STEPS, Refused, ledger
from bangfu.kernel import dates
from bangfu.kernel.dates import parse_date
from bangfu.kernel.text import clean

SHOWN = 200
LONGEST = {"管护人": 40, "问题": 200}


@require_GET
@needs(Act.EDIT)
def page(request: Request) -> HttpResponse:
    """Those at one step in the place chosen, to be ticked."""
    if not ledger().may(request.actor, Act.EDIT):
        raise PermissionDenied("您的角色不能登记户厕")
    here = ledger().reach(request.actor, Act.EDIT)
    rows = ledger().visible_to(request.actor, Act.EDIT).filter(here.q("village"), withdrawn_at=None)
    counts = rows.order_by().aggregate(**{name: Count("pk", filter=step.where) for name, step in STEPS.items()})
    chosen = request.GET.get("step", "")
    if chosen not in STEPS:
        chosen = next((name for name in STEPS if counts[name]), "mend")
    step = STEPS[chosen]
    shown = rows.filter(step.where).select_related("household", "village").order_by("village_id", "pk")[:SHOWN]
    tabs = [(name, each.title, counts[name]) for name, each in STEPS.items()]
    context: dict[str, Any] = {
        "ledger": ledger(), "rows": shown, "tabs": tabs, "tab": chosen, "step": step, "count": counts[chosen],
        "most": SHOWN, "today": dates.today(), "all": "all" in request.GET,
    }  # fmt: skip
    return render(request, "construction/toilets.html", context)


@require_POST
@needs(Act.EDIT)
def take(request: Request) -> HttpResponse:
    act, tab = request.POST.get("act", ""), request.POST.get("step", "")
    back = f"{reverse('construction:toilets')}?step={tab if tab in STEPS else 'mend'}"
    keys = [int(pk) for pk in request.POST.getlist("row")[:SHOWN] if pk.isdecimal() and len(pk) < 19]
    try:
        if act not in (*STEPS, BACK):
            raise Refused("请点要办的那个按钮")
        if not keys:
            raise Refused("先勾选要办的几座")
        words = clean(request.POST.get("problem" if act in (BACK, "find") else "keeper", ""))
        longest = LONGEST["问题" if act in (BACK, "find") else "管护人"]
        if len(words) > longest:
            raise Refused(f"写得太长了，最多 {longest} 个字")
        done, left = toilet_steps.take(act, keys, on=_day(request.POST.get("on", "")), words=words, by=request.actor)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(back)
    if done:
        messages.success(request, f"已登记 {done} 座")
    if left:
        messages.warning(request, f"{left} 座没有登记：刚刚有人办过，或复核日期早于整改完成日期，请核对")
    return redirect(back)


def _day(text: str) -> date:
    try:
        day = parse_date(text) if text else dates.today()
    except ValueError as error:
        raise Refused("请填日期，如 2026-03-05") from error
    if day > dates.today():
        raise Refused("日期还没有到，请核对")
    return day
