"""The buttons on the page of a resource: match, what came of it, part."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.kernel import dates
from bangfu.kernel.text import clean_prose
from bangfu.ledger.acts import Overtaken
from bangfu.units import matching
from bangfu.units.models import Resource
from bangfu.units.pages import ledger


@require_POST
@needs(Act.EDIT)
def match(request: Request, pk: int) -> HttpResponse:
    """`act`: match (with `other`), done (with `result`) or part (with `result` as the reason)."""
    kept, actor, today = ledger(Resource), request.actor, dates.today()
    row = kept.visible_to(actor, Act.EDIT).filter(pk=pk).first()
    if row is None:
        raise Http404("没有这条资源，或不在您的工作范围内")
    words, other = clean_prose(request.POST.get("result", ""))[:300], request.POST.get("other", "")
    try:
        match request.POST.get("act"):
            case "match":
                found = (
                    kept.visible_to(actor).filter(pk=other).first() if other.isdecimal() and len(other) < 19 else None
                )
                if found is None:
                    raise matching.Refused("没有找到要对接的资源，请刷新页面")
                matching.match(row, found, by=actor, on=today)
                messages.success(request, f"已与“{found}”对接；办成后请写一句结果")
            case "done" if words:
                matching.finish(row, words, by=actor, on=today)
                messages.success(request, "已登记对接结果")
            case "part" if words:
                matching.part(row, words, by=actor)
                messages.success(request, "已解除对接，两条资源重新等待对接")
            case _:
                messages.error(request, "请写一句结果或原因")
    except (matching.Refused, Overtaken) as refused:
        messages.error(request, str(refused))
    return redirect(kept.record_url(pk))
