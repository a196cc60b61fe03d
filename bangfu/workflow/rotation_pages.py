"""Pages for when people rotate: who acts for me, whose work goes to whom, and the people one may choose."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.accounts.http import Request
from bangfu.kernel.text import clean
from bangfu.workflow import acts, colleagues, rotation
from bangfu.workflow.forms import DelegationForm, HandOverForm
from bangfu.workflow.models import Delegation


@require_GET
def people(request: Request) -> HttpResponse:
    """?q= → colleagues for the picker; nobody of another place or unit is named."""
    text = clean(request.GET.get("q", ""))[:40]
    found = colleagues.find(request.actor, text, timezone.localdate(), settings.SUGGESTIONS) if text else []
    return JsonResponse({"results": [each.as_suggestion() for each in found]})


@require_http_methods(["GET", "POST"])
def rotation_page(request: Request) -> HttpResponse:
    """Who acts for me, for whom I act, and all that waits for A goes to B."""
    today, is_hand_over = timezone.localdate(), request.POST.get("act") == "hand-over"
    delegation = DelegationForm(
        request.actor, request.POST if request.POST and not is_hand_over else None, initial={"from_on": today}
    )
    handing = HandOverForm(
        request.actor, request.POST if is_hand_over else None, prefix="hand", initial={"person": request.user}
    )
    form = handing if is_hand_over else delegation
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data | {"by": request.actor, "at": timezone.now()}
            messages.success(request, _hand_over(given) if is_hand_over else _delegate(given))
        except acts.Refused as error:
            form.add_error(None, str(error))
        else:
            return redirect("workflow:rotation")
    mine = Delegation.objects.filter(ended_at=None, to_on__gte=today).select_related("principal", "delegate")
    context = {
        "delegation": delegation,
        "handing": handing,
        "held": mine.filter(Q(principal=request.user) | Q(delegate=request.user)).order_by("from_on"),
    }
    return render(request, "workflow/rotation.html", context, status=422 if request.method == "POST" else 200)


def _delegate(given: dict[str, Any]) -> str:
    made = rotation.delegate(given.pop("to"), **given)
    return f"{made.from_on} 至 {made.to_on} 由{made.delegate}代办"


def _hand_over(given: dict[str, Any]) -> str:
    done = rotation.hand_over(given.pop("person"), given.pop("to"), **given)
    left = f"，还有 {done.left} 件接手的人办不了（地方或角色不同），请另选人" if done.left else ""
    return f"已交接 {done.moved} 件{left}"


@require_POST
def end_delegation(request: Request, pk: int) -> HttpResponse:
    found = Delegation.objects.filter(Q(principal=request.user) | Q(delegate=request.user), pk=pk).first()
    if found is None:
        raise Http404("没有这个委托")
    rotation.end_delegation(found, by=request.actor, at=timezone.now())
    messages.success(request, "委托已终止")
    return redirect("workflow:rotation")
