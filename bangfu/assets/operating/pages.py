"""One page for each act on an asset's operation: what is asked, what is said to it, and where it is found afterwards."""

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
from bangfu.assets.asset import Asset
from bangfu.assets.operating import contracting, idling, receiving
from bangfu.assets.operating.asset_receipt import AssetReceipt
from bangfu.assets.operating.forms import (
    ContractForm,
    IdleForm,
    LossForm,
    OnForm,
    OnReasonForm,
    OverForm,
    ReasonForm,
    ReceiptForm,
    SureForm,
    UseForm,
)
from bangfu.assets.operating.idle_spell import IdleSpell
from bangfu.assets.operating.income_use import IncomeUse
from bangfu.assets.operating.loss_report import LossReport
from bangfu.assets.operating.operation_contract import OperationContract
from bangfu.assets.operating.powers import may_file, may_write
from bangfu.assets.operating.section import left_of, open_dues
from bangfu.bookkeeping.posting import Refused
from bangfu.funds.allotting import Doing, ledger_of
from bangfu.funds.forms import ActForm, CounterForm
from bangfu.kernel.money import show_yuan

METHODS = require_http_methods(["GET", "HEAD", "POST"])
Do = Callable[[Mapping[str, Any], Doing], Any]


def act_page(request: Request, asset: Asset, form: ActForm, do: Do, **context: Any) -> HttpResponse:
    """`do` writes; then the asset's page shows what came of it."""
    back = ledger_of(Asset).record_url(asset.pk)
    if request.method == "POST" and form.is_valid():
        doing = Doing(request.actor, timezone.now(), form.cleaned_data["request_uuid"])
        try:
            do(form.values(), doing)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{asset.name}：{context['title']}，已登记")
            return redirect(context.get("then", back))
    status = 422 if form.errors else 200
    return render(request, "assets/act.html", {"form": form, "asset": asset, "back": back, **context}, status=status)


def found(model: type[Any], actor: Actor, pk: int) -> Any:
    rows = ledger_of(model).visible_to(actor).select_related("division")
    if row := rows.filter(pk=pk).first():
        return row
    raise Http404("没有这条记录，或不在您的工作范围内")


def to_write(model: type[Any], actor: Actor, pk: int) -> Any:
    row = found(model, actor, pk)
    if not may_write(actor, row.division_id):
        raise PermissionDenied("由所在镇、村和驻镇工作队登记")
    return row


@METHODS
def sign(request: Request, pk: int) -> HttpResponse:
    asset: Asset = to_write(Asset, request.actor, pk)
    before = contracting.last_contract(asset)
    form = ContractForm(asset, before, request.POST or None)
    says = "应收款由合同生成，以后按期登记收款。"
    if before:
        says = f"上一份合同 {before.contract_no} 由{before.operator}经营，到 {before.last_on}。登记新合同后，原合同和收过的款都保留。"
    return act_page(
        request, asset, form, lambda data, doing: contracting.sign(asset, data, doing), title="登记经营合同", says=says
    )


@METHODS
def receive(request: Request, pk: int) -> HttpResponse:
    asset: Asset = to_write(Asset, request.actor, pk)
    dues = open_dues(asset)
    form = ReceiptForm(dues, dues[0].contract.operator if dues else asset.user_name, request.POST or None)
    return act_page(
        request, asset, form, lambda data, doing: receiving.receive(asset, data, doing), title="登记收款",
        says="每收一笔登记一笔，一个凭证号只能记一次。结账的年度不能再记，更正用冲正。",
    )  # fmt: skip


@METHODS
def use(request: Request, pk: int) -> HttpResponse:
    asset: Asset = to_write(Asset, request.actor, pk)
    left = left_of(asset)
    form = UseForm(left, request.POST or None)
    return act_page(
        request, asset, form, lambda data, doing: receiving.use(asset, data, doing), title="登记使用",
        says=f"这项资产还有 {show_yuan(sum(left.values()))} 元没有使用。用出去的不能多过收进来的。",  # type: ignore[arg-type]
    )  # fmt: skip


@METHODS
def idle(request: Request, pk: int) -> HttpResponse:
    asset: Asset = to_write(Asset, request.actor, pk)
    return act_page(
        request, asset, IdleForm(request.POST or None), lambda data, doing: idling.report_idle(asset, data, doing),
        title="登记闲置低效", says="写明原因、盘活措施和完成日期；到期没有盘活的，列入镇的待办。",
    )  # fmt: skip


@METHODS
def lose(request: Request, pk: int) -> HttpResponse:
    asset: Asset = to_write(Asset, request.actor, pk)
    return act_page(
        request, asset, LossForm(request.POST or None), lambda data, doing: idling.report_loss(asset, data, doing),
        title="报告灭失", says="丢失、被盗、毁损后先报告；找不回、修不好的，再申请处置核销。",
    )  # fmt: skip


@METHODS
def counter(request: Request, slug: str, pk: int) -> HttpResponse:
    model = {"asset-receipts": AssetReceipt, "asset-income-uses": IncomeUse}.get(slug)
    if model is None:
        raise Http404("没有这本台账")
    row = to_write(model, request.actor, pk)
    return act_page(
        request, row.asset, CounterForm(request.POST or None),
        lambda data, doing: receiving.counter(row, data["on"], data["reason"], doing), title="冲正",
        says=f"记一笔相反的账，抵掉 {show_yuan(row.amount_yuan)} 元。原来的一笔保留，并注明已冲正。",
    )  # fmt: skip


#: act on a contract → form, act, title, what it does
OF_CONTRACT: Mapping[str, tuple[type[ActForm], Callable[..., Any], str, str]] = {
    "end": (OnReasonForm, contracting.end, "提前终止合同", "这一天以后没有收过款的应收款不再应收；已到期的仍然应收。"),
    "resume": (ReasonForm, contracting.resume, "撤销终止", "合同照原来的期限继续，应收款恢复。"),
    "cancel": (ReasonForm, contracting.cancel, "撤销合同登记", "登记错了、还没有收过款的合同可以撤销；它接替的合同恢复。"),
    "file": (OnForm, contracting.file, "登记备案", "村里的合同报镇备案后登记。"),
    "trouble": (OnReasonForm, contracting.trouble, "登记经营困难", "经营者亏损、停产、欠债、被执行等，影响交款的；登记后资产标明风险。"),
    "untrouble": (SureForm, contracting.trouble, "困难已解除", "资产不再标明经营者困难；原来的情况在修改记录里。"),
}  # fmt: skip


@METHODS
def of_contract(request: Request, pk: int, act: str) -> HttpResponse:
    contract: OperationContract = to_write(OperationContract, request.actor, pk)
    if act == "file" and not may_file(request.actor, contract.division_id):
        raise PermissionDenied("由镇登记备案")
    made, do, title, says = OF_CONTRACT[act]
    return act_page(
        request, contract.asset, made(request.POST or None), lambda data, doing: do(contract, data, doing), title=title,
        says=f"{contract}：{says}",
    )  # fmt: skip


#: act on a spell or loss → model, form, act, title
OF_TOLD: Mapping[str, tuple[Any, type[ActForm], Callable[..., Any], str]] = {
    "used": (IdleSpell, OverForm, idling.put_to_use, "登记盘活"),
    "back": (LossReport, OverForm, idling.take_back, "登记找回或修复"),
    "undo-spell": (
        IdleSpell,
        ReasonForm,
        lambda row, data, doing: idling.undo(row, data["reason"], doing),
        "撤销上一步",
    ),
    "undo-loss": (
        LossReport,
        ReasonForm,
        lambda row, data, doing: idling.undo(row, data["reason"], doing),
        "撤销上一步",
    ),
}


@METHODS
def of_told(request: Request, pk: int, act: str) -> HttpResponse:
    model, made, do, title = OF_TOLD[act]
    row = to_write(model, request.actor, pk)
    return act_page(
        request,
        row.asset,
        made(request.POST or None),
        lambda data, doing: do(row, data, doing),
        title=title,
        says=str(row),
    )
