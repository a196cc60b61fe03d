"""File → staged rows: what it is, which worksheets hold which table, rows by block into the intake table."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from bangfu.divisions.scope import Scope
from bangfu.exchange import csvfiles, heads, staging, workbooks
from bangfu.exchange.blocks import Block, Worksheet
from bangfu.exchange.limits import limits
from bangfu.exchange.sheet import Book, Fault, Kind, Sheet
from bangfu.exchange.sniff import FileKind, Refused, kind_of
from bangfu.exchange.tables import Piece, Table
from bangfu.exchange.workbooks import column_letters


@dataclass
class Recognised:
    """What was found in the file, for the page and for the error workbook. JSON-able by `told`."""

    kind: str
    worksheets: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: position of the sheet in the book → columns of the table that the file fills
    written: dict[str, list[str]] = field(default_factory=dict)
    rows: int = 0

    def told(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "worksheets": self.worksheets,
            "notes": self.notes,
            "written": self.written,
            "rows": self.rows,
        }


def open_file(path: str, name: str) -> tuple[FileKind, list[Worksheet]]:
    """Errors: Refused."""
    with open(path, "rb") as file:
        kind = kind_of(file)
    if kind is FileKind.XLSX:
        return kind, workbooks.open_workbook(path)
    if kind is FileKind.XLS:
        return kind, workbooks.open_old_workbook(path)
    return kind, csvfiles.open_csv(path, PurePath(name).stem)


def read(book: Book, path: str, name: str, scope: Scope, progress: Callable[[int], None]) -> Recognised:
    """Reads the whole file into the intake table. Errors: Refused."""
    with _no_garbage():
        return _read(book, path, name, scope, progress)


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Millions of cells come and none is part of a ring: to look for rings among them is a sixth of all work."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(book: Book, path: str, name: str, scope: Scope, progress: Callable[[int], None]) -> Recognised:
    kind, worksheets = open_file(path, name)
    found = Recognised(kind.value)
    tables = _tables(book, worksheets, scope, found)
    staging.create_intake()
    first = 1
    for table in tables:
        position = book.sheets.index(table.sheet)
        loader = staging.Loader(position, table.worksheet.position)
        written: dict[str, None] = dict.fromkeys(found.written.get(str(position), ()))
        rows = 0
        for piece in table.pieces(first):
            _finish(table, piece)
            loader.load(piece)
            written |= dict.fromkeys(_written(table.sheet, piece))
            rows += len(piece.row_numbers)
            first = max(first, piece.frame.numbers[-1] + 1)
            found.rows += len(piece.row_numbers)
            _refuse_too_many(found.rows)
            progress(found.rows)
        found.written[str(position)] = list(written)
        found.worksheets.append(_told(table, position, rows))
    if not found.rows:
        raise Refused("找到了表头，但下面没有数据。如果这是空白模板，请先填写再上传")
    staging.analyse_intake()
    return found


def _refuse_too_many(rows: int) -> None:
    most = limits().rows
    if rows > most:
        raise Refused(f"数据超过 {most:,} 行，一次导入不下。请按镇或按村分成几个文件，分几次导入")


def _written(sheet: Sheet, piece: Piece) -> list[str]:
    """Columns of the table; a reference stands for its own column and what is copied along."""
    names = []
    for name in piece.frame.columns:
        column = sheet.column(name)
        if column and column.reference:
            names += [column.attname, *(own for own, _ in column.reference.copies)]
        else:
            names.append(name)
    return names


def _tables(book: Book, worksheets: Sequence[Worksheet], scope: Scope, found: Recognised) -> list[Table]:
    tables, empty, seen = [], True, []
    for worksheet in worksheets:
        if worksheet.is_hidden:
            found.notes.append(f"隐藏的工作表“{worksheet.name}”没有读取")
            continue
        top = next((block for block in worksheet.blocks() if block.rows), None)
        if top is None:
            continue
        empty = False
        match = heads.find(book.sheets, top.rows[: heads.LOOK_AT])
        if match is None:
            seen.append(worksheet.name)
            found.notes.append(f"工作表“{worksheet.name}”里没有认出表头，没有读取")
            continue
        moved = _moved(match, top.left)
        table = Table(worksheet, moved, book.sheets, scope, top.first + match.bottom)
        _refuse_without_identity(table)
        tables.append(table)
    if empty:
        raise Refused("文件里没有内容")
    if not tables:
        raise Refused(_wrong_sheet(book, worksheets, seen))
    return tables


def _moved(match: heads.Match, left: int) -> heads.Match:
    """Column numbers of the worksheet instead of the block."""
    if not left:
        return match
    columns = {index + left: column for index, column in match.columns.items()}
    parts = {index + left: level for index, level in match.parts.items()}
    shown = {index + left: head for index, head in match.heads.items()}
    return heads.Match(match.sheet, match.top, match.bottom, columns, parts, match.ignored, shown)


def _refuse_without_identity(table: Table) -> None:
    missing = [
        column.label for column in table.missing if column.name in table.sheet.identity and column is not table.place
    ]
    if missing:
        raise Refused(
            f"工作表“{table.worksheet.name}”缺少“{'、'.join(missing)}”一列：没有它，分不清每一行是谁。"
            f"现有的列：{_listed(table.match.heads.values())}"
        )


def _listed(names: Any) -> str:
    shown = [str(name) for name in names]
    return "、".join(shown[:12]) + ("等" if len(shown) > 12 else "")


def _wrong_sheet(book: Book, worksheets: Sequence[Worksheet], seen: list[str]) -> str:
    """What was expected and what was found, so that a wrong file is noticed at a glance."""
    first = next((worksheet for worksheet in worksheets if worksheet.name in seen), None)
    texts = _first_texts(first) if first else []
    there = f"这个文件里看到的是：{_listed(texts)}" if texts else "这个文件里没有看到表头"
    return f"没有认出“{book.title}”的表头，可能选错了文件。{heads.expected(book.sheets)}。{there}"


def _first_texts(worksheet: Worksheet) -> list[str]:
    """The row with most texts among the first."""
    block: Block | None = next(iter(worksheet.blocks()), None)
    rows = [
        [cell.strip() for cell in row if isinstance(cell, str) and cell.strip()]
        for row in (block.rows if block else [])[:20]
    ]
    return max(rows, key=len, default=[])


def _finish(table: Table, piece: Piece) -> None:
    """Computed columns, then rows that nobody can be told by."""
    sheet, frame = table.sheet, piece.frame
    if sheet.derive:
        sheet.derive(frame)
    wrong = {fault.row for fault in frame.faults}
    for name in sheet.identity:
        column = sheet.column(name)
        key = name if column is None or column.kind is Kind.REFERENCE else column.attname
        values = frame.columns.get(key)
        if values is None and column is None:
            raise Refused(f"工作表“{table.worksheet.name}”缺少“{_labels(table)}”一列：没有它，分不清每一行是谁")
        if values is not None and None not in values:
            continue
        label = column.label if column else sheet.identity_label
        for index, number in enumerate(frame.numbers):
            if (values is None or values[index] is None) and number not in wrong:
                frame.faults.append(Fault(number, column.name if column else "", f"没有填“{label}”，分不清这一行是谁"))


def _labels(table: Table) -> str:
    return "、".join(column.label for column in table.missing if column.required) or table.sheet.identity_label


def _told(table: Table, position: int, rows: int) -> dict[str, Any]:
    match = table.match
    cells = {column.name: index for index, column in match.columns.items()}
    if table.place and match.parts:
        cells[table.place.name] = max(match.parts, key=lambda index: match.parts[index])
    return {
        "name": table.worksheet.name,
        "position": table.worksheet.position,
        "sheet": position,
        "title": table.sheet.title,
        "head": table.head_row,
        "rows": rows,
        "cells": cells,
        "fault_column": _fault_column(table),
        "columns": [
            f"{column_letters(index)} {head}" for index, head in sorted(match.heads.items()) if _is_read(match, index)
        ],
        "ignored": match.ignored,
        "missing": [column.label for column in table.missing],
        "notes": [*table.notes.lines(), *_masked(table)],
    }


def _masked(table: Table) -> list[str]:
    return [
        f"“{reader.column.label}”有 {reader.masked} 格是打过码的，按空白处理，不改动原有内容"
        for reader in table.readers.values()
        if reader.masked
    ]


def _fault_column(table: Table) -> int:
    """Where 错误说明 stands already, or will."""
    there = [index for index, head in table.match.heads.items() if heads.key(head) == heads.FAULT_HEAD]
    return there[0] if there else max(table.width, max(table.match.heads, default=0) + 1)


def _is_read(match: heads.Match, index: int) -> bool:
    return index in match.columns or index in match.parts
