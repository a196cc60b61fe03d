"""Exported workbooks of the national system → the tables of the logic checks, without a database: heads as the import
reads them, cells as they stand, since a wrong cell is what the checks look for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db.models import Model

from bangfu.exchange import csvfiles, heads, workbooks
from bangfu.exchange.blocks import Block, Worksheet
from bangfu.exchange.cells import WrongCell, as_text, folded, is_blank, shown
from bangfu.exchange.choices import booleans
from bangfu.exchange.sheet import Column as Head
from bangfu.exchange.sheet import Kind as HeadKind
from bangfu.exchange.sheet import Sheet
from bangfu.exchange.sniff import FileKind, Refused, kind_of
from bangfu.kernel.dates import parse_date, parse_month
from bangfu.policy.code_lists import code_list
from bangfu.screening.doubts.columns import Column, Table
from bangfu.screening.doubts.inputs import arrow_type
from bangfu.screening.expressions import Kind

_BLOCK = "measure:"  # columns of the household sheet that hold the measures of one kind
_LINK = "household_no"
_UNIT = re.compile(r"(元|亩|平方米|公里|个月|月|户|人|年)$")
_SPLIT = re.compile(r"[、,，;；/|\s]+")
_NOTED = 20
_EXACT = 10**15  # numbers from here on have more digits than a cell keeps
_MEMORY = 100_000  # different cells of a column that are remembered
Convert = Callable[[Any], Any]


@dataclass
class Read:
    """`tables`: by name, as doubts.check takes them; `notes`: what a clerk should know of the files, in Chinese."""

    tables: dict[str, pa.Table] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unread: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    #: cells of a long number that a spreadsheet kept as a number: its last digits are lost
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, name: str, table: pa.Table) -> None:
        if table.num_rows:
            parts = [self.tables[name], table] if name in self.tables else [table]
            self.tables[name] = pa.concat_tables(parts, promote_options="default")


def read(paths: Iterable[Path], tables: Mapping[str, Table]) -> Read:
    """Errors: Refused, naming the file."""
    found = Read()
    homes: list[dict[str, pa.ChunkedArray]] = []
    for path in paths:
        try:
            homes += _read_file(path, tables, found)
        except Refused as refusal:
            raise Refused(f"{path.name}：{refusal}") from refusal
        except OSError as error:
            raise Refused(f"{path}：{_why(error)}") from error
    if "households" not in found.tables:  # one sheet with a line for each member, the household's columns repeated
        for columns in homes:
            found.add("households", _first_of_each(_arrow(columns, tables["households"])))
    found.notes += [
        f"“{sheet}”的“{head}”有 {n} 格读不出来：{cell}" for (sheet, head, cell), n in found.unread.most_common(_NOTED)
    ]
    found.notes += [
        f"“{sheet}”的“{head}”有 {n} 格是数字格式，表格软件已经丢掉了后几位；请把这一列设为文本，从国家系统重新导出"
        for (sheet, head), n in found.lost.items()
    ]
    if len(found.unread) > _NOTED:
        found.notes.append(f"另有 {len(found.unread) - _NOTED} 种读不出来的内容没有列出")
    return found


def _why(error: OSError) -> str:
    known = {
        FileNotFoundError: "没有这个文件，请核对文件名和所在的文件夹",
        PermissionError: "没有读取这个文件的权限；文件正开着的请先关闭",
        IsADirectoryError: "这是文件夹，请写出里面的文件，如 导出/户表.xlsx",
    }
    return known.get(type(error), f"打不开（{error.strerror or error}）")


def _read_file(path: Path, tables: Mapping[str, Table], found: Read) -> Iterator[dict[str, pa.ChunkedArray]]:
    """Fills `found`; gives the household columns of member sheets, for want of a household sheet."""
    sheets = {name: _sheet(table) for name, table in tables.items()}
    known = False
    for worksheet in _open(path):
        top = next((block for block in worksheet.blocks() if block.rows), None)
        if worksheet.is_hidden:
            found.notes.append(f"{path.name} 的工作表“{worksheet.name}”是隐藏的，没有读取")
        if worksheet.is_hidden or top is None:
            continue
        match = heads.find(list(sheets.values()), top.rows[: heads.LOOK_AT])
        if match is None:
            found.notes.append(f"{path.name} 的工作表“{worksheet.name}”没有认出表头，没有读取")
            continue
        known = True
        name = match.sheet.slug
        columns = _columns(worksheet, match, top, tables[name], found)
        found.notes.append(
            f"{path.name} 的工作表“{worksheet.name}”：{tables[name].sheet}，{_rows(columns)} 行"
            + (f"，没有用到的列：{'、'.join(match.ignored[:8])}" if match.ignored else "")
        )
        found.add(name, _arrow(columns, tables[name]))
        if name == "households":
            found.add("measures", _measures(columns, tables["measures"], found))
        if name == "members" and (own := heads.find([sheets["households"]], top.rows[: heads.LOOK_AT])):
            yield _columns(worksheet, own, top, tables["households"], found)
    if not known:
        expected = heads.expected(list(sheets.values()))
        raise Refused(f"没有认出任何一张表的表头，可能选错了文件。{expected}")


def _open(path: Path) -> list[Worksheet]:
    with path.open("rb") as file:
        kind = kind_of(file)
    if kind is FileKind.XLSX:
        return workbooks.open_workbook(str(path))
    if kind is FileKind.XLS:
        return workbooks.open_old_workbook(str(path))
    return csvfiles.open_csv(str(path), path.stem)


def _sheet(table: Table) -> Sheet:
    """The table as heads.find knows sheets."""
    given = [Head(c.name, c.label, HeadKind.TEXT, c.aliases, gathers=c.gathers) for c in table.columns.values()]
    if table.name == "households":
        kinds = code_list("measure_kind").codes
        given += [Head(f"{_BLOCK}{kind.value}", kind.label, HeadKind.TEXT, kind.aliases) for kind in kinds]
    return Sheet(table.name, table.sheet, Model, tuple(given), ())


def _rows(columns: Mapping[str, pa.ChunkedArray]) -> int:
    return len(next(iter(columns.values()))) if columns else 0


def _columns(
    worksheet: Worksheet, match: heads.Match, top: Block, table: Table, found: Read
) -> dict[str, pa.ChunkedArray]:
    """Errors: Refused, when the column is missing by which a row is told."""
    by_name: dict[str, list[int]] = {}
    for index, head in match.columns.items():
        by_name.setdefault(head.name, []).append(index + top.left)
    key = table.key if table.name == "villages" else _LINK
    if key not in by_name:
        label = table.columns[key].label
        raise Refused(f"工作表“{worksheet.name}”像是{table.sheet}，但缺少“{label}”一列：没有它，分不清每一行是谁")
    readers = {name: _Cells(table, name, found) for name in by_name}
    chunks: dict[str, list[pa.Array]] = {name: [] for name in by_name}
    first, left_out = top.first + match.bottom + 1, 0
    for block in worksheet.blocks():
        rows = block.rows[max(first - block.first, 0) :]
        cells = list(zip_longest(*rows, fillvalue=""))
        told = [_text(cell) for cell in _at(cells, by_name[key][0] - block.left, len(rows))]
        kept = [place for place, word in enumerate(told) if word and not _is_foot(word)]
        left_out += sum(any(not is_blank(cell) for cell in row) for row in rows) - len(kept)
        for name, places in by_name.items():
            chosen = (_kept(_at(cells, place - block.left, len(rows)), kept) for place in places)
            values = [readers[name].read(column) for column in chosen]
            merged = values[0] if len(values) == 1 else [_gathered(cells) for cells in zip(*values, strict=True)]
            chunks[name].append(pa.array(merged, _type(table, name)))
    if left_out > 0:
        found.notes.append(
            f"工作表“{worksheet.name}”有 {left_out} 行没有{table.columns[key].label}（如合计、表尾），没有检查"
        )
    return {name: pa.chunked_array(arrays, _type(table, name)) for name, arrays in chunks.items()}


def _at(cells: Sequence[Sequence[Any]], place: int, rows: int) -> Sequence[Any]:
    return cells[place] if 0 <= place < len(cells) else ("",) * rows


def _kept(cells: Sequence[Any], kept: Sequence[int]) -> Sequence[Any]:
    return cells if len(kept) == len(cells) else [cells[place] for place in kept]


def _is_foot(word: str) -> bool:
    return word.replace(" ", "") in ("合计", "总计", "小计") or word.startswith(
        ("填表", "制表", "审核", "说明", "备注")
    )


def _gathered(values: Iterable[Any]) -> Any:
    lists = [value for value in values if value]
    return list(dict.fromkeys(item for value in lists for item in value)) or None


def _type(table: Table, name: str) -> pa.DataType:
    return pa.string() if name.startswith(_BLOCK) else arrow_type(table.columns[name])


class _Cells:
    """Reads a column. Each different cell once; what cannot be read is nothing, and is counted."""

    def __init__(self, table: Table, name: str, found: Read) -> None:
        column = table.columns.get(name)
        self.convert = _text if column is None else _reader(column)
        self.told = (table.sheet, column.label if column else name)
        self.unread, self.lost = found.unread, found.lost
        self.known: dict[Any, Any] = {}
        self.failed: set[Any] = set()

    def read(self, cells: Sequence[Any]) -> list[Any]:
        if len(self.known) > _MEMORY:
            self.known.clear()
        self.known.update((cell, self._one(cell)) for cell in set(cells) if cell not in self.known)
        values = list(map(self.known.__getitem__, cells))
        if self.convert is _text and (lost := sum(isinstance(cell, (int, float)) and cell >= _EXACT for cell in cells)):
            self.lost[self.told] += lost
        if self.failed.intersection(cells):
            self.unread.update((*self.told, shown(cell)) for cell in cells if cell in self.failed)
        return values

    def _one(self, cell: Any) -> Any:
        try:
            return None if is_blank(cell) else self.convert(cell)
        except (ValueError, ArithmeticError):
            self.failed.add(cell)
            return None


def _reader(column: Column) -> Convert:
    if column.codes:
        codes = column.codes
        if column.has_many:
            return lambda cell: [str(code) for code in codes.values_of(as_text(cell))]
        return lambda cell: str(codes.value_of(as_text(cell)))
    readers: dict[Kind, Convert] = {
        Kind.FLAG: booleans(Head(column.name, column.label)),
        Kind.INTEGER: lambda cell: int(_number(cell)),
        Kind.DECIMAL: _number,
        Kind.DATE: parse_date,
        Kind.MONTH: parse_month,
    }
    return readers.get(column.kind, _text)


def _text(cell: Any) -> str | None:
    """As it stands; of a long number whose digits a spreadsheet lost, what is left of it."""
    try:
        return as_text(cell).replace("\x00", "").strip() or None
    except WrongCell:
        return f"{cell:.0f}"


def _number(cell: Any) -> float:
    if isinstance(cell, (int, float)):
        return float(cell)
    return float(_UNIT.sub("", folded(cell).lstrip("'‘’").replace(",", "").replace("¥", "").replace(" ", "")))


def _arrow(columns: Mapping[str, pa.ChunkedArray], table: Table) -> pa.Table:
    kept = {name: array for name, array in columns.items() if name in table.columns}
    if table.name == "members" and "person_no" not in kept and kept:
        kept["person_no"] = kept.get("card_no", kept[_LINK])
    return pa.table(kept)


def _measures(columns: Mapping[str, pa.ChunkedArray], table: Table, found: Read) -> pa.Table:
    """One row for each measure that stands in a block of the household sheet: 是, or the names of measures."""
    rows: dict[str, list[str | None]] = {"household_no": [], "kind": [], "item": []}
    blocks = {name: array.to_pylist() for name, array in columns.items() if name.startswith(_BLOCK)}
    items = _Cells(table, "item", found)
    for name, cells in blocks.items():
        for number, cell in zip(columns[_LINK].to_pylist(), cells, strict=True):
            for word in () if cell in (None, "否", "无", "0") else _SPLIT.split(cell):
                item = None if word in ("是", "有", "1", "√") else items.read([word])[0]
                for key, value in zip(rows, (number, name.removeprefix(_BLOCK), item), strict=True):
                    rows[key].append(value)
    if blocks and "measures" not in found.tables:  # the sheet has the blocks, so a household without any is a fact
        found.tables["measures"] = pa.table({key: pa.array([], pa.string()) for key in rows})
    return pa.table({key: pa.array(values, pa.string()) for key, values in rows.items()})


def _first_of_each(table: pa.Table) -> pa.Table:
    """The first line of each household."""
    numbers = table.column(_LINK).combine_chunks().dictionary_encode()
    first: dict[int, int] = {}
    for place, number in enumerate(numbers.indices.to_pylist()):
        first.setdefault(number, place)
    return table.take(pa.array(list(first.values()), pa.int64()))
