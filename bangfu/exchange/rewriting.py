"""The error workbook for files that cannot be marked in place (.csv, .xls, unusual .xlsx): written anew as .xlsx with the
same rows. A large one holds only the head and the rows with faults."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet as Page

from bangfu.exchange.blocks import Worksheet
from bangfu.exchange.heads import FAULT_HEAD
from bangfu.exchange.marks import Marks
from bangfu.exchange.reading import open_file

MOST_CELLS = 300_000
_COMMENTED = 2_000


def rewrite(path: str, name: str, target: BinaryIO, marks: dict[int, Marks]) -> None:
    _, worksheets = open_file(path, name)
    tables = [worksheet for worksheet in worksheets if worksheet.position in marks]
    only_wrong = _cells(tables) > MOST_CELLS
    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    formats = {
        "bad": book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"}),
        "head": book.add_format({"bold": True, "text_wrap": True}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    for worksheet in tables:
        _rewrite_table(book.add_worksheet(), worksheet, marks[worksheet.position], formats, only_wrong=only_wrong)
    book.close()


def _cells(worksheets: list[Worksheet]) -> int:
    return sum(len(block.rows) * len(block.rows[0]) for sheet in worksheets for block in sheet.blocks() if block.rows)


def _rewrite_table(
    page: Page, worksheet: Worksheet, marks: Marks, formats: dict[str, Any], *, only_wrong: bool
) -> None:
    page.name = worksheet.name[:31]
    page.set_column(marks.column, marks.column, 60)
    last, commented = marks.head, 0
    for number, row in _rows(worksheet):
        is_wrong = number in marks.rows
        if only_wrong and number > marks.head and not is_wrong:
            continue
        last = max(last, number)
        hidden = {"hidden": True} if number > marks.head and not is_wrong else {}
        page.set_row(number - 1, None, None, hidden)
        bad = {column for column, _ in marks.rows.get(number, ())}
        for column, cell in enumerate(row):
            if column != marks.column:
                _write(page, number, column, cell, formats, is_bad=column in bad, is_head=number <= marks.head)
        words = marks.words(number) if is_wrong else FAULT_HEAD if number == marks.head else ""
        if words:
            page.write_string(number - 1, marks.column, words[:32_000], formats["bad"] if is_wrong else formats["head"])
        for place, message in marks.rows.get(number, ()):
            if place is not None and commented < _COMMENTED:
                page.write_comment(number - 1, place, message)
                commented += 1
    page.autofilter(marks.head - 1, 0, last - 1, marks.column)
    page.filter_column(marks.column, "x == NonBlanks")


def _rows(worksheet: Worksheet) -> Iterator[tuple[int, list[Any]]]:
    for block in worksheet.blocks():
        for offset, row in enumerate(block.rows):
            yield block.first + offset, [""] * block.left + list(row)


def _write(
    page: Page, number: int, column: int, cell: Any, formats: dict[str, Any], *, is_bad: bool, is_head: bool
) -> None:
    style = formats["bad"] if is_bad else formats["head"] if is_head else None
    if isinstance(cell, str):
        if cell or style:
            page.write_string(number - 1, column, cell[:32_000], style) if cell else page.write_blank(
                number - 1, column, "", style
            )
    elif isinstance(cell, (datetime, date)):
        page.write_datetime(number - 1, column, cell, style or formats["date"])
    elif isinstance(cell, bool):
        page.write_boolean(number - 1, column, cell, style)
    elif isinstance(cell, (int, float)):
        page.write_number(number - 1, column, cell, style)
    elif isinstance(cell, (time, timedelta)):
        page.write_string(number - 1, column, str(cell), style)
