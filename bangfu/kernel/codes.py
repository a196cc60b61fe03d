"""Division codes (统计用区划代码): 12 digits as an integer; zeros at the end are levels not named."""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum


class CodeError(ValueError):
    """The text is no division code; the message says why, in Chinese."""


class Level(IntEnum):
    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWN = 4
    VILLAGE = 5


SPANS = {Level.PROVINCE: 10**10, Level.CITY: 10**8, Level.COUNTY: 10**6, Level.TOWN: 10**3, Level.VILLAGE: 1}


def level_of(code: int) -> Level:
    """The coarsest level whose span divides the code: 441881000000 → COUNTY."""
    return next(level for level, width in SPANS.items() if code % width == 0)


def span(code: int) -> int:
    return SPANS[level_of(code)]


def bounds(code: int) -> tuple[int, int]:
    """First and last code that the division owns, both included."""
    return code, code + span(code) - 1


def contains(outer: int, inner: int) -> bool:
    low, high = bounds(outer)
    return low <= inner <= high


def ancestors(code: int) -> list[int]:
    """Codes above, top-down. A level may not exist: 东莞 has towns but no county."""
    above = [code // SPANS[level] * SPANS[level] for level in Level if level < level_of(code)]
    return list(dict.fromkeys(above))


def parse_code(text: str) -> int:
    """2, 4, 6, 9 or 12 digits, full-width and blanks allowed → 12-digit integer.

    Errors: CodeError when there are other characters, another length, or no province.
    """
    digits = re.sub(r"\s", "", unicodedata.normalize("NFKC", str(text)))
    if not digits:
        raise CodeError("区划代码是空的")
    if not digits.isascii() or not digits.isdigit():
        raise CodeError(f"区划代码“{text}”只能是数字")
    if len(digits) not in (2, 4, 6, 9, 12):
        raise CodeError(f"区划代码“{text}”有 {len(digits)} 位，应为 2、4、6、9 或 12 位")
    if not "11" <= digits[:2] <= "82":
        raise CodeError(f"区划代码“{text}”的前两位不是省级代码")
    return int(digits.ljust(12, "0"))
