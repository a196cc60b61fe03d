"""One page for each act on money: what is asked, what the books say to it, and where it is found afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request
from bangfu.bookkeeping.posting import Refused
from bangfu.divisions.models import Division
from bangfu.funds import allotting, spending
from bangfu.funds.allotting import Doing, ledger_of
from bangfu.funds.forms import (
    ActForm,
    AllotForm,
    AssignForm,
    CarryForm,
    CounterForm,
    DocumentForm,
    PayForm,
    RefundForm,
    ReturnForm,
    TakeBackForm,
    holders_of,
)
from bangfu.funds.models import Allotment, BudgetLine, FundDocument, Payment
from bangfu.funds.powers import may_issue, may_spend
from bangfu.kernel.codes import Level
from bangfu.projects.contract import Contract
from bangfu.projects.progress import latest_percent
from bangfu.projects.project import Project

_METHODS = require_http_methods(["GET", "HEAD", "POST"])
Do = Callable[[Mapping[str, Any], Doing], Any]


def _page(request: Request, form: ActForm, do: Do, **context: Any) -> HttpResponse:
    """`do` writes and gives the row to show next."""
    if request.method == "POST" and form.is_valid():
        doing = Doing(request.actor, timezone.now(), form.cleaned_data["request_uuid"])
        try:
            done = do(form.cleaned_data, doing)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{context['title']}：已记账")
            return redirect(ledger_of(type(done)).record_url(done.pk))
    status = 422 if form.errors else 200
    return render(request, "funds/act.html", {"form": form, **context}, status=status)


def _issuers(actor: Actor) -> list[Division]:
    if not (holders := holders_of(actor, lambda division: may_issue(actor, division))):
        raise PermissionDenied("资金文件和下达由省、市、县登记，各登记本级的")
    return holders


def _papers(holders: list[Division], actor: Actor) -> Any:
    """Documents that may be named: those that the actor sees, newest first."""
    return (
        ledger_of(FundDocument)
        .visible_to(actor)
        .filter(corrects=None, is_corrected=False)
        .order_by("-issued_on", "-pk")
    )


def _found(model: type[Any], actor: Actor, pk: int) -> Any:
    found = ledger_of(model).visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise Http404("没有这条记录，或不在您的工作范围内")
    return found


@_METHODS
def document(request: Request) -> HttpResponse:
    form = DocumentForm(_issuers(request.actor), request.POST or None)
    return _page(
        request, form, lambda data, doing: allotting.register(data["holder"], form.values(), doing), title="登记资金文件",
        says="文件下达到本级的资金。每一笔下达、安排和支付都从这里开始。",
    )  # fmt: skip


@_METHODS
def allot(request: Request) -> HttpResponse:
    holders = _issuers(request.actor)
    known = {name: request.GET[name] for name in ("document", "source", "year") if name in request.GET}
    form = AllotForm(holders, _papers(holders, request.actor), request.POST or None, label="下达到", initial=known)
    return _page(
        request, form, lambda data, doing: allotting.allot(data["holder"], data["division"], form.values(), doing),
        title="下达资金", says="从本级还没有分配的资金里，下达到市、县或镇。",
    )  # fmt: skip


@_METHODS
def recover(request: Request) -> HttpResponse:
    holders = _issuers(request.actor)
    form = AllotForm(holders, _papers(holders, request.actor), request.POST or None, label="从哪里收回")
    return _page(
        request, form, lambda data, doing: allotting.recover(data["holder"], data["division"], form.values(), doing),
        title="收回资金", says="收回下级还没有安排到项目的资金；已安排的，先在项目里收回安排。",
    )  # fmt: skip


@_METHODS
def give_back(request: Request) -> HttpResponse:
    form = ReturnForm(_issuers(request.actor), request.POST or None)
    return _page(
        request, form, lambda data, doing: allotting.give_back(data["holder"], form.values(), doing),
        title="上缴国库", says="结余资金退回国库，离开本级的账。",
    )  # fmt: skip


@_METHODS
def carry(request: Request) -> HttpResponse:
    form = CarryForm(_issuers(request.actor), request.POST or None)

    def do(data: Mapping[str, Any], doing: Doing) -> Any:
        return allotting.carry_over(data["holder"], data["source"], data["year"], data["document_no"], doing)

    return _page(request, form, do, title="结转下年", says="把本级这一年没有用完的资金，全部转为下一年的资金。")


@_METHODS
def assign(request: Request, pk: int) -> HttpResponse:
    project: Project = _found(Project, request.actor, pk)
    actor = request.actor
    holders = holders_of(actor, lambda each: each.level <= Level.TOWN and may_spend(actor, each.pk))
    if not holders:
        raise PermissionDenied("项目资金由县、镇安排")
    form = AssignForm(holders, _papers(holders, actor), request.POST or None)
    return _page(
        request, form, lambda data, doing: spending.assign(project, data["holder"], form.values(), doing),
        title="安排资金", on=project, says=f"计划投资 {project.planned_yuan:,} 元。先入库、后安排；安排不超过计划投资。",
    )  # fmt: skip


def _line(actor: Actor, pk: int) -> BudgetLine:
    row: BudgetLine = _found(BudgetLine, actor, pk)
    if not may_spend(actor, row.holder_id):
        raise PermissionDenied("由拨付这笔资金的县或镇办理")
    return row


@_METHODS
def take_back(request: Request, pk: int) -> HttpResponse:
    row = _line(request.actor, pk)
    form = TakeBackForm(request.POST or None)
    return _page(
        request, form, lambda data, doing: spending.take_back(row, form.values(), doing),
        title="收回安排", on=f"{row.project} {row}", says=f"还没有支付的 {row.left_yuan:,} 元可以收回，回到拨付的一级重新安排。",
    )  # fmt: skip


@_METHODS
def pay(request: Request, pk: int) -> HttpResponse:
    row = _line(request.actor, pk)
    contracts = Contract.objects.filter(project=row.project_id, withdrawn_at=None).order_by("signed_on")
    known = {"work_percent": latest_percent([row.project_id]).get(row.project_id), "payee": row.project.implementer}
    form = PayForm(contracts, request.POST or None, initial=known)
    return _page(
        request, form, lambda data, doing: spending.pay(row, form.values(), doing),
        title="登记支付", on=f"{row.project} {row}", says=f"这笔安排还余 {row.left_yuan:,} 元。",
    )  # fmt: skip


def _payment(actor: Actor, pk: int) -> Payment:
    paid: Payment = _found(Payment, actor, pk)
    _line(actor, paid.line_id)
    return paid


@_METHODS
def refund(request: Request, pk: int) -> HttpResponse:
    paid = _payment(request.actor, pk)
    form = RefundForm(request.POST or None, initial={"amount_yuan": paid.amount_yuan})
    return _page(
        request, form, lambda data, doing: spending.refund(paid, form.values(), doing),
        title="收回退款", on=paid, says="收款人退回的钱，回到项目这笔安排里。",
    )  # fmt: skip


@_METHODS
def counter(request: Request, slug: str, pk: int) -> HttpResponse:
    """冲正 of a payment, a document, an allotment: by who may do the act itself."""
    model = {"payments": Payment, "fund-documents": FundDocument, "allotments": Allotment}.get(slug)
    if model is None:
        raise Http404("没有这本台账")
    record = _payment(request.actor, pk) if model is Payment else _found(model, request.actor, pk)
    holder = getattr(record, "giver", None) or record.division
    if model is not Payment and not may_issue(request.actor, holder):
        raise PermissionDenied("由登记这一笔的一级办理")
    form = CounterForm(request.POST or None)
    act: Any = spending.counter_payment if model is Payment else spending.counter
    return _page(
        request, form, lambda data, doing: act(record, data["on"], data["reason"], doing),
        title="冲正", on=record, says=f"记一笔相反的账，抵掉 {record.amount_yuan:,} 元。原来的一笔保留，并注明已冲正。",
    )  # fmt: skip
