"""The asker's own workbook, filled: same worksheet, same heads, same order; their looks, formulas and footer are kept."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.formula.translate import Translator
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bangfu.demands.projecting import Row
from bangfu.demands.reading import Layout
from bangfu.exchange.csvfiles import encoding_of
from bangfu.exchange.reading import open_file
from bangfu.exchange.rendering import safe
from bangfu.exchange.sniff import Refused
from bangfu.exchange.writers import CSV_MARK, NOTE_SHEET

_REFERENCE = re.compile(r"(\$?[A-Z]{1,3}\$?)(\d+)")
_DIGITS_KEPT = 11  # a spreadsheet that opens a csv shows longer numbers as 4.4E+17
Mark = Sequence[tuple[str, str]]


def fill(path: Path, layout: Layout, columns: Sequence[int], rows: Iterable[Row], mark: Mark) -> bytes:
    """`columns`: of the workbook, one for each cell of a row. `mark`: what makes the file traceable. Errors: Refused."""
    if layout.kind == "csv":
        return _csv(path, layout, columns, rows, mark)
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes())) if layout.kind == "xlsx" else _copied(path)
    if layout.sheet not in book.sheetnames:
        raise Refused(f"工作簿里找不到工作表“{layout.sheet}”")
    sheet = book[layout.sheet]
    _fill_sheet(sheet, layout, columns, [row.cells for row in rows])
    note = book.create_sheet(NOTE_SHEET if NOTE_SHEET not in book.sheetnames else f"{NOTE_SHEET}（导出）")
    for name, value in mark:
        note.append([name, safe(value)])
    note.column_dimensions["A"].width, note.column_dimensions["B"].width = 14, 70
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _copied(path: Path) -> openpyxl.Workbook:
    """An old workbook as a new one: what its cells hold; its looks cannot be kept."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    _, worksheets = open_file(str(path), path.name)
    for worksheet in worksheets:
        sheet = book.create_sheet(worksheet.name[:31])
        sheet.sheet_state = "hidden" if worksheet.is_hidden else "visible"
        for block in worksheet.blocks():
            for number, cells in enumerate(block.rows, block.first):
                for column, value in enumerate(cells, block.left + 1):
                    if value not in ("", None):
                        sheet.cell(number, column, safe(value) if isinstance(value, str) else value)
    return book


def _fill_sheet(sheet: Worksheet, layout: Layout, columns: Sequence[int], table: Sequence[Sequence[Any]]) -> None:
    free = layout.free_to - layout.first + 1
    shift = max(0, len(table) - free) if layout.footer else 0
    last = max(layout.first + len(table) - 1, layout.free_to if layout.footer else layout.first)
    styles = _styles(sheet, layout, columns)
    formulas = _formulas(sheet, layout, columns)
    height = sheet.row_dimensions[layout.first].height
    _unmerge(sheet, layout, shift)
    for line in sheet.iter_rows(min_row=layout.first, max_row=layout.free_to):
        for cell in line:
            cell.value = None
    if layout.footer:
        _move_footer(sheet, layout, shift, last)
    for number, cells in enumerate(table, layout.first):
        if height:
            sheet.row_dimensions[number].height = height
        for column, value in zip(columns, cells, strict=True):
            _write(sheet, number, column, value, styles[column], formulas.get(column))


def _write(sheet: Worksheet, number: int, column: int, value: Any, style: Any, formula: tuple[str, str] | None) -> None:
    cell = sheet.cell(number, column + 1)
    cell._style = copy(style)
    if value is None and formula:
        cell.value = Translator(formula[1], origin=formula[0]).translate_formula(cell.coordinate)
        return
    cell.value = value
    if isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, str) and value.isdecimal():
        cell.number_format = "@"


def _styles(sheet: Worksheet, layout: Layout, columns: Sequence[int]) -> dict[int, Any]:
    """Of the first row to be filled; where the form has none, the frame of its heads without their colour."""
    styles = {}
    for column in columns:
        model, head = sheet.cell(layout.first, column + 1), sheet.cell(layout.bottom, column + 1)
        if not model.has_style and head.has_style:
            model.border, model.alignment = copy(head.border), Alignment(vertical="center", wrap_text=True)
        styles[column] = copy(model._style)
    return styles


def _formulas(sheet: Worksheet, layout: Layout, columns: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Column → (cell, formula) of the first row: the asker's own sums go on in every row."""
    cells = ((column, sheet.cell(layout.first, column + 1)) for column in columns)
    return {column: (cell.coordinate, str(cell.value)) for column, cell in cells if cell.data_type == "f"}


def _unmerge(sheet: Worksheet, layout: Layout, shift: int) -> None:
    """Merged cells among the rows to be filled come apart; those of the footer go down with it."""
    for merged in list(sheet.merged_cells.ranges):
        if merged.min_row >= layout.first:
            sheet.unmerge_cells(str(merged))
            if layout.footer and merged.min_row >= layout.footer:
                merged.shift(row_shift=shift)
                sheet.merge_cells(str(merged))


def _move_footer(sheet: Worksheet, layout: Layout, shift: int, last: int) -> None:
    """What stands below the table stays below it, and its sums reach over all rows."""
    bottom, right = sheet.max_row, get_column_letter(sheet.max_column)
    if shift:
        heights = {row: sheet.row_dimensions[row].height for row in range(layout.footer, bottom + 1)}
        sheet.move_range(f"A{layout.footer}:{right}{bottom}", rows=shift)
        for row, height in heights.items():
            sheet.row_dimensions[row + shift].height = height
    for line in sheet.iter_rows(min_row=layout.footer + shift, max_row=bottom + shift):
        for cell in line:
            if cell.data_type == "f":
                cell.value = _REFERENCE.sub(lambda found: _stretched(found, layout, shift, last), str(cell.value))


def _stretched(found: re.Match[str], layout: Layout, shift: int, last: int) -> str:
    row = int(found[2])
    if row == layout.free_to:
        return f"{found[1]}{last}"
    return f"{found[1]}{row + shift}" if row > layout.free_to else found[0]


def _csv(path: Path, layout: Layout, columns: Sequence[int], rows: Iterable[Row], mark: Mark) -> bytes:
    encoding = encoding_of(path.read_bytes())
    _, (worksheet, *_) = open_file(str(path), path.name)
    given = [cells for block in worksheet.blocks() for cells in block.rows]
    width = max((len(cells) for cells in given), default=0)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows(given[: layout.first - 1])
    writer.writerows(_lines(columns, rows, width))
    writer.writerows(given[layout.footer - 1 :] if layout.footer else [])
    writer.writerow([f"{CSV_MARK} {'；'.join(f'{name}：{value}' for name, value in mark)}"])
    return text.getvalue().encode(encoding, errors="replace")


def _lines(columns: Sequence[int], rows: Iterable[Row], width: int) -> Iterator[list[Any]]:
    for row in rows:
        line: list[Any] = [""] * width
        for column, value in zip(columns, row.cells, strict=True):
            line[column] = _plain(value)
        yield line


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and value.isdecimal() and (len(value) > _DIGITS_KEPT or value[0] == "0"):
        return f"{value}\t"
    return value
