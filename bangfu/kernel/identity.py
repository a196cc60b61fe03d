"""Identity numbers: GB 11643 resident numbers (18, 15 digits) and disability-card numbers (20, 22 characters).

The only place that takes a number apart. Area code 99 is never issued and marks invented people.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import mul
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bangfu.kernel import dates

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
FIRST_BIRTH = date(1900, 1, 1)
_PROVINCES = (
    *(11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54),
    *(61, 62, 63, 64, 65, 71, 81, 82, 83),  # 83: 台湾居民居住证
)
_PROVINCE_TEXTS = frozenset(map(str, _PROVINCES))

_CLEAN = re.compile(r"[0-9]{17}[0-9X](?:[1-7][1-4](?:[0-9A-Z]{2})?)?")
_WAS_A_FLOAT = re.compile(r"[0-9](?:\.[0-9]*)?E\+?[0-9]+|[0-9]{16,}\.0*", re.IGNORECASE)
_IGNORED = re.compile(r"[\s\-‐‑‒–—―'‘’`\u200b-\u200f\u2060\ufeff\x00]")
# Lower-case ASCII only, since upper() of other letters changes their number; and look-alikes of X.
_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz×ХхΧχ", "ABCDEFGHIJKLMNOPQRSTUVWXYZXXXXX")
_ZERO_SUM = 48 * sum(WEIGHTS)  # ord("0") counted in by working on bytes


class IdentityError(ValueError):
    """The text is no valid number; the message says in Chinese what is wrong and where."""


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """A number that passed every check. `text`: normalised, 18, 20 or 22 characters."""

    text: str
    born_on: date

    @property
    def number18(self) -> str:
        return self.text[:18]

    @property
    def kind(self) -> Literal["resident", "disability"]:
        return "resident" if len(self.text) == 18 else "disability"

    @property
    def sex(self) -> int:
        """GB/T 2261.1: 1 male, 2 female."""
        return 1 if int(self.text[16]) % 2 else 2

    @property
    def disability_category(self) -> int | None:
        """1 视力 2 听力 3 言语 4 肢体 5 智力 6 精神 7 多重."""
        return int(self.text[18]) if len(self.text) > 18 else None

    @property
    def disability_grade(self) -> int | None:
        """1–4; 1 and 2 are severe."""
        return int(self.text[19]) if len(self.text) > 18 else None

    @property
    def key(self) -> int:
        """First 17 digits: tells people apart as the whole number does, and fits a BIGINT."""
        return int(self.text[:17])

    @property
    def tail(self) -> str:
        return self.text[14:18]

    def __str__(self) -> str:
        return mask(self.text)  # so that a number in a log line or an f-string is never the whole one


def normalise(text: str) -> str:
    """Full-width, lower-case x, look-alikes of X, blanks, dashes, a leading apostrophe. Checks nothing."""
    if _CLEAN.fullmatch(text):
        return text
    kept = _IGNORED.sub("", unicodedata.normalize("NFKC", text)).translate(_UPPER)
    return unicodedata.normalize("NFKC", kept)  # what went may have stood between a letter and its accent


def check_character(first17: str) -> str:
    """GB 11643: the 18th character that belongs to the first 17 digits."""
    return CHECK_CHARACTERS[(sum(map(mul, first17.encode(), WEIGHTS)) - _ZERO_SUM) % 11]


def parse(text: str | float, *, today: date | None = None) -> IdentityNumber:
    """A number as typed or as read from a cell.

    Errors: IdentityError, when digits were lost in a workbook, a character is wrong, the birth date is impossible or
    later than `today`, or the check character differs.
    """
    number = normalise(_as_text(text))
    if len(number) == 15:
        number = _from_15(number)
    if not _CLEAN.fullmatch(number):
        raise IdentityError(_why_malformed(number))
    if not _area_exists(number):
        raise IdentityError(f"前两位“{number[:2]}”不是省级代码，请核对")
    born_on = _birth(number, today or dates.today())
    if number[17] != (expected := check_character(number[:17])):
        if number.endswith("000"):
            raise IdentityError(_LOST.format(number))
        raise IdentityError(f"第18位应为{expected}，现在是{number[17]}，请核对整个号码")
    return IdentityNumber(number, born_on)


def mask(text: str) -> str:
    """440*************12: first three and 17th–18th characters.

    Four at the end would give the number away: area and birth date are known from the row beside it. What follows
    the 18th says a disability, so it is never shown.
    """
    shown = text.strip()
    if len(shown) < 15:
        return "*" * len(shown)
    end = min(len(shown), 18)
    return f"{shown[:3]}{'*' * (end - 5)}{shown[end - 2 : end]}{'*' * (len(shown) - end)}"


def valid_many(texts: Sequence[str], *, today: date | None = None) -> NDArray[np.bool_]:
    """For each text, whether `parse` accepts it. Clean 18-character numbers are checked all at once by numpy."""
    day = today or dates.today()
    if not texts:
        return np.zeros(0, dtype=np.bool_)
    signs = np.array(texts, dtype="U19").view(np.uint32).reshape(len(texts), 19)
    digits = signs.astype(np.int16) - 48
    is_digit = (digits >= 0) & (digits <= 9)
    last_is_x = signs[:, 17] == ord("X")
    plain = is_digit[:, :17].all(axis=1) & (is_digit[:, 17] | last_is_x) & (signs[:, 18] == 0)
    verdict = np.zeros(len(texts), dtype=np.bool_)
    rows = digits[plain].astype(np.int32)
    verdict[plain] = _check_sums(rows, last_is_x[plain]) & _areas(rows) & _births(rows, day)
    for row in np.flatnonzero(~plain).tolist():
        verdict[row] = _accepts(texts[row], day)
    return verdict


_LOST = "号码“{}”被表格软件当作数字，15 位以后的数字已经丢失，无法还原；请把这一列的格式改为“文本”，再按证件重新填写"


def _as_text(value: str | float) -> str:
    if isinstance(value, float):
        if not value < 10**15:
            raise IdentityError(_LOST.format(f"{value:.5g}"))
        return f"{value:g}" if value != int(value) else str(int(value))
    text = str(value)
    if _WAS_A_FLOAT.fullmatch(text.strip().lstrip("'")):
        raise IdentityError(_LOST.format(text.strip()))
    return text.removesuffix(".0")


def _from_15(number: str) -> str:
    if not number.isascii() or not number.isdigit():
        raise IdentityError(_why_malformed(number))
    first17 = f"{number[:6]}19{number[6:]}"
    return first17 + check_character(first17)


def _why_malformed(number: str) -> str:
    if not number:
        return "证件号码是空的"
    if "*" in number:
        return "号码带有星号，是打过码的，请填写完整号码"
    if len(number) not in (15, 18, 20, 22):
        return f"号码有 {len(number)} 位，应为 18 位（残疾人证 20 或 22 位）"
    for place, character in enumerate(number[:17], 1):
        if not "0" <= character <= "9":
            return f"第{place}位“{character}”应为数字"
    if number[17] not in "0123456789X":
        return f"第18位“{number[17]}”应为数字或 X"
    if number[18] not in "1234567":
        return f"第19位（残疾类别）“{number[18]}”应为 1–7"
    if number[19] not in "1234":
        return f"第20位（残疾等级）“{number[19]}”应为 1–4"
    return f"第21、22位“{number[20:]}”应为字母或数字"


def _area_exists(number: str) -> bool:
    """A province, 99 of the invented, or 9 + province: permanent residence of foreigners since 2023."""
    return number[:2] in _PROVINCE_TEXTS or number[:2] == "99" or (number[0] == "9" and number[1:3] in _PROVINCE_TEXTS)


def _birth(number: str, today: date) -> date:
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    try:
        born_on = date(year, month, day)
    except ValueError:
        raise IdentityError(f"第7–14位“{number[6:14]}”不是日期（出生日期），请核对") from None
    if born_on > today:
        raise IdentityError(f"第7–14位的出生日期 {born_on:%Y-%m-%d} 还没有到，请核对")
    if born_on < FIRST_BIRTH:
        raise IdentityError(f"第7–10位的出生年份 {year} 早于 {FIRST_BIRTH.year} 年，请核对")
    return born_on


def _accepts(text: str, today: date) -> bool:
    try:
        parse(text, today=today)
    except IdentityError:
        return False
    return True


def _check_sums(rows: NDArray[np.int32], last_is_x: NDArray[np.bool_]) -> NDArray[np.bool_]:
    expected = (12 - rows[:, :17] @ np.array(WEIGHTS, dtype=np.int32) % 11) % 11  # 10 stands for X
    return np.asarray(np.where(last_is_x, 10, rows[:, 17]) == expected, dtype=np.bool_)


def _areas(rows: NDArray[np.int32]) -> NDArray[np.bool_]:
    known = np.zeros(100, dtype=np.bool_)
    known[list(_PROVINCES)] = True
    first, second = rows[:, 0] * 10 + rows[:, 1], rows[:, 1] * 10 + rows[:, 2]
    return np.asarray(known[first] | (first == 99) | ((rows[:, 0] == 9) & known[second]), dtype=np.bool_)


def _births(rows: NDArray[np.int32], today: date) -> NDArray[np.bool_]:
    year = rows[:, 6:10] @ np.array([1000, 100, 10, 1], dtype=np.int32)
    month = rows[:, 10] * 10 + rows[:, 11]
    day = rows[:, 12] * 10 + rows[:, 13]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    lengths = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int32)
    last = lengths[np.clip(month, 1, 12) - 1] + (leap & (month == 2))
    whole = year * 10_000 + month * 100 + day
    lived = (whole >= 19_000_101) & (whole <= today.year * 10_000 + today.month * 100 + today.day)
    return np.asarray(lived & (month >= 1) & (month <= 12) & (day >= 1) & (day <= last), dtype=np.bool_)
