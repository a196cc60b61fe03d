"""Reads the State Council's yearly notice as it is published (元旦：1月1日至3日放假，1月4日（周日）上班) into days."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bangfu.policy.holidays import Day

LONGEST_REST = 14
WORKED = "调休上班"
_WEEK = "一二三四五六日"
_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]+、|[0-9]{1,2}[.、])")
_NEXT_ITEM = re.compile(r"(?<=[。;])(?=[一二三四五六七八九十]+、)")
_ITEM = re.compile(r"(?P<name>[^:。,;0-9]{1,30}):(?P<body>.+)")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_POINT = r"(?:(?P<y{n}>[0-9]{{4}})年)?(?:(?P<m{n}>[0-9]{{1,2}})月)?(?P<d{n}>[0-9]{{1,2}})日(?:<(?P<w{n}>.)>)?"
_DATES = re.compile(_POINT.format(n=1) + r"(?:(?:至|到|-|—|~)+" + _POINT.format(n=2) + ")?")
_TOTAL = re.compile(r"(?:共|放假)([0-9]{1,2})天")


class NoticeError(ValueError):
    """The text could not be read; `faults`: one sentence each, in Chinese."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("；".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Notice:
    """`skipped`: lines that arrange nothing, to be shown to who pasted them."""

    days: tuple[Day, ...]
    skipped: tuple[str, ...]


def parse(text: str, year: int) -> Notice:
    """One holiday a line, as in the notice; a date without a year is of `year`.

    Errors: NoticeError for what looks like an arrangement and cannot be read, is on another day of the week than
    the text says, or arranges a day twice.
    """
    days: list[Day] = []
    skipped, faults = [], []
    for line in _lines(text):
        if not re.search(r"[0-9]日", line) or not re.search("放假|上班", line):
            skipped.append(line)
            continue
        try:
            days += _item(line, year)
        except ValueError as error:
            faults.append(f"“{line[:18]}{'…' if len(line) > 18 else ''}”：{error}")
    faults += [f"{day:%Y-%m-%d} 出现了两次" for day in sorted(_repeated(days))]
    if not days and not faults:
        faults.append("没有找到放假或上班的日期，请照通知的写法，例如“元旦：1月1日至3日放假，1月4日上班”")
    if faults:
        raise NoticeError(faults)
    return Notice(tuple(sorted(days, key=lambda item: item.day)), tuple(skipped))


def _lines(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text)
    for line in plain.splitlines():
        for part in _NEXT_ITEM.split(re.sub(r"\s", "", line)):
            if part:
                yield part


def _item(line: str, year: int) -> Iterator[Day]:
    named = _ITEM.fullmatch(_NUMBERING.sub("", line))
    if not named:
        raise ValueError("前面应写节日名和冒号，例如“元旦：1月1日放假”")
    body = _BRACKETS.sub(lambda found: _weekday(found[1]), named["body"])
    rest: list[date] = []
    for clause in re.split("[。;,]", body):
        if "放假" in clause:
            rest += _days(clause, year)
        elif "上班" in clause:
            yield from (Day(day, True, WORKED) for day in _days(clause, year))
        if (total := _TOTAL.search(clause)) and rest and int(total[1]) != len(rest):
            raise ValueError(f"写着{total[0]}，日期算下来是 {len(rest)} 天，请核对")
    yield from (Day(day, False, named["name"]) for day in rest)


def _weekday(inside: str) -> str:
    """(农历除夕、周二) → <二>; brackets that name no day of the week say nothing to us."""
    found = _WEEKDAY.search(inside)
    return f"<{found[1].replace('天', '日')}>" if found else ""


def _days(clause: str, year: int) -> Iterator[date]:
    month = ""
    found = list(_DATES.finditer(clause))
    if not found:
        raise ValueError(f"“{_shown(clause)}”里没有日期")
    for match in found:
        month = match["m1"] or month
        first = _date(match["y1"] or year, month, match["d1"], match["w1"])
        last = first
        if match["d2"]:
            month = match["m2"] or month
            last = _date(match["y2"] or first.year, month, match["d2"], match["w2"])
        if not 0 <= (last - first).days < LONGEST_REST:
            raise ValueError(f"{first} 至 {last} 倒了，或长于 {LONGEST_REST} 天；跨年的请写明年份")
        if abs(first.year - year) > 1:
            raise ValueError(f"{first} 不属于 {year} 年的安排")
        yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


def _date(year: str | int, month: str, day: str, weekday: str | None) -> date:
    if not month:
        raise ValueError(f"“{day}日”前面没有月份")
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"没有 {year}年{month}月{day}日这一天") from None
    if weekday and _WEEK[found.weekday()] != weekday:
        raise ValueError(f"{found} 是周{_WEEK[found.weekday()]}，通知写的是周{weekday}，请核对年份和日期")
    return found


def _shown(clause: str) -> str:
    return re.sub(r"<(.)>", r"（周\1）", clause)


def _repeated(days: list[Day]) -> set[date]:
    seen = [item.day for item in days]
    return {day for day in seen if seen.count(day) > 1}
