"""The decision about two records: the page itself is the ledger's detail page with its own template."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from bangfu.accounts.http import Request
from bangfu.kernel import dates
from bangfu.kernel.text import clean
from bangfu.ledger import registry
from bangfu.people import decisions
from bangfu.people.acts import Refused
from bangfu.people.comparing import chosen_values
from bangfu.people.duplicates import DuplicatePair, may_decide

_CHOICE = "choice_"


@require_POST
def decide_page(request: Request, pk: int) -> HttpResponse:
    if request.actor.is_anonymous:
        return redirect_to_login(request.get_full_path())
    ledger = registry.of(DuplicatePair)
    assert ledger
    pair = ledger.visible_to(request.actor).select_related("first", "second").filter(pk=pk).first()
    if pair is None or not may_decide(request.actor, pair):
        raise Http404("没有这一对，或不在您的工作范围内")
    decision, reason = request.POST.get("decision", ""), clean(request.POST.get("reason", ""))[:200]
    try:
        if decision == "different":
            decisions.decide_different(pair, by=request.actor, at=dates.today(), reason=reason)
            messages.success(request, "已记为两个人，不再提示")
        elif decision in ("first", "second"):
            keep = getattr(pair, decision)
            choices = {n.removeprefix(_CHOICE): str(v) for n, v in request.POST.items() if n.startswith(_CHOICE)}
            values = chosen_values(pair.first, pair.second, keep, choices)
            decisions.decide_same(pair, keep=keep, values=values, by=request.actor, at=dates.today(), reason=reason)
            messages.success(request, "已合并为一条登记")
        else:
            messages.error(request, "请选择保留哪一条，或选“不是同一人”")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(ledger.record_url(pair.pk))
