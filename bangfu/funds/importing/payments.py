"""Payments from a workbook, each by the rules of spending.pay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bangfu.bookkeeping.posting import Refused
from bangfu.funds import books, spending
from bangfu.funds.allotting import Doing, ledger_of
from bangfu.funds.budget_line import BudgetLine
from bangfu.funds.importing.workbook import Row, Workbook
from bangfu.funds.powers import may_spend
from bangfu.policy.code_lists import code_list
from bangfu.projects.contract import Contract

HEADS: dict[str, tuple[str, ...]] = {
    "project_no": ("项目编号", "项目编码"), "source": ("资金来源", "来源"), "year": ("资金年度", "年度"),
    "contract_no": ("合同编号", "合同号"), "voucher_no": ("凭证号", "记账凭证号", "支付凭证号"),
    "amount": ("支付金额", "金额", "支出金额"), "paid_on": ("支付日期", "日期"), "payee": ("收款人", "收款单位"),
    "purpose": ("用途", "摘要"), "work_percent": ("工程进度", "进度"),
}  # fmt: skip


def _pay(row: Row, doing: Doing) -> None:
    line = _line(row, doing)
    percent = row.text("work_percent").rstrip("%％")
    values = {
        "amount_yuan": row.yuan("amount"), "voucher_no": row.text("voucher_no", 60), "paid_on": row.day("paid_on"),
        "payee": row.text("payee", 80), "purpose": row.text("purpose"), "contract": _contract(line, row.text("contract_no")),
        "work_percent": _percent_of(percent) if percent else None,
    }  # fmt: skip
    spending.pay(line, values, doing)


def _percent_of(text: str) -> int:
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", text) or Decimal(text) > 100:
        raise Refused(f"工程进度“{text}”应是 0 到 100 的数")
    return int(Decimal(text))


def _line(row: Row, doing: Doing) -> BudgetLine:
    source, year = code_list(books.SOURCES).value_of(row.text("source")), row.text("year").rstrip("年")
    if not (year.isdecimal() and len(year) == 4):
        raise Refused(f"“{row.text('year')}”不是年度")
    number = row.text("project_no")
    rows = ledger_of(BudgetLine).visible_to(doing.by).filter(project__project_no=number, source=source, year=int(year))
    mine: Iterator[BudgetLine] = (line for line in rows if may_spend(doing.by, line.holder_id))
    if (found := next(mine, None)) is None:
        raise Refused(f"项目 {number} 没有您可以支付的{books.source_label(str(source))} {year} 年资金安排")
    return found


def _contract(line: BudgetLine, contract_no: str) -> Contract | None:
    if not contract_no:
        return None
    found = Contract.objects.filter(project=line.project_id, contract_no=contract_no, withdrawn_at=None).first()
    if found is None:
        raise Refused(f"这个项目没有编号为 {contract_no} 的合同")
    return found


PAYMENTS = Workbook(HEADS, frozenset({"contract_no", "work_percent"}), frozenset({"amount"}), "voucher_no", _pay)
