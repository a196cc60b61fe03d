"""The quality report of a department's file as a workbook, without holding its rows."""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import chain
from urllib.parse import quote

from django.http import HttpResponse
from rustpy_xlsxwriter import FastExcel
from rustpy_xlsxwriter import Format as CellFormat

from bangfu.exchange.rendering import safe

HEADS = ("行号", "是否采用", "原因", "列", "证件号码", "姓名")
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = {"行号": 8.0, "是否采用": 10.0, "原因": 48.0, "列": 16.0, "证件号码": 14.0, "姓名": 12.0}


def workbook(rows: Iterable[dict[str, str | int]], title: str) -> HttpResponse:
    """Heads are taken from the first row, so that an empty report has one row of blanks."""
    written = ({head: _cell(row[head]) for head in HEADS} for row in rows)
    first = next(written, dict.fromkeys(HEADS))
    target, head = io.BytesIO(), CellFormat().set_bold().set_background_color("#EAEEF3").set_text_wrap()
    book = FastExcel(target).freeze(row=1)
    book.sheet("质量报告", chain([first], written), header_format=head, column_widths=_WIDTHS, autofilter=True)
    book.save()
    response = HttpResponse(target.getvalue(), content_type=_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
    response["Cache-Control"] = "private, no-store"
    return response


def _cell(value: str | int) -> str | int:
    return safe(value) if isinstance(value, str) else value
