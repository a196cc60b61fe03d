"""How a head of an asker's workbook is read: the same head in other widths, blanks, signs and units is the same head."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bangfu.demands.states import AnswerKind
from bangfu.exchange.heads import key, short_key

LONGEST = 300
_TOTAL = re.compile(r"^(?:合计|总计|共计|小计|累计)")
_YES_NO = re.compile(r"是否|有无|能否|可否")
_DATE = re.compile(r"日期$|时间$|年月日?$")
_NUMBER = re.compile(
    r"(?:数|数量|人数|户数|次数|面积|金额|收入|产值|比例|比率|率|年限|里程|距离|岁|年龄|人次|场次|天数|合计)$"
)
_UNIT = re.compile(
    r"[(（\[【](?:万?元|亩|户|人|人次|个|处|公里|千米|米|吨|公斤|平方米|㎡|%|％|次|天|条|座|台|头|只|家|场|名)[)）\]】]"
)


def joined(names: Sequence[str]) -> str:
    """The heads above a column as one title, each once: 户主信息 姓名."""
    return " ".join(dict.fromkeys(" ".join(name.split()) for name in names if name.strip()))[:LONGEST]


def head_key(names: Sequence[str]) -> str:
    """Without blanks, signs and widths; what stands in brackets belongs to it: 收入（元） and 收入（万元） differ."""
    return key("".join(dict.fromkeys(names)))[:LONGEST]


def spellings(names: Sequence[str]) -> list[str]:
    """Ways to read the heads above a column, the most telling first: all joined, then the last ones, each also without
    what stands in brackets."""
    ways = [spell("".join(names[start:])) for start in range(len(names)) for spell in (key, short_key)]
    return [way for way in dict.fromkeys(ways) if way]


def is_total(names: Sequence[str]) -> bool:
    """A sum is computed from rows; nobody is asked for it."""
    return bool(_TOTAL.match(key(names[-1]))) if names else False


def answer_kind(names: Sequence[str]) -> AnswerKind:
    """What kind of answer the head asks for; the officer may choose another."""
    last = names[-1] if names else ""
    bare = short_key(last)
    if _YES_NO.search(bare):
        return AnswerKind.YES_NO
    if _DATE.search(bare):
        return AnswerKind.DATE
    if _UNIT.search(last) or _NUMBER.search(bare):
        return AnswerKind.NUMBER
    return AnswerKind.TEXT
