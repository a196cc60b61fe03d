"""Cells that hold numbers, dates and months."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.db.models import CharField, IntegerField

from bangfu.exchange.cells import BLANK_WORDS, Convert, WrongCell, folded, is_blank, shown
from bangfu.exchange.choices import choice_key
from bangfu.exchange.sheet import Column, Sheet
from bangfu.kernel.dates import parse_date, parse_month

_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d*)?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_MOST_INTEGER, _MOST_DECIMAL = 2**31, 10**12


def integers(column: Column) -> Convert:
    labels = {choice_key(label): value for value, label in column.choices}

    def convert(cell: Any) -> int | None:
        if labels and isinstance(cell, str) and choice_key(cell) in labels:
            return int(labels[choice_key(cell)])
        number = _number(column, cell)
        if number is None:
            return None
        if number != number.to_integral_value():
            raise WrongCell(f"“{shown(cell)}”应为整数")
        if abs(number) >= _MOST_INTEGER and not column.max:
            raise WrongCell(f"“{shown(cell)}”太大，请核对")
        _check_limits(column, int(number))
        return int(number)

    return convert


def decimals(column: Column) -> Convert:
    """Rounded to the places of the column: what a formula gives has many."""
    step = Decimal(1).scaleb(-column.places)

    def convert(cell: Any) -> Decimal | None:
        number = _number(column, cell)
        if number is None:
            return None
        if abs(number) >= _MOST_DECIMAL:
            raise WrongCell(f"“{shown(cell)}”太大，请核对")
        number = number.quantize(step, ROUND_HALF_UP)
        _check_limits(column, number)
        return number

    return convert


def dates(column: Column) -> Convert:
    return _days(column, parse_date)


def months(sheet: Sheet, column: Column) -> Convert:
    """As the field keeps them: first day, yyyymm, or "yyyy-mm"."""
    field = sheet.model._meta.get_field(column.name)
    first_day = _days(column, parse_month)

    def convert(cell: Any) -> Any:
        day = first_day(cell)
        if day is None:
            return None
        if isinstance(field, IntegerField):
            return day.year * 100 + day.month
        return f"{day:%Y-%m}" if isinstance(field, CharField) else day

    return convert


def _number(column: Column, cell: Any) -> Decimal | None:
    if isinstance(cell, bool):
        raise WrongCell(f"“{shown(cell)}”不是数字")
    if isinstance(cell, (int, float)):
        return Decimal(f"{cell:.15g}")
    if isinstance(cell, (date, time, timedelta)):
        raise WrongCell(f"“{shown(cell)}”是日期，这一列应填数字。请把单元格格式改为“常规”再填")
    words = folded(cell).replace(" ", "").replace("¥", "")
    if words in BLANK_WORDS:
        return None
    words = words.removesuffix(unicodedata.normalize("NFKC", column.unit)) if column.unit else words
    if not words.isascii() or not _NUMBER.fullmatch(words):
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


def _days(column: Column, parse: Callable[[Any], date]) -> Convert:
    def convert(cell: Any) -> date | None:
        if is_blank(cell):
            return None
        if isinstance(cell, (time, timedelta)):
            raise WrongCell(f"“{shown(cell)}”是时间，不是日期")
        day = parse(cell)
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise WrongCell(
                f"“{day}”不是合理的日期（表格软件可能把 202307 当成了天数）。请写成 2023-07-01 的样子，年月写成 2023-07"
            )
        _check_limits(column, day)
        return day

    return convert
