"""Identity numbers in the database: the only module that touches a stored number (1.1).

A number is kept as text of 18, 20 or 22 characters; `key` (first 17 digits) finds and compares people. When numbers
must be kept enciphered (SM4), this module and the two columns it fills change, nothing else.
"""

from __future__ import annotations

import re
from datetime import date

from django.db.models import Q

from bangfu.kernel import identity as gb11643
from bangfu.kernel.identity import IdentityError, mask, normalise, parse
from bangfu.people.codes import DISABILITY, RESIDENT

__all__ = ["difference", "ending_with", "fault", "key_of", "looks_like_number", "mask", "normalise", "stored"]

_PLAIN = re.compile(r"[0-9]{17}[0-9X]?")
_OLD = re.compile(r"[0-9]{15}")


def stored(text: str) -> str:
    """How a number is kept: normalised; 15 digits become 18."""
    number = normalise(text)
    if _OLD.fullmatch(number):
        first17 = f"{number[:6]}19{number[6:]}"
        return first17 + gb11643.check_character(first17)
    return number


def key_of(text: str) -> int | None:
    """First 17 digits of a number, also of a disability card or of 15 digits; None when there are none (a passport)."""
    if len(text) == 18 and text.isascii() and text[:17].isdigit():
        return int(text[:17])
    number = stored(text)
    return int(number[:17]) if number[:17].isascii() and number[:17].isdigit() and len(number) >= 17 else None


def ending_with(ending: str) -> Q:
    """People whose resident number ends so; a filter behind the index, never alone."""
    return Q(identity_no__regex=f"^.{{{18 - len(ending)}}}{ending}") if len(ending) <= 18 else Q(pk__in=[])


def difference(one: str, other: str) -> str:
    """Where two numbers differ, so that they can be compared without being shown: 第 14、18 位不同."""
    if not one or not other:
        return "只有一条有号码"
    first, second = stored(one)[:18], stored(other)[:18]
    if first == second:
        return "18 位相同，一条是残疾人证号"
    places = [str(place) for place, (a, b) in enumerate(zip(first, second, strict=False), 1) if a != b]
    return f"第 {'、'.join(places)} 位不同"


def looks_like_number(text: str) -> bool:
    """Whether a search text is a whole number rather than the end of one."""
    number = normalise(text)
    return bool(_PLAIN.match(number) or _OLD.fullmatch(number))


def fault(text: str, *, card_kind: str, born_on: date | None, sex: int | None, today: date) -> str:
    """What is wrong with the number of a person, in Chinese; "" when nothing is."""
    if not text or card_kind not in (RESIDENT, DISABILITY):
        return ""
    try:
        number = parse(text, today=today)
    except IdentityError as error:
        return str(error)
    if card_kind == DISABILITY and number.kind != DISABILITY:
        return "残疾人证号应为 20 或 22 位，请核对，或把证件类型改为居民身份证"
    if born_on and number.born_on != born_on:
        return f"号码中的出生日期是 {number.born_on:%Y-%m-%d}，与填写的 {born_on:%Y-%m-%d} 不一致，请核对"
    if sex and number.sex != sex:
        return f"号码第17位表示{'男' if number.sex == 1 else '女'}性，与填写的性别不一致，请核对"
    return ""
