"""Payments from a workbook: the unit of the amounts is asked and never guessed; all rows are paid, or none."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import uuid5

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from bangfu.bookkeeping.posting import Refused
from bangfu.exchange.cells import as_text
from bangfu.exchange.reading import open_file
from bangfu.exchange.sniff import Refused as Unreadable
from bangfu.funds import books, spending
from bangfu.funds.allotting import Doing, ledger_of
from bangfu.funds.budget_line import BudgetLine
from bangfu.funds.powers import may_spend
from bangfu.kernel.dates import parse_date
from bangfu.kernel.money import parse_yuan
from bangfu.kernel.text import clean
from bangfu.policy.code_lists import code_list
from bangfu.projects.contract import Contract

MOST = 2000
YUAN, WAN = "yuan", "wan"
#: column → heads under which it may come
HEADS: Mapping[str, tuple[str, ...]] = {
    "project_no": ("项目编号", "项目编码"), "source": ("资金来源", "来源"), "year": ("资金年度", "年度"),
    "contract_no": ("合同编号", "合同号"), "voucher_no": ("凭证号", "记账凭证号", "支付凭证号"),
    "amount": ("支付金额", "金额", "支出金额"), "paid_on": ("支付日期", "日期"), "payee": ("收款人", "收款单位"),
    "purpose": ("用途", "摘要"), "work_percent": ("工程进度", "进度"),
}  # fmt: skip
NEEDED = tuple(name for name in HEADS if name not in ("contract_no", "work_percent"))
_UNIT = re.compile(r"[（(]?\s*(万元|元|%|％)\s*[）)]?$")
_TOTAL = re.compile(r"^(合计|总计|小计)")


@dataclass(frozen=True)
class Row:
    """`number`: of the row in the file."""

    number: int
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    paid: int
    skipped: int  # rows with totals
    faults: list[tuple[int, str]]


def run(file: UploadedFile[bytes], unit: str, doing: Doing) -> Outcome:
    """Pays every row, or none when one is refused. Errors: Refused, Unreadable for a file that is none."""
    rows, skipped = _read(file, unit)
    faults: list[tuple[int, str]] = []
    with transaction.atomic():
        for row in rows:
            try:
                _pay(row, unit, replace(doing, request=uuid5(doing.request, f"{row.number} {row.cells}")))
            except (Refused, ValueError) as error:
                faults.append((row.number, str(error)))
        if faults:
            transaction.set_rollback(True)
    return Outcome(0 if faults else len(rows), skipped, faults)


def _read(file: UploadedFile[bytes], unit: str) -> tuple[list[Row], int]:
    with tempfile.NamedTemporaryFile() as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        _, worksheets = open_file(kept.name, file.name or "")
        numbered = [(block.first + place, row) for sheet in worksheets[:1] for block in sheet.blocks()
                    for place, row in enumerate(block.rows)]  # fmt: skip
    head = next((place for place, (_, row) in enumerate(numbered[:20]) if _is_head(row)), None)
    if head is None:
        raise Unreadable(f"没有找到表头。需要这些列：{'、'.join(HEADS[name][0] for name in NEEDED)}")
    columns = _columns(numbered[head][1], unit)
    rows = [
        Row(n, {name: cells[at] for name, at in columns.items() if at < len(cells)})
        for n, cells in numbered[head + 1 :]
    ]
    rows = [row for row in rows if any(as_text(cell) for cell in row.cells.values())]
    kept_rows = [row for row in rows if not _is_total(row)]
    if len(kept_rows) > MOST:
        raise Unreadable(f"一次最多 {MOST} 行，这份有 {len(kept_rows)} 行，请分开导入")
    return kept_rows, len(rows) - len(kept_rows)


def _name(head: str) -> tuple[str, str]:
    """支付金额（万元） → (支付金额, 万元)."""
    text = clean(head).replace(" ", "")
    found = _UNIT.search(text)
    return (text[: found.start()], found[1]) if found else (text, "")


def _is_head(row: Sequence[Any]) -> bool:
    names = {_name(as_text(cell))[0] for cell in row if isinstance(cell, str)}
    return len(names & {head for heads in HEADS.values() for head in heads}) >= 4


def _columns(row: Sequence[Any], unit: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(row):
        text, said = _name(as_text(cell))
        for name, heads in HEADS.items():
            if text in heads and name not in found:
                found[name] = at
                if name == "amount" and said and said != {YUAN: "元", WAN: "万元"}[unit]:
                    raise Unreadable(f"表头写的是“{said}”，您选的单位不是，请核对后重新选择")
    if missing := [HEADS[name][0] for name in NEEDED if name not in found]:
        raise Unreadable(f"缺少这些列：{'、'.join(missing)}")
    return found


def _is_total(row: Row) -> bool:
    texts = [as_text(cell) for cell in row.cells.values()]
    return any(_TOTAL.match(text) for text in texts) and not as_text(row.cells.get("voucher_no"))


def amount_of(cell: Any, unit: str) -> Decimal:
    """In yuan. A cell that names another unit than was chosen is refused."""
    text = as_text(cell)
    if unit == YUAN and "万" in text or unit == WAN and text.endswith("元") and "万" not in text:
        raise Refused(f"“{text}”写的单位与所选的不同，请统一单位")
    return parse_yuan(text if unit == YUAN else f"{text.removesuffix('万元').removesuffix('万')}万元")


def _pay(row: Row, unit: str, doing: Doing) -> None:
    text = {name: clean(as_text(cell)) for name, cell in row.cells.items()}
    for name in NEEDED:
        if not text.get(name):
            raise Refused(f"“{HEADS[name][0]}”是空的")
    line = _line(text, doing)
    contract = _contract(line, text.get("contract_no", ""))
    percent = text.get("work_percent", "").rstrip("%％")
    values = {
        "amount_yuan": amount_of(row.cells["amount"], unit), "voucher_no": text["voucher_no"][:60],
        "paid_on": parse_date(row.cells["paid_on"]), "payee": text["payee"][:80], "purpose": text["purpose"][:200],
        "contract": contract, "work_percent": _percent_of(percent) if percent else None,
    }  # fmt: skip
    spending.pay(line, values, doing)


def _percent_of(text: str) -> int:
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", text) or Decimal(text) > 100:
        raise Refused(f"工程进度“{text}”应是 0 到 100 的数")
    return int(Decimal(text))


def _line(text: Mapping[str, str], doing: Doing) -> BudgetLine:
    source, year = code_list(books.SOURCES).value_of(text["source"]), text["year"].rstrip("年")
    if not year.isdecimal():
        raise Refused(f"“{text['year']}”不是年度")
    rows = (
        ledger_of(BudgetLine)
        .visible_to(doing.by)
        .filter(project__project_no=text["project_no"], source=source, year=int(year))
    )
    mine: Iterator[BudgetLine] = (row for row in rows if may_spend(doing.by, row.holder_id))
    if (found := next(mine, None)) is None:
        raise Refused(f"项目 {text['project_no']} 没有您可以支付的{books.source_label(str(source))} {year} 年资金安排")
    return found


def _contract(line: BudgetLine, contract_no: str) -> Contract | None:
    if not contract_no:
        return None
    found = Contract.objects.filter(project=line.project_id, contract_no=contract_no, withdrawn_at=None).first()
    if found is None:
        raise Refused(f"这个项目没有编号为 {contract_no} 的合同")
    return found
