"""Small documents of what a page shows: a Word file that offices print and sign, a workbook of one table."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: the short name, where a column is too narrow for the long one; the name of the file says the rest
WORD_BRIEFLY = "application/msword"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FONT, _SIZE = "仿宋", Pt(12)


@dataclass
class Part:
    """A heading, lines below it, and a table whose first row is its head."""

    heading: str
    lines: Sequence[str] = ()
    table: Sequence[Sequence[str]] = field(default_factory=list)


def word(title: str, lines: Iterable[str], parts: Iterable[Part]) -> bytes:
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, _SIZE
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    document.add_heading(title, level=0)
    for line in lines:
        document.add_paragraph(line)
    for part in parts:
        document.add_heading(part.heading, level=1)
        for line in part.lines:
            document.add_paragraph(line)
        if part.table:
            table = document.add_table(rows=0, cols=len(part.table[0]), style="Table Grid")
            for row in part.table:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def workbook(title: str, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> bytes:
    """One sheet; the first row is the head. Every cell is text: nothing becomes a formula."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(
        written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet, head = (
            book.add_worksheet(title[:31]),
            book.add_format({"bold": True, "bg_color": "#E7F3F1", "border": 1}),
        )
        wrapped = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text, wrapped if number else head)
        sheet.freeze_panes(1, 0)
    return written.getvalue()


def sent(content: bytes, kind: str, name: str) -> HttpResponse:
    """As a download under a Chinese name."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"], response["Cache-Control"] = "nosniff", "private, no-store"
    return response
