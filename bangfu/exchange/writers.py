"""Rows out of the database into a file: csv by blocks, workbook by a compiled writer; neither holds the rows in memory.

The trace mark (who, when, filter, rows, number) is a second worksheet, or the last line of a csv.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from django.utils import timezone
from rustpy_xlsxwriter import FastExcel
from rustpy_xlsxwriter import Format as CellFormat

from bangfu.exchange import rendering
from bangfu.exchange.extracts import Extract
from bangfu.exchange.models import Format
from bangfu.exchange.sheet import Kind

CHUNK = 4_000
NOTE_SHEET = "说明"
CSV_MARK = "# 导出"
_TEXT_KINDS = (Kind.CODE, Kind.IDENTITY, Kind.PHONE, Kind.REFERENCE)
_WIDTHS = {Kind.IDENTITY: 22, Kind.PHONE: 14, Kind.DATE: 12, Kind.BOOLEAN: 8, Kind.INTEGER: 10, Kind.CODE: 16}


@dataclass
class Mark:
    """What makes a file traceable. Shown in the file; the same number stands in the access log."""

    number: str
    who: str
    title: str
    filters: str
    reason: str
    at: datetime
    is_unmasked: bool

    def lines(self, rows: int) -> list[tuple[str, str]]:
        told = [
            ("导出编号", self.number),
            ("内容", self.title),
            ("导出人", self.who),
            ("导出时间", timezone.localtime(self.at).strftime("%Y-%m-%d %H:%M:%S")),
            ("筛选条件", self.filters),
            ("行数", str(rows)),
            ("号码", "完整" if self.is_unmasked else "已遮盖"),
            ("提示", "含个人信息，请妥善保管，不得转发；文件可追溯到导出人"),
        ]
        return [*told, ("事由", self.reason)] if self.reason else told


@dataclass
class Rows:
    """Rendered rows of an extract, counted as they pass."""

    extract: Extract
    unmasked: bool
    typed: bool
    progress: Callable[[int], None] = lambda done: None
    count: int = 0
    columns: list[rendering.Rendered] = field(init=False)
    heads: list[str] = field(init=False)

    def __post_init__(self) -> None:
        chosen = rendering.columns(self.extract.columns, self.extract.place, unmasked=self.unmasked, typed=self.typed)
        self.columns, self.heads = chosen, _distinct(head for column in chosen for head in column.heads)

    def chunks(self) -> Iterator[Iterable[tuple[Any, ...]]]:
        rows = self.extract.rows.values_list(*(column.path for column in self.columns))
        block: list[tuple[Any, ...]] = []
        for row in rows.iterator(chunk_size=CHUNK):
            block.append(row)
            if len(block) == CHUNK:
                yield self._rendered(block)
                block = []
        if block:
            yield self._rendered(block)

    def _rendered(self, block: list[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
        cells = zip(*block, strict=True)
        rendered = [out for column, values in zip(self.columns, cells, strict=True) for out in column.render(values)]
        self.count += len(block)
        self.progress(self.count)
        return zip(*rendered, strict=True)


def write(
    extract: Extract, kind: str, mark: Mark, target: BinaryIO, progress: Callable[[int], None] = lambda _: None
) -> int:
    """Writes the extract into the binary file; returns the number of rows."""
    rows = Rows(extract, mark.is_unmasked, typed=kind == Format.XLSX, progress=progress)
    if kind == Format.CSV:
        _write_csv(rows, mark, target)
    else:
        _write_workbook(rows, mark, target)
    return rows.count


def _write_csv(rows: Rows, mark: Mark, target: BinaryIO) -> None:
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow(rows.heads)
    for chunk in rows.chunks():
        writer.writerows(chunk)
    told = "；".join(f"{name}：{value}" for name, value in mark.lines(rows.count))
    writer.writerow([f"{CSV_MARK} {told}"])
    text.flush()
    text.detach()


def _write_workbook(rows: Rows, mark: Mark, target: BinaryIO) -> None:
    book = FastExcel(target).format(datetime_format="yyyy-mm-dd").freeze(row=1)
    head = CellFormat().set_bold().set_background_color("#EAEEF3").set_border_bottom("thin").set_text_wrap()
    texts = [h for c in rows.columns if c.kind in _TEXT_KINDS for h in c.heads]
    widths = {h: float(_WIDTHS.get(c.kind, 14)) for c in rows.columns for h in c.heads}
    book.sheet(
        _sheet_name(mark.title),
        _records(rows),
        header_format=head,
        column_widths=widths,
        autofilter=True,
        ignore_errors=[h for h in rows.heads if h in texts],
    )
    book.sheet(NOTE_SHEET, _note(rows, mark), header_format=head, column_widths={"项目": 14.0, "内容": 70.0})
    book.save()


def _records(rows: Rows) -> Iterator[dict[str, Any]]:
    heads = rows.heads
    for chunk in rows.chunks():
        for row in chunk:
            yield dict(zip(heads, row, strict=True))
    if not rows.count:
        yield dict.fromkeys(heads)  # heads are taken from the first row


def _note(rows: Rows, mark: Mark) -> Iterator[dict[str, str]]:
    """Asked for when the data are written, so the count is known."""
    for name, value in mark.lines(rows.count):
        yield {"项目": name, "内容": rendering.safe(value)}


def _sheet_name(title: str) -> str:
    return "".join(c for c in title if c not in "[]:*?/\\'")[:31] or "数据"


def _distinct(heads: Iterable[str]) -> list[str]:
    seen: dict[str, int] = {}
    distinct = []
    for head in heads:
        seen[head] = seen.get(head, 0) + 1
        distinct.append(head if seen[head] == 1 else f"{head}{seen[head]}")
    return distinct
