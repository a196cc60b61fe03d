"""Two acts on the page of a technology request (4.3): it is given to a commissioner, and it is answered."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.industry import tables
from bangfu.industry.technology import matching
from bangfu.industry.technology.technology_requests import TechnologyRequest, TechnologyRequestLedger
from bangfu.kernel import dates
from bangfu.kernel.text import clean
from bangfu.ledger import acts, registry

_ANSWERS = [value for value in TechnologyRequest.Outcome.values if value != TechnologyRequest.Outcome.OPEN]


@require_POST
@needs(Act.EDIT)
def assign(request: Request, pk: int) -> HttpResponse:
    """Only to somebody who is suggested; pressed twice, it is done once."""
    ledger = registry.of(TechnologyRequest)
    assert isinstance(ledger, TechnologyRequestLedger)
    row = ledger.visible_to(request.actor, Act.EDIT).filter(pk=pk, withdrawn_at=None).first()
    if row is None:
        raise Http404("没有这条技术需求，或不在您的工作范围内")
    wanted = request.POST.get("cadre", "")
    cadre = next((each.cadre for each in matching.for_request(row) if str(each.cadre.pk) == wanted), None)
    if cadre is None or row.answered_on:
        messages.error(request, "这名科技特派员现在不能接这条需求，请看页面上的推荐")
    elif row.technology_commissioner_id != cadre.pk:
        values = {"technology_commissioner": cadre, "assigned_on": dates.today()}
        try:
            acts.change(
                ledger, row, values, by=request.actor, version=tables.number(request.POST.get("version")), reason="交办"
            )
            messages.success(request, f"已交给{cadre}")
        except acts.Overtaken:
            messages.error(request, "这条记录刚刚被他人修改，请看一看再交办")
    return redirect(ledger.record_url(pk))


@require_POST
@needs(Act.EDIT)
def answer(request: Request, pk: int) -> HttpResponse:
    """What was advised and whether it helped, from a phone in the field; the day is today."""
    ledger = registry.of(TechnologyRequest)
    assert isinstance(ledger, TechnologyRequestLedger)
    row = ledger.visible_to(request.actor, Act.EDIT).filter(pk=pk, withdrawn_at=None).first()
    if row is None:
        raise Http404("没有这条技术需求，或不在您的工作范围内")
    words, outcome = clean(request.POST.get("answer", ""))[:1000], request.POST.get("outcome", "")
    if row.answered_on:
        messages.error(request, f"这条需求已于 {row.answered_on} 答复；要改的点“修改”")
    elif not words or outcome not in _ANSWERS:
        messages.error(request, "请写下答复，并选择结果")
    else:
        values = {
            "answer": words, "outcome": outcome, "answered_on": dates.today(), "is_shared": request.POST.get("is_shared") == "on",
        }  # fmt: skip
        try:
            acts.change(
                ledger, row, values, by=request.actor, version=tables.number(request.POST.get("version")), reason="答复"
            )
            messages.success(request, "已答复，记下了用了几天")
        except acts.Overtaken:
            messages.error(request, "这条记录刚刚被他人修改，请看一看再答复")
    return redirect(ledger.record_url(pk))
