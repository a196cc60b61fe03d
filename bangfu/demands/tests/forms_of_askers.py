"""Workbooks as askers send them: title rows, merged heads, a footer, a hidden sheet."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
from openpyxl.styles import Border, Font, PatternFill, Side

KNOWN = (
    "序号", "县（市、区）", "镇（街道）", "行政村", "区划代码", "总户数（户）", "总人口（人）", "脱贫户数（户）", "脱贫人口数（人）",
    "监测对象户数（户）", "监测对象人数（人）", "风险未消除户数", "风险已消除户数", "危房户数", "饮水不安全户数",
    "有卫生厕所户数", "低保人数", "特困供养人数", "残疾人数", "外出务工人数", "公益岗位人数", "在校生人数", "女性人数",
    "户厕数", "待整改户厕数", "本期活动次数", "本期入户走访次数",
)  # fmt: skip
UNKNOWN = ("抗旱水泵（台）", "是否通快递", "文化广场管护人")
HEADS = (*KNOWN, *UNKNOWN)
_LINE = Side(style="thin")


def village_form(heads: Sequence[str] = HEADS) -> bytes:
    """Thirty columns: title, who fills it in, merged group heads, two empty framed rows, a sum, signatures."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "村情"
    sheet["A1"] = "村级基本情况统计表"
    sheet["A1"].font = Font(size=18, bold=True)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(heads))
    sheet["A2"], sheet["F2"] = "填报单位：", "填报日期："
    sheet.cell(3, 1, "基本情况")
    sheet.merge_cells(start_row=3, start_column=1, end_row=3, end_column=7)
    sheet.cell(3, 8, "指标")
    sheet.merge_cells(start_row=3, start_column=8, end_row=3, end_column=len(heads))
    for column, head in enumerate(heads, 1):
        cell = sheet.cell(4, column, head)
        cell.fill = PatternFill("solid", fgColor="FFDDEEFF")
        for row in (5, 6):
            sheet.cell(row, column).border = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
    sheet["A7"], sheet["F7"] = "合计", "=SUM(F5:F6)"
    sheet["A8"] = "填表人："
    sheet.merge_cells("A8:C8")
    sheet.column_dimensions["D"].width = 33
    book.create_sheet("代码").sheet_state = "hidden"
    return _bytes(book)


def simple(*heads: str, title: str = "表") -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].title = title
    book.worksheets[0].append(list(heads))
    return _bytes(book)


def two_sheets() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "村表"
    book.worksheets[0].append(["行政村", "总户数"])
    book.create_sheet("户表").append(["户主姓名", "人口数", "联系电话"])
    return _bytes(book)


def full(rows: int) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.append(["户主姓名", "人口数"])
    for number in range(rows):
        sheet.append([f"某某{number}", 3])
    return _bytes(book)


def _bytes(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
