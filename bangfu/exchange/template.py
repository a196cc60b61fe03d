"""The workbook to fill in: Chinese heads with notes, drop-downs, county → town → village one after the other, text format
for long numbers, and a page that says what each column wants."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet as Page

from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.exchange.heads import has_place
from bangfu.exchange.rendering import PLACE_HEADS
from bangfu.exchange.sheet import Book, Column, Kind, Sheet
from bangfu.exchange.workbooks import column_letters
from bangfu.kernel.codes import Level

NOTE_SHEET = "填写说明"
LISTS = "字典"
_ROWS = 5_000  # rows that have drop-downs
_MOST_VILLAGES = 2_000  # a county has some 300; beyond, drop-downs help nobody
_TEXT_KINDS = (Kind.CODE, Kind.IDENTITY, Kind.PHONE, Kind.REFERENCE, Kind.MONTH, Kind.DATE, Kind.DIVISION)
_WIDTHS = {Kind.IDENTITY: 22, Kind.CODE: 18, Kind.REFERENCE: 18, Kind.PHONE: 14, Kind.BOOLEAN: 10}
_WANTS = {
    Kind.CODE: "文本，不要变成 4.4E+17",
    Kind.PHONE: "电话号码，11 位手机或带区号的座机",
    Kind.IDENTITY: "18 位身份证号，或 20、22 位残疾人证号；单元格须为文本格式",
    Kind.INTEGER: "整数",
    Kind.DECIMAL: "数字",
    Kind.DATE: "日期，如 2023-07-01",
    Kind.MONTH: "年月，如 2023-07 或 202307",
    Kind.BOOLEAN: "是 或 否",
    Kind.DIVISION: "名称，或 12 位区划代码",
    Kind.NAME: "姓名",
}


@dataclass(frozen=True)
class Head:
    """One column of the template."""

    label: str
    column: Column
    level: Level | None = None  # of a part of a place


def make(book: Book, scope: Scope) -> bytes:
    """The file, with the divisions of the scope in its drop-downs."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        _Template(workbook, book, scope).write()
    return file.getvalue()


def heads(sheet: Sheet) -> list[Head]:
    """The place stands as 县, 镇, 村 in columns of their own, so that one can be chosen after the other."""
    found: list[Head] = []
    place = has_place(sheet)
    for column in sheet.columns:
        if column is place:
            lowest = column.level or Level.VILLAGE
            parts = [(level, head) for level, head in PLACE_HEADS if Level.CITY < level <= lowest]
            found += [Head(head, column, level) for level, head in parts]
        else:
            found.append(Head(column.label, column))
    return found


class _Template:
    def __init__(self, workbook: xlsxwriter.Workbook, book: Book, scope: Scope) -> None:
        self.workbook, self.book = workbook, book
        form = workbook.add_format
        border = {"border": 1, "border_color": "#C5CED6", "valign": "vcenter", "text_wrap": True}
        self.head = form({"bold": True, "bg_color": "#EAEEF3", "align": "center", **border})
        self.required = form({"bold": True, "bg_color": "#FCE8D5", "align": "center", **border})
        self.text, self.wrapped = form({"num_format": "@"}), form({"text_wrap": True, "valign": "top"})
        self.pages = [workbook.add_worksheet(sheet.title[:31]) for sheet in book.sheets]
        self.notes = workbook.add_worksheet(NOTE_SHEET)
        self.lists = workbook.add_worksheet(LISTS)
        self.lists.hide()
        self._next_list = 0
        self.places = _places(scope)

    def write(self) -> None:
        has_cascade = self._write_places()
        for sheet, page in zip(self.book.sheets, self.pages, strict=True):
            self._write_sheet(sheet, page, has_cascade)
        self._write_notes()

    def _write_sheet(self, sheet: Sheet, page: Page, has_cascade: bool) -> None:
        page.freeze_panes(1, 0)
        page.set_row(0, 32)
        for index, head in enumerate(heads(sheet)):
            column = head.column
            page.set_column(
                index, index, _WIDTHS.get(column.kind, max(12, len(head.label) * 2 + 4)), self._format(column)
            )
            page.write_string(
                0,
                index,
                f"{head.label}{'*' if column.required else ''}",
                self.required if column.required else self.head,
            )
            page.write_comment(0, index, _note(column), {"x_scale": 1.6, "y_scale": 1.2})
            if head.level:
                if has_cascade:
                    self._offer_places(page, index, head.level)
            elif offered := _offered(column):
                self._offer(page, index, column, offered)

    def _format(self, column: Column) -> Any:
        return self.text if column.kind in _TEXT_KINDS else None

    def _offer(self, page: Page, index: int, column: Column, words: list[str]) -> None:
        """A drop-down; for several choices at once only a hint, since a cell of a workbook takes one."""
        rule: dict[str, Any] = {"validate": "list", "source": self._list(words), "error_type": "stop"}
        rule |= {"error_title": column.label[:30], "error_message": "请从下拉列表中选择"}
        if column.kind is Kind.MULTI_CHOICE:
            rule |= {"error_type": "information", "error_message": "可填几项，用顿号隔开"}
        page.data_validation(1, index, _ROWS, index, rule)

    def _list(self, words: list[str]) -> str:
        """Puts words into the next column of the hidden page; returns the reference."""
        letters = column_letters(self._next_list)
        self.lists.write_column(0, self._next_list, words)
        self._next_list += 1
        return f"={LISTS}!${letters}$1:${letters}${len(words)}"

    def _write_places(self) -> bool:
        """Names of counties, and for each county and town a named range of what lies in it."""
        villages = sum(1 for row in self.places.values() if row["level"] == Level.VILLAGE)
        if not villages or villages > _MOST_VILLAGES:
            return False
        children: dict[int, list[str]] = {}
        for row in self.places.values():
            children.setdefault(row["parent_id"] or 0, []).append(row["name"])
        self.tops = [
            row
            for row in self.places.values()
            if row["level"] in (Level.COUNTY, Level.CITY) and row["code"] in children
        ]
        self.tops = [row for row in self.tops if row["level"] == Level.COUNTY] or self.tops
        towns = [row for row in self.places.values() if row["level"] == Level.TOWN and row["code"] in children]
        self.counties = self._list([row["name"] for row in self.tops])
        for row in self.tops:
            self.workbook.define_name(f"县_{_named(row['name'])}", self._list(children[row["code"]]))
        for row in towns:
            county = self.places.get(row["parent_id"], row)
            self.workbook.define_name(
                f"镇_{_named(county['name'])}_{_named(row['name'])}", self._list(children[row["code"]])
            )
        return True

    def _offer_places(self, page: Page, index: int, level: Level) -> None:
        first = index - (level - Level.COUNTY)  # county, town and village stand side by side
        county, town = f"${column_letters(first)}2", f"${column_letters(first + 1)}2"
        sources = {
            Level.COUNTY: self.counties,
            Level.TOWN: f'=INDIRECT("县_"&{county})',
            Level.VILLAGE: f'=INDIRECT("镇_"&{county}&"_"&{town})',
        }
        rule = {
            "validate": "list",
            "source": sources[level],
            "error_type": "warning",
            "error_message": "不在列表里，请核对名称",
        }
        page.data_validation(1, index, _ROWS, index, rule)

    def _write_notes(self) -> None:
        page = self.notes
        page.set_column(0, 0, 14)
        page.set_column(1, 1, 24)
        page.set_column(2, 4, 40, self.wrapped)
        hints = [
            "表头可以调换顺序，可以删去用不到的列，但不要改名。带 * 的列新增时必须填写。",
            "空白单元格不改动系统里已有的内容。",
            "证件号码、编号请保持“文本”格式；从别处粘贴时用“选择性粘贴→数值”。",
            *self.book.hints,
        ]
        for row, hint in enumerate(hints):
            page.write_string(row, 0, hint)
        top = len(hints) + 1
        for index, title in enumerate(("表", "列", "怎么填", "可选项", "例")):
            page.write_string(top, index, title, self.head)
        lines = [(sheet, head) for sheet in self.book.sheets for head in heads(sheet)]
        for row, (sheet, head) in enumerate(lines, top + 1):
            cells = (
                sheet.title,
                head.label,
                _note(head.column),
                "、".join(_offered(head.column)[:60]),
                head.column.example,
            )
            for index, cell in enumerate(cells):
                page.write_string(row, index, cell)


def _places(scope: Scope) -> dict[int, dict[str, Any]]:
    rows = (
        Division.objects.filter(scope.q("code"), valid_to=None)
        .order_by("code")
        .values("code", "name", "level", "parent_id")
    )
    found: dict[int, dict[str, Any]] = {row["code"]: dict(row) for row in rows}
    above = {row["parent_id"] for row in found.values()} - found.keys()
    while above := above - {None}:
        more = Division.objects.filter(code__in=above).values("code", "name", "level", "parent_id")
        found |= {row["code"]: dict(row) for row in more}
        above = {row["parent_id"] for row in found.values()} - found.keys()
    return found


def _named(name: str) -> str:
    """A name of a range takes letters, digits and underscores."""
    return "".join(c for c in name if c.isalnum())


def _offered(column: Column) -> list[str]:
    if column.kind is Kind.BOOLEAN:
        return ["是", "否"]
    return [label for _, label in column.choices]


def _note(column: Column) -> str:
    lines = [column.note, _WANTS.get(column.kind, ""), f"单位：{column.unit}" if column.unit else ""]
    lines += [
        "几项用顿号隔开" if column.kind is Kind.MULTI_CHOICE else "",
        f"最多 {column.max_length} 字" if column.max_length else "",
    ]
    lines += ["必填" if column.required else "可空"]
    return "；".join(line for line in lines if line)
