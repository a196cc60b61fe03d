"""Dates as people and workbooks write them: 2023-7-1, 2023.7.1, 2023年7月1日, 20230701, 45108 (Excel), 202307."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_YEAR, LAST_YEAR = 1900, 2100
_EXCEL_EPOCH = date(1899, 12, 30)  # right from serial 61 on; before that Excel counts a 1900-02-29 that never was
_EXCEL_FIRST, _EXCEL_LAST = 61, (date(LAST_YEAR, 12, 31) - _EXCEL_EPOCH).days
_YEAR, _NUMBER = r"([0-9]{4})\s*[-/.年\\]\s*", r"([0-9]{1,2})"
_DAY = re.compile(rf"{_YEAR}{_NUMBER}\s*[-/.月\\]\s*{_NUMBER}\s*[日号]?(?:[T\s]\s*[0-9]{{1,2}}[:时].*)?")
_MONTH = re.compile(rf"{_YEAR}{_NUMBER}\s*月?份?")


class DateError(ValueError):
    """The value is no date; the message says why, in Chinese."""


def today() -> date:
    """The day in China, whatever the clock of the machine is set to."""
    return datetime.now(SHANGHAI).date()


def parse_date(value: object) -> date:
    """A cell or a text → date.

    Errors: DateError when it is no date, names no day, or lies outside 1900–2100.
    """
    if isinstance(value, date):
        return _plain(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _of_number(value)
    text = _text(value)
    if found := _DAY.fullmatch(text):
        return _date(text, found[1], found[2], found[3])
    if re.fullmatch(r"[0-9]{1,15}(\.[0-9]+)?", text) and not _MONTH.fullmatch(text):
        return _of_number(float(text))
    if _MONTH.fullmatch(text):
        raise DateError(f"日期“{text}”只有年月，缺少“日”，请写成 2023-07-01 的样子")
    raise DateError(f"“{text}”不是日期，请写成 2023-07-01 的样子")


def parse_month(value: object) -> date:
    """A cell or a text that names a month (or a day in it) → the first day of the month.

    Errors: DateError; also for the number 2023.1, which may have been 2023.10 before a workbook shortened it.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = _month_text(value)
    if not isinstance(value, date):
        text = _text(value)
        if found := re.fullmatch(r"([0-9]{4})([0-9]{2})", text) or _MONTH.fullmatch(text):
            return _date(text, found[1], found[2], "1")
        if not re.search(r"[0-9]", text):
            raise DateError(f"“{text}”不是年月，请写成 202307 的样子")
    return parse_date(value).replace(day=1)


def _plain(value: date) -> date:
    if isinstance(value, datetime):
        return (value.astimezone(SHANGHAI) if value.tzinfo else value).date()
    return value


def _text(value: object) -> str:
    text = unicodedata.normalize("NFKC", "" if value is None else str(value)).strip().lstrip("'")
    if not text:
        raise DateError("日期是空的")
    return text


def _month_text(number: float) -> object:
    if FIRST_YEAR <= number < LAST_YEAR + 1 and number != int(number):
        if round(number % 1, 2) == 0.1:
            raise DateError(f"“{number}”看不出是 1 月还是 10 月，请写成 {int(number)}01 或 {int(number)}10")
        return f"{number:.2f}" if round(number * 10, 6) % 1 else f"{number:.1f}"
    if FIRST_YEAR * 100 < number <= LAST_YEAR * 100 + 12 and number == int(number):
        return str(int(number))
    return number


def _of_number(number: float) -> date:
    if FIRST_YEAR * 10_000 <= number < 10**8 and number == int(number):
        text = str(int(number))
        return _date(text, text[:4], text[4:6], text[6:])
    if _EXCEL_FIRST <= number < _EXCEL_LAST + 1:
        if FIRST_YEAR <= number <= LAST_YEAR:
            raise DateError(f"“{number:g}”只有年份，缺少月和日，请写成 2023-07-01 的样子")
        return _EXCEL_EPOCH + timedelta(days=int(number))
    if FIRST_YEAR * 100 < number <= LAST_YEAR * 100 + 12:
        raise DateError(f"日期“{number:g}”只有年月，缺少“日”，请写成 2023-07-01 的样子")
    raise DateError(f"数字“{number:.15g}”不是日期，请写成 2023-07-01 的样子")


def _date(text: str, year: str, month: str, day: str) -> date:
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise DateError(f"日期“{text}”的年份 {year} 不在 {FIRST_YEAR}–{LAST_YEAR} 之间")
    if not 1 <= int(month) <= 12:
        raise DateError(f"日期“{text}”的月份 {month} 不在 1–12 之间")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise DateError(f"日期“{text}”：{int(year)}年{int(month)}月没有 {int(day)} 日") from None
