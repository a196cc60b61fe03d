"""The board as a workbook: a row per indicator with number, numerator, denominator, the year before and where it comes from."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from urllib.parse import quote

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from rustpy_xlsxwriter import FastExcel
from rustpy_xlsxwriter import Format as CellFormat

from bangfu.accounts import access
from bangfu.accounts.actor import Actor
from bangfu.accounts.models import AccessKind
from bangfu.exchange.rendering import safe
from bangfu.indicators import describing
from bangfu.indicators.board import Board
from bangfu.indicators.figures import Figure
from bangfu.indicators.spans import Span

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = {
    "条": 6.0, "指标": 28.0, "数": 14.0, "单位": 8.0, "分子": 14.0, "分母": 14.0, "含义": 50.0,
    "分子的算法": 50.0, "分母的算法": 50.0,
}  # fmt: skip
Cell = str | float | int


def of_board(actor: Actor, board: Board, span: Span, place: str) -> HttpResponse:
    """Written in one go: a board has some hundred rows at most. Leaves a row in the access log."""
    figures = [figure for _, articles in board.chapters for _, told in articles for figure in told]
    with transaction.atomic():
        access.record(actor, AccessKind.EXPORT, "indicators", rows=len(figures), detail=f"{place} {span.period}")
    rows = (_row(figure, span) for figure in figures)
    first = next(rows, {"条": "", "指标": "没有可算的指标"})
    target, head = io.BytesIO(), CellFormat().set_bold().set_background_color("#EAEEF3").set_text_wrap()
    book = FastExcel(target).freeze(row=1)
    book.sheet("指标", chain([first], rows), header_format=head, column_widths=_WIDTHS, autofilter=True)
    book.sheet("说明", list(_notes(actor, board, span, place)), column_widths={"项目": 12.0, "内容": 60.0})
    book.save()
    response = HttpResponse(target.getvalue(), content_type=_TYPE)
    name = quote(f"{place}指标{span.period}")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}.xlsx"
    response["Cache-Control"] = "private, no-store"
    return response


def _row(figure: Figure, span: Span) -> dict[str, Cell]:
    indicator = figure.indicator
    return {
        "条": indicator.article, "指标": safe(indicator.label), "数": _number(figure.number), "单位": indicator.unit,
        "分子": _number(figure.top), "分母": _number(figure.over) if indicator.over else "",
        f"上年（{span.before}）": _number(figure.before), "增减": figure.change, "含义": safe(indicator.says),
        "分子的算法": safe(describing.tally(indicator.top)),
        "分母的算法": safe(describing.tally(indicator.over)) if indicator.over else "",
    }  # fmt: skip


def _number(number: Decimal | None) -> Cell:
    return "" if number is None else round(float(number), 4)


def _notes(actor: Actor, board: Board, span: Span, place: str) -> Iterator[dict[str, Cell]]:
    as_of = f"{timezone.localtime(board.figures.as_of):%Y-%m-%d %H:%M}" if board.figures.as_of else "导出时"
    told = {
        "地方": place, "期间": str(span.period), "导出人": str(actor.user), "导出时间": f"{timezone.localtime():%Y-%m-%d %H:%M}",
        "数字截至": as_of, "说明": "每个数由台账记录计算，没有手工填报；在“看板 → 指标”中可以打开每个数背后的名单",
    }  # fmt: skip
    for name, content in told.items():
        yield {"项目": name, "内容": content}
