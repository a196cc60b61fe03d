"""What may stand on a public notice: lines built from named fields alone, and a reader of free text that finds the rest.

A notice never gets a row of a register, only `NoticeFacts`; there is no field through which a number could come in.
个人信息保护法 第二十八条; domain facts: only once, at village level, without number, phone, bank or health.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from bangfu.kernel.text import clean_prose
from bangfu.policy.code_lists import code_list

#: shorter runs of digits are amounts, counts and years
LONGEST_NUMBER = 6
_NUMERALS = str.maketrans("〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖两", "0001234567891234567892")
#: what people put between the digits of a number
_BETWEEN = r"[\s\-‐‑‒–—―_.,，。、:：;；/\\|·•*＊#+()（）\[\]【】<>《》~～'\"`]*"
_RUN = re.compile(rf"\d(?:{_BETWEEN}\d)*")
_IDEOGRAPHS = re.compile(r"[\u3400-\u9fff]{2,4}(?:·[\u3400-\u9fff]{1,8})?|[\u3400-\u9fff]{1,8}·[\u3400-\u9fff]{1,8}")


class PrivateData(ValueError):
    """The text may not be published; the message says what was found and what to write instead."""


@dataclass(frozen=True)
class NoticeFacts:
    """All that a notice about a household can say. `category` and `reasons` are labels of code lists; `heads` name them."""

    village: str
    head_name: str
    category: str
    reasons: tuple[str, ...]
    heads: tuple[str, str] = ("拟定类别", "主要困难")


@dataclass(frozen=True)
class Lines:
    """What a notice about a thing, such as a project, says: (label, text), each read for what may not be published."""

    lines: tuple[tuple[str, str], ...]


def masked_name(name: str, style: str) -> str:
    """陈志强 → 陈*强 (留姓和末字), 陈** (只留姓), 陈志强 (全名). What is no name is hidden whole."""
    if not _IDEOGRAPHS.fullmatch(name):
        return "某某"
    if style == "全名":
        return name
    if style == "留姓和末字" and len(name) > 2:
        return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"
    return f"{name[0]}{'*' * (len(name) - 1)}"


def lines_of(facts: NoticeFacts | Lines, style: str) -> list[list[str]]:
    """The lines of the notice: (label, text). Errors: PrivateData, should a label carry what it may not."""
    if isinstance(facts, Lines):
        return [[label, check(text).replace("\n", " ")] for label, text in facts.lines]
    lines = [
        ["所在村", facts.village],
        ["户主", masked_name(facts.head_name, style)],
        [facts.heads[0], facts.category],
        [facts.heads[1], "、".join(dict.fromkeys(facts.reasons))],
    ]
    for _, text in lines:
        check(text)
    return lines


def check(text: str, known: Iterable[str] = ()) -> str:
    """The text, cleaned, if it may be published. `known`: names, numbers and phones of the household, never allowed.

    Errors: PrivateData.
    """
    found = list(dict.fromkeys(_found(text, known)))
    if found:
        raise PrivateData(
            f"公示内容会张贴并在网上公开，不能写{'、'.join(found)}。请改成概括的说法，例如“家庭支出较大”；日期写成“11月23日”"
        )
    return clean_prose(text)


def _found(text: str, known: Iterable[str]) -> Iterator[str]:
    plain = _plain(text)
    for run in _RUN.findall(plain):
        digits = re.sub(r"\D", "", run)
        if len(digits) > LONGEST_NUMBER:
            yield f"号码（“{run.strip()[:24]}”，可能是身份证号、电话或账号）"
    solid = re.sub(r"[\W_]+", "", plain).casefold()
    yield from (f"“{word}”（个人健康、账户等敏感信息）" for word in _words() if word in solid)
    for secret in known:
        hidden = re.sub(r"[\W_]+", "", _plain(secret)).casefold()
        if len(hidden) > 1 and hidden in solid:
            yield "家庭成员的姓名、号码或电话"


def _plain(text: str) -> str:
    """Full width, circled and Chinese digits become digits; invisible signs go."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).translate(_NUMERALS))
    digits = "".join(str(unicodedata.digit(c)) if unicodedata.digit(c, None) is not None else c for c in folded)
    return "".join(c for c in digits if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cn", "Mn"))


@cache
def _words() -> tuple[str, ...]:
    """Words of sensitive matters, the longest first, folded as texts are."""
    words = {word for code in code_list("private_word").codes for word in (code.label, *code.aliases)}
    return tuple(sorted((word.casefold().translate(_NUMERALS) for word in words), key=len, reverse=True))
