"""A wish goes to a bank with the person's consent, from the products that fit; the bank answers it (4.3)."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act, Role
from bangfu.industry import tables
from bangfu.industry.finance import proposals
from bangfu.industry.finance.finance_wishes import FinanceWish
from bangfu.kernel import dates
from bangfu.kernel.text import clean
from bangfu.ledger import acts, registry


def answerable(actor: Actor) -> QuerySet[FinanceWish]:
    """Given to a bank of the actor, agreed to, and not answered yet."""
    banks = actor.units(Act.READ, (Role.BANK,))
    return FinanceWish.objects.filter(bank__in=banks, consented_on__isnull=False, outcome="open", withdrawn_at=None)


@require_POST
@needs(Act.READ)
def answer(request: Request, pk: int) -> HttpResponse:
    ledger, row = registry.of(FinanceWish), answerable(request.actor).filter(pk=pk).first()
    if row is None or ledger is None:
        raise Http404("没有这条金融需求，或不是交给贵行、本人同意给贵行看的待答复需求")
    outcome, words = request.POST.get("outcome", ""), clean(request.POST.get("answer", ""))[:300]
    outcomes = FinanceWish.Outcome
    if outcome not in (outcomes.LENT, outcomes.INSURED, outcomes.REFUSED):
        messages.error(request, "请选择答复：已放贷、已投保或银行不受理")
    elif outcome == outcomes.REFUSED and not words:
        messages.error(request, "不受理的，请写明原因，本人看得到")
    else:
        values = {"outcome": outcome, "answered_on": dates.today(), "answer": words}
        version = tables.number(request.POST.get("version"))
        try:
            acts.change(ledger, row, values, by=request.actor, version=version, reason="银行答复")
            messages.success(request, "已答复，镇村看得到")
        except acts.Overtaken:
            messages.error(request, "这条需求刚刚被他人修改，请看一看再答复")
    return redirect(ledger.record_url(pk))


@require_POST
@needs(Act.EDIT)
def hand(request: Request, pk: int) -> HttpResponse:
    """The person said yes: from now on the bank of the chosen product sees this wish, and nothing else of the household."""
    ledger = registry.of(FinanceWish)
    assert ledger
    row = ledger.visible_to(request.actor, Act.EDIT).filter(pk=pk, withdrawn_at=None).first()
    if row is None:
        raise Http404("没有这条金融需求，或不在您的工作范围内")
    wanted = request.POST.get("product", "")
    fit = next((each for each in proposals.for_wish(row) if str(each.product.pk) == wanted and each.is_fitting), None)
    if row.outcome != FinanceWish.Outcome.OPEN or fit is None:
        messages.error(request, "这个产品现在不符合规定，或需求已经答复，请看页面上的对照")
    elif request.POST.get("consent") != "on":
        messages.error(request, "请先问过本人，同意了再勾选“本人同意”")
    elif (row.bank_id, bool(row.consented_on)) != (fit.product.bank_id, True):
        values = {"bank": fit.product.bank, "consented_on": dates.today()}
        try:
            acts.change(
                ledger,
                row,
                values,
                by=request.actor,
                version=tables.number(request.POST.get("version")),
                reason="交给银行",
            )
            messages.success(request, f"已交给{fit.product.bank}，对方在待办里看得到")
        except acts.Overtaken:
            messages.error(request, "这条需求刚刚被他人修改，请看一看再办")
    return redirect(ledger.record_url(pk))
