"""Contracts of assets and what came in of them, from workbooks: each row by the rules of its act (1.4)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.assets.asset import Asset
from bangfu.assets.operating import contracting, part, receiving
from bangfu.assets.operating.asset_receipt import AssetReceipt
from bangfu.assets.operating.operation_contract import OperationContract
from bangfu.assets.operating.operation_due import OperationDue
from bangfu.assets.operating.powers import may_write
from bangfu.assets.operating.purses import Purse
from bangfu.bookkeeping.posting import Refused
from bangfu.funds.allotting import Doing, ledger_of
from bangfu.funds.importing.pages import METHODS, ImportForm, import_page
from bangfu.funds.importing.workbook import Row, Workbook
from bangfu.policy.code_lists import code_list

ASSET_NO = ("资产编号", "资产编码")
CONTRACT_HEADS: dict[str, tuple[str, ...]] = {
    "asset_no": ASSET_NO, "contract_no": ("合同编号", "合同号"), "operator": ("经营者", "经营主体", "承租人"),
    "operator_code": ("统一社会信用代码", "信用代码", "经营者统一社会信用代码"), "mode": ("经营方式", "运营方式"),
    "from_on": ("开始日期", "合同开始日期"), "to_on": ("结束日期", "合同结束日期"),
    "yearly_yuan": ("每年约定收益", "年租金", "年收益"), "first_due_on": ("第一次应收日期", "首次应收日期"),
    "principal_yuan": ("应返还本金", "本金"), "principal_from_on": ("第一次返还日期", "首次返还日期"),
    "principal_times": ("分几年返还", "返还年数"), "distribution_plan": ("收益分配方案", "分配方案"),
    "households": ("受益户数",), "people": ("受益人数",), "decided_on": ("民主决策日期", "决策日期"),
}  # fmt: skip
CONTRACT_NEEDED = {"asset_no", "contract_no", "operator", "mode", "from_on", "to_on"}
RECEIPT_HEADS: dict[str, tuple[str, ...]] = {
    "asset_no": ASSET_NO, "contract_no": ("合同编号", "合同号"), "purse": ("款项", "款项类别"),
    "due_on": ("应收日期", "收的是哪一期"), "amount_yuan": ("收到金额", "收款金额", "金额"),
    "received_on": ("收款日期", "日期"), "voucher_no": ("凭证号", "收据号"), "payer": ("付款人", "付款单位"),
    "note": ("说明", "备注"),
}  # fmt: skip


def _asset(row: Row, doing: Doing) -> Asset:
    number = row.text("asset_no", 30)
    found = ledger_of(Asset).visible_to(doing.by).filter(asset_no=number, withdrawn_at=None).first()
    if found is None or not may_write(doing.by, found.division_id):
        raise Refused(f"没有编号为 {number} 的资产，或不由您登记；请先登记或导入资产")
    return found  # type: ignore[no-any-return]


def _sign(row: Row, doing: Doing) -> OperationContract:
    values: dict[str, Any] = {
        "contract_no": row.text("contract_no", 60), "operator": row.text("operator", 80),
        "operator_code": row.text("operator_code", 18), "mode": code_list("operation_mode").value_of(row.text("mode")),
        "distribution_plan": row.text("distribution_plan"),
    }  # fmt: skip
    values |= {name: row.day(name) for name in CONTRACT_HEADS if name.endswith("_on")}
    values |= {name: row.yuan(name) for name in ("yearly_yuan", "principal_yuan")}
    values |= {name: row.whole(name) for name in ("principal_times", "households", "people")}
    return contracting.sign(_asset(row, doing), values, doing)


def _receive(row: Row, doing: Doing) -> AssetReceipt:
    asset = _asset(row, doing)
    purse = row.choice("purse", [(each.value, each.label) for each in Purse])
    if purse == Purse.PROCEEDS:
        raise Refused("处置收入请在处置那一件里登记，批准、公示、处置以后才收")
    values: dict[str, Any] = {
        "due": _due(row, asset, purse), "purse": purse, "received_on": row.day("received_on"),
        "amount_yuan": row.yuan("amount_yuan"), "voucher_no": row.text("voucher_no", 60), "payer": row.text("payer", 80),
        "note": row.text("note"),
    }  # fmt: skip
    return receiving.receive(asset, values, doing)


def _due(row: Row, asset: Asset, purse: str) -> OperationDue | None:
    """The due of that day; without a day the oldest that is open. Income may come without any contract."""
    number, on = row.text("contract_no"), row.day("due_on")
    if not number and not on and purse == Purse.INCOME:
        return None
    rows = OperationDue.objects.filter(asset=asset, kind=purse, withdrawn_at=None).order_by("due_on", "pk")
    rows = rows.filter(contract__contract_no=number, contract__withdrawn_at=None) if number else rows
    found = rows.filter(due_on=on).first() if on else rows.filter(left_yuan__gt=0).first()
    if found is None:
        said = " ".join(filter(None, (number, str(on or ""))))
        raise Refused(
            f"这项资产没有对得上的应收{Purse(purse).label}（{said or '没有未收的'}），请核对合同编号和应收日期"
        )
    return found


CONTRACTS = Workbook(
    CONTRACT_HEADS, frozenset(CONTRACT_HEADS) - CONTRACT_NEEDED, frozenset({"yearly_yuan", "principal_yuan"}),
    "contract_no", _sign,
)  # fmt: skip
RECEIPTS = Workbook(
    RECEIPT_HEADS, frozenset({"contract_no", "due_on", "note"}), frozenset({"amount_yuan"}), "voucher_no", _receive
)
#: what → workbook, ledger where the rows are found, title, what is asked of each row
BOOKS: dict[str, tuple[Workbook, type[Any], str, str]] = {
    "contracts": (CONTRACTS, OperationContract, "导入经营合同",
                  "每一行都按登记经营合同的规则核对，应收款由合同生成；同一项资产的几份合同按先后排。"),
    "receipts": (RECEIPTS, AssetReceipt, "导入资产收款",
                 "款项填收益或本金；应收日期空着的，算在最早没有收齐的一期，没有合同的收益合同编号也空着。"),
}  # fmt: skip


@METHODS
@needs(Act.IMPORT)
def import_rows(request: Request, what: str) -> HttpResponse:
    if what not in BOOKS:
        raise Http404("没有这个页面")
    if not request.actor.scope(Act.IMPORT, part.WRITERS):
        raise PermissionDenied("由镇、村和驻镇工作队登记")
    book, model, title, says = BOOKS[what]
    back = (reverse("asset_operation:books"), "资产收益总账")
    return import_page(
        request,
        book,
        ImportForm(request),
        done_url=ledger_of(model).url(),
        back=back,
        title=title,
        article="1.4",
        says=says,
    )
