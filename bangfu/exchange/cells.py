"""From what stands in a cell to a value of the model, or a sentence that says what is wrong and how to mend it.

By column: every different cell is read once, so that 50,000 rows × 30 columns take seconds.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import CharField, IntegerField

from bangfu.exchange.rendering import RISKY
from bangfu.exchange.sheet import Column, Kind, Sheet
from bangfu.kernel import identity, text
from bangfu.kernel.dates import parse_date, parse_month

_SCIENTIFIC = re.compile(r"\d(?:\.\d*)?[eE]\+?\d{2}")
_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d*)?")
_BLANK_WORDS = frozenset({"", "-", "--", "—", "——", "/", "\\", "无数据", "空", "null", "NULL", "None", "N/A", "#N/A"})
_SEPARATORS = re.compile(r"[、,，;；/|\s]+")
_TRUE = frozenset({"是", "有", "对", "√", "✓", "✔", "y", "yes", "true", "1", "t"})
_FALSE = frozenset({"否", "无", "没有", "不是", "错", "×", "✗", "x", "n", "no", "false", "0", "f"})
_LOST = 10**15  # beyond, a number in a workbook has lost digits
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_MEMORY = 50_000

Convert = Callable[[Any], Any]


class WrongCell(ValueError):
    """The message says what is wrong with the cell and how to mend it."""


@dataclass(frozen=True)
class _Wrong:
    """What a faulty cell becomes until its fault is noted."""

    message: str


class Reader:
    """Reads one column of a sheet, block by block."""

    def __init__(self, sheet: Sheet, column: Column) -> None:
        self.column = column
        self._convert = converter(sheet, column)
        self._known: dict[Any, Any] = {}

    def read(self, cells: Sequence[Any]) -> tuple[list[Any], dict[int, str]]:
        """(values, faults by index). Blank and faulty cells are None."""
        known = self._known
        if len(known) > _MEMORY:
            known.clear()
        new = [cell for cell in set(cells) if cell not in known]
        if self.column.kind is Kind.IDENTITY:
            known.update(_identities(new))
        else:
            known.update((cell, self._one(cell)) for cell in new)
        values = list(map(known.__getitem__, cells))
        if _Wrong not in set(map(type, values)):
            return values, {}
        faults = {index: value.message for index, value in enumerate(values) if type(value) is _Wrong}
        for index in faults:
            values[index] = None
        return values, faults

    def _one(self, cell: Any) -> Any:
        try:
            return self._convert(cell)
        except ValueError as error:  # every parser of the kernel says what is wrong in Chinese
            return _Wrong(str(error))


def shown(cell: Any) -> str:
    """A cell as the person sees it, short enough for a message."""
    if isinstance(cell, datetime):
        cell = cell.isoformat(" ")
    words = f"{cell:.15g}" if isinstance(cell, float) else str(cell)
    return words if len(words) <= 60 else f"{words[:57]}…"


def converter(sheet: Sheet, column: Column) -> Convert:
    """Cell → value; None for blank. Errors of the result: ValueError with the message."""
    make: dict[Kind, Callable[[Column], Convert]] = {
        Kind.TEXT: lambda c: _texts(c, text.clean_prose),
        Kind.NAME: lambda c: _texts(c, text.person_name),
        Kind.CODE: lambda c: _texts(c, _code),
        Kind.PHONE: lambda c: _texts(c, _phone),
        Kind.IDENTITY: lambda c: _identity,
        Kind.INTEGER: _integers,
        Kind.DECIMAL: _decimals,
        Kind.DATE: lambda c: _dates(c, parse_date),
        Kind.BOOLEAN: lambda c: _boolean,
        Kind.CHOICE: _choices,
        Kind.MULTI_CHOICE: _multiple_choices,
        Kind.DIVISION: lambda c: _texts(c, _code),
        Kind.REFERENCE: lambda c: _texts(c, _code),
    }
    if column.kind is Kind.MONTH:
        return _months(sheet, column)
    return make[column.kind](column)


def as_text(cell: Any) -> str:
    """The cell as text. Errors: WrongCell for a number whose digits are lost."""
    if type(cell) is str:
        bare = cell.strip()
        if bare[:1] == "'" and bare[1:].startswith(RISKY):
            return bare[1:]
        return bare
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, (float, int)):
        if abs(cell) >= _LOST:
            raise WrongCell(_lost(f"{cell:.5g}"))
        return str(int(cell)) if cell == int(cell) else f"{cell:.15g}"
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return "" if cell is None else str(cell)


def _lost(cell: str) -> str:
    return f"“{cell}”是被表格软件改成数字的长号码，15 位以后的数字已丢失，无法还原。请把这一列设为“文本”格式，再重新填写"


def _folded(cell: Any) -> str:
    return unicodedata.normalize("NFKC", as_text(cell)).strip()


def _texts(column: Column, clean: Callable[[str], str]) -> Convert:
    longest = column.max_length

    def convert(cell: Any) -> str | None:
        value = clean(as_text(cell)).replace("\x00", "")
        if not value:
            return None
        if longest and len(value) > longest:
            raise WrongCell(f"有 {len(value)} 个字，最多 {longest} 个，请缩短")
        if "*" in value and column.masked:
            raise WrongCell("带星号，是打过码的内容，不能导入。请填写完整内容，或删去这一列")
        return value

    return convert


def _code(cell: str) -> str:
    if _SCIENTIFIC.fullmatch(cell):
        raise WrongCell(_lost(cell))
    folded = text.clean(cell).replace(" ", "")
    return folded if folded not in _BLANK_WORDS else ""


def _phone(cell: str) -> str:
    number = _code(cell).replace("-", "").removeprefix("+86")
    if not number:
        return ""
    if "*" in number:
        return number
    if not number.isascii() or not number.isdigit() or not 7 <= len(number) <= 12:
        raise WrongCell(f"“{cell}”不像电话号码，手机应为 11 位数字")
    if len(number) == 11 and number[0] == "1" and number[1] not in "3456789":
        raise WrongCell(f"“{cell}”不是手机号段，请核对前三位")
    return number


def _identity(cell: Any) -> str | None:
    if cell == "" or cell is None:
        return None
    return identity.parse(cell if isinstance(cell, (str, int, float)) else str(cell)).text


def _identities(cells: list[Any]) -> list[tuple[Any, Any]]:
    """Many numbers at once; only those that are wrong, or of another length, are looked at one by one."""
    texts = [cell if type(cell) is str else "" for cell in cells]
    good = identity.valid_many(texts).tolist()
    return [(cell, cell if ok and len(cell) == 18 else _one_identity(cell)) for cell, ok in zip(cells, good, strict=True)]


def _one_identity(cell: Any) -> Any:
    try:
        return _identity(cell.strip() if type(cell) is str else cell)
    except ValueError as error:
        return _Wrong(str(error))


def _number(column: Column, cell: Any) -> Decimal | None:
    if isinstance(cell, bool):
        raise WrongCell(f"“{shown(cell)}”不是数字")
    if isinstance(cell, (int, float)):
        return Decimal(f"{cell:.15g}")
    if isinstance(cell, (date, time, timedelta)):
        raise WrongCell(f"“{shown(cell)}”是日期，这一列应填数字。请把单元格格式改为“常规”再填")
    words = _folded(cell).replace(" ", "").replace("¥", "")
    if words in _BLANK_WORDS:
        return None
    words = words.removesuffix(unicodedata.normalize("NFKC", column.unit)) if column.unit else words
    if not _NUMBER.fullmatch(words):
        hint = f"（单位：{column.unit}）" if column.unit else ""
        raise WrongCell(f"“{shown(cell)}”不是数字，请只填数字{hint}")
    try:
        return Decimal(words.replace(",", ""))
    except InvalidOperation:
        raise WrongCell(f"“{shown(cell)}”不是数字") from None


def _check_limits(column: Column, value: Any) -> None:
    low, high = (bound() if callable(bound) else bound for bound in (column.min, column.max))
    early, late = ("早", "晚") if isinstance(value, date) else ("小", "大")
    if low is not None and value < low:
        raise WrongCell(f"“{value}”太{early}，应不{early}于 {low}{column.unit}")
    if high is not None and value > high:
        raise WrongCell(f"“{value}”太{late}，应不{late}于 {high}{column.unit}")


def _integers(column: Column) -> Convert:
    labels = {_choice_key(label): value for value, label in column.choices}

    def convert(cell: Any) -> int | None:
        if labels and isinstance(cell, str) and _choice_key(cell) in labels:
            return int(labels[_choice_key(cell)])
        number = _number(column, cell)
        if number is None:
            return None
        if number != number.to_integral_value():
            raise WrongCell(f"“{shown(cell)}”应为整数")
        if abs(number) >= 2**31 and not column.max:
            raise WrongCell(f"“{shown(cell)}”太大，请核对")
        _check_limits(column, int(number))
        return int(number)

    return convert


def _decimals(column: Column) -> Convert:
    step = Decimal(1).scaleb(-column.places)

    def convert(cell: Any) -> Decimal | None:
        number = _number(column, cell)
        if number is None:
            return None
        if abs(number) >= 10**12:
            raise WrongCell(f"“{shown(cell)}”太大，请核对")
        number = number.quantize(step)
        _check_limits(column, number)
        return number

    return convert


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip() in _BLANK_WORDS)


def _dates(column: Column, parse: Callable[[Any], date]) -> Convert:
    def convert(cell: Any) -> date | None:
        if _is_blank(cell):
            return None
        if isinstance(cell, (time, timedelta)):
            raise WrongCell(f"“{shown(cell)}”是时间，不是日期")
        day = parse(cell)
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise WrongCell(f"“{day}”不是合理的日期（表格软件可能把 202307 当成了天数）。请写成 2023-07-01 的样子，年月写成 2023-07")
        _check_limits(column, day)
        return day

    return convert


def _months(sheet: Sheet, column: Column) -> Convert:
    field = sheet.model._meta.get_field(column.name)
    first_day = _dates(column, parse_month)

    def convert(cell: Any) -> Any:
        day = first_day(cell)
        if day is None:
            return None
        if isinstance(field, IntegerField):
            return day.year * 100 + day.month
        return f"{day:%Y-%m}" if isinstance(field, CharField) else day

    return convert


def _boolean(cell: Any) -> bool | None:
    if isinstance(cell, bool):
        return cell
    words = _folded(cell).lower()
    if words in _TRUE:
        return True
    if words in _FALSE:
        return False
    if words in _BLANK_WORDS:
        return None
    raise WrongCell(f"“{shown(cell)}”应填“是”或“否”")


def _choice_key(label: Any) -> str:
    return re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", str(label))).lower()


def _choice_table(column: Column) -> dict[str, Any]:
    """Labels win over aliases, aliases over codes."""
    table: dict[str, Any] = {_choice_key(label): value for value, label in column.choices}
    for label, value in column.choice_aliases:
        table.setdefault(_choice_key(label), value)
    for value, _ in column.choices:
        table.setdefault(_choice_key(value), value)
    return table


def _unknown_choice(column: Column, cell: Any) -> WrongCell:
    labels = [label for _, label in column.choices]
    near = difflib.get_close_matches(shown(cell), labels, n=1, cutoff=0.5)
    hint = f"，是不是“{near[0]}”？" if near else "。"
    listed = "、".join(labels[:12]) + ("等" if len(labels) > 12 else "")
    return WrongCell(f"“{shown(cell)}”不在可选项里{hint}可选：{listed}")


def _choices(column: Column) -> Convert:
    table = _choice_table(column)

    def convert(cell: Any) -> Any:
        words = as_text(cell)
        if (wanted := _choice_key(words)) in table:
            return table[wanted]
        if wanted in _BLANK_WORDS:
            return None
        raise _unknown_choice(column, cell)

    return convert


def _multiple_choices(column: Column) -> Convert:
    table = _choice_table(column)

    def convert(cell: Any) -> list[Any] | None:
        words = as_text(cell)
        if (whole := _choice_key(words)) in table:
            return [table[whole]]
        parts = [part for part in _SEPARATORS.split(unicodedata.normalize("NFKC", words)) if part not in _BLANK_WORDS]
        if not parts:
            return None
        for part in parts:
            if _choice_key(part) not in table:
                raise _unknown_choice(column, part)
        return list(dict.fromkeys(table[_choice_key(part)] for part in parts))

    return convert
