"""A workbook whose rows are acts on money: read, its head found, sums left out, each row done by its act; all rows, or none."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid5

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from bangfu.bookkeeping.posting import Refused
from bangfu.exchange.cells import as_text
from bangfu.exchange.reading import open_file
from bangfu.exchange.sniff import Refused as Unreadable
from bangfu.funds.allotting import Doing
from bangfu.kernel.dates import parse_date
from bangfu.kernel.money import parse_yuan
from bangfu.kernel.text import clean

MOST, LOOK_AT = 2000, 20
YUAN, WAN = "yuan", "wan"
UNITS = {YUAN: "元", WAN: "万元"}
_UNIT = re.compile(r"[（(]?\s*(万元|元|%|％)\s*[）)]?$")
_TOTAL = re.compile(r"^(合计|总计|小计)")


@dataclass(frozen=True)
class Row:
    """`number`: of the row in the file; what a cell says, by the name of its column."""

    number: int
    cells: Mapping[str, Any]
    unit: str
    labels: Mapping[str, str]

    def text(self, name: str, most: int = 200) -> str:
        return clean(as_text(self.cells.get(name)))[:most]

    def day(self, name: str) -> date | None:
        try:
            return parse_date(self.cells[name]) if self.text(name) else None
        except ValueError as error:
            raise Refused(f"{self.labels[name]}：{error}") from None

    def yuan(self, name: str) -> Decimal | None:
        """A cell that names another unit than was chosen is refused."""
        text = self.text(name)
        if not text:
            return None
        if self.unit == YUAN and "万" in text or self.unit == WAN and text.endswith("元") and "万" not in text:
            raise Refused(f"“{text}”写的单位与所选的不同，请统一单位")
        return parse_yuan(text if self.unit == YUAN else f"{text.removesuffix('万元').removesuffix('万')}万元")

    def whole(self, name: str) -> int:
        """0 where nothing is said."""
        text = self.text(name)
        if text and (not text.isdecimal() or len(text) > 6):
            raise Refused(f"{self.labels[name]}“{text}”应是整数")
        return int(text or 0)

    def choice(self, name: str, choices: Sequence[tuple[Any, str]]) -> str:
        text = self.text(name)
        found = next((str(value) for value, label in choices if text in (str(value), label)), None)
        if found is None:
            raise Refused(f"{self.labels[name]}“{text}”不认识，可以填：{'、'.join(label for _, label in choices)}")
        return found


@dataclass(frozen=True)
class Workbook:
    """`heads`: column → heads under which it may come, the first is its label; `optional` may be blank or missing;
    `money`: columns in the unit that was chosen; `do` writes one row, or refuses. A row of sums has no `key`."""

    heads: Mapping[str, tuple[str, ...]]
    optional: frozenset[str]
    money: frozenset[str]
    key: str
    do: Callable[[Row, Doing], Any]

    @property
    def labels(self) -> dict[str, str]:
        return {name: heads[0] for name, heads in self.heads.items()}

    @property
    def needed(self) -> list[str]:
        return [name for name in self.heads if name not in self.optional]


@dataclass(frozen=True)
class Outcome:
    done: int
    skipped: int  # rows with totals
    faults: list[tuple[int, str]]


def run(book: Workbook, file: UploadedFile[bytes], unit: str, doing: Doing) -> Outcome:
    """Does every row, or none when one is refused. Errors: Unreadable for a file that is none."""
    rows, skipped = _read(book, file, unit)
    faults: list[tuple[int, str]] = []
    with transaction.atomic():
        for row in rows:
            try:
                _do(book, row, replace(doing, request=uuid5(doing.request, f"{row.number} {row.cells}")))
            except (Refused, ValueError) as error:
                faults.append((row.number, str(error)))
        if faults:
            transaction.set_rollback(True)
    return Outcome(0 if faults else len(rows), skipped, faults)


def _do(book: Workbook, row: Row, doing: Doing) -> None:
    for name in book.needed:
        if not row.text(name):
            raise Refused(f"“{row.labels[name]}”是空的")
    book.do(row, doing)


def _read(book: Workbook, file: UploadedFile[bytes], unit: str) -> tuple[list[Row], int]:
    with tempfile.NamedTemporaryFile() as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        _, worksheets = open_file(kept.name, file.name or "")
        numbered = [(block.first + place, row) for sheet in worksheets[:1] for block in sheet.blocks()
                    for place, row in enumerate(block.rows)]  # fmt: skip
    head = next((place for place, (_, row) in enumerate(numbered[:LOOK_AT]) if _is_head(book, row)), None)
    if head is None:
        raise Unreadable(f"没有找到表头。需要这些列：{'、'.join(book.labels[name] for name in book.needed)}")
    columns = _columns(book, numbered[head][1], unit)
    rows = [
        Row(n, {name: cells[at] for name, at in columns.items() if at < len(cells)}, unit, book.labels)
        for n, cells in numbered[head + 1 :]
    ]
    rows = [row for row in rows if any(as_text(cell) for cell in row.cells.values())]
    kept_rows = [row for row in rows if not _is_total(book, row)]
    if len(kept_rows) > MOST:
        raise Unreadable(f"一次最多 {MOST} 行，这份有 {len(kept_rows)} 行，请分开导入")
    return kept_rows, len(rows) - len(kept_rows)


def _name(head: str) -> tuple[str, str]:
    """支付金额（万元） → (支付金额, 万元)."""
    text = clean(head).replace(" ", "")
    found = _UNIT.search(text)
    return (text[: found.start()], found[1]) if found else (text, "")


def _is_head(book: Workbook, row: Sequence[Any]) -> bool:
    names = {_name(as_text(cell))[0] for cell in row if isinstance(cell, str)}
    return len(names & {head for heads in book.heads.values() for head in heads}) >= 4


def _columns(book: Workbook, row: Sequence[Any], unit: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(row):
        text, said = _name(as_text(cell))
        for name, heads in book.heads.items():
            if text in heads and name not in found:
                found[name] = at
                if name in book.money and said and said != UNITS[unit]:
                    raise Unreadable(f"表头“{as_text(cell)}”写的是{said}，您选的单位不是，请核对后重新选择")
    if missing := [book.labels[name] for name in book.needed if name not in found]:
        raise Unreadable(f"缺少这些列：{'、'.join(missing)}")
    return found


def _is_total(book: Workbook, row: Row) -> bool:
    key = row.text(book.key)
    return any(_TOTAL.match(as_text(cell)) for cell in row.cells.values()) and (not key or bool(_TOTAL.match(key)))
