"""How a division is called: the display rule, the key that user spellings are matched by, and the full name.

The source's names stay as they are in `Division.name`. The display rule only mends the ending, where the source
writes one thing in many ways: 村民委员会, 村民委会 → 村委会; 居民委员会, 居委会会, 居委委员会, 居委 → 居委会. Nothing
else of a name is touched, so whoever compares with the official list finds every name again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bangfu.divisions.source import Kind, Row
from bangfu.kernel import text
from bangfu.kernel.codes import Level

_VILLAGE_ENDING = re.compile(r"(?:村民委员会|村民委会|村委委员会|村委会|村委)$")
_COMMUNITY_ENDING = re.compile(r"(?:居民委员会|居委委员会|居委员会|居委会会|居委会|居委)$")
_COMMITTEE = re.compile(r"(?:村委会|居委会|社区)$")
_PLACE_ENDING = {
    Level.PROVINCE: re.compile(r"(?:(?:壮族|回族|维吾尔)?自治区|省|市)$"),
    Level.CITY: re.compile(r"市$"),
    Level.COUNTY: re.compile(r"(?:(?:.族)*自治县|市|县|区)$"),
    Level.TOWN: re.compile(r"(?:街道办事处|街道办|街道|(?:.族)*乡|镇)$"),
    Level.VILLAGE: re.compile(r"村$"),
}
# Readings that place names have and the dictionary's first reading has not, written as a homophone.
_READINGS = (("番禺", "潘禺"), ("黄埔", "黄普"), *zip("埔长都重佛畜还调", "布常督虫仏蓄环条", strict=True))


def label(name: str) -> str:
    """The name as it is shown."""
    return _COMMUNITY_ENDING.sub("居委会", _VILLAGE_ENDING.sub("村委会", name))


def match_key(name: str, level: int) -> str:
    """What is left when the endings that people drop or vary are gone: 光明村民委员会, 光明村委会, 光明村 → 光明.

    A name never shrinks below two characters (except a village's 村): 东区街道 → 东区, 沙县 stays.
    """
    key = label(name.strip())
    if level == Level.VILLAGE:
        while (shorter := _COMMITTEE.sub("", key)) and shorter != key:
            key = shorter
    shorter = _PLACE_ENDING[Level(level)].sub("", key)
    return shorter if len(shorter) >= (1 if level == Level.VILLAGE else 2) else key


def sounds(name: str) -> tuple[str, str]:
    """(pinyin, initials) of the shown name: 佛山市 → foshanshi, fss."""
    spelt = label(name)
    for written, read in _READINGS:
        spelt = spelt.replace(written, read)
    return text.pinyin(spelt, surname=False), text.initials(spelt, surname=False)


def grams(name: str) -> list[str]:
    """Single characters and neighbouring pairs of the shown name, for search by any one or two characters."""
    shown = text.clean(label(name)).lower().replace(" ", "")
    return list(dict.fromkeys([*shown, *text.bigrams(shown)]))


def full_names(rows: Iterable[Row], above: Mapping[int, tuple[str, int, str]] | None = None) -> dict[int, str]:
    """code → 清远市英德市东华镇光明村委会. The province is left out, a municipality (北京市) is not.

    `rows` come parents first; `above`: code → (full name, level, kind) of parents that are not among the rows.
    """
    known = dict(above or {})
    for row in rows:
        prefix, level, kind = known[row.parent] if row.parent else ("", 0, "")
        if level == Level.PROVINCE and kind != Kind.MUNICIPALITY:
            prefix = ""
        known[row.code] = (prefix + label(row.name), row.level, row.kind)
    return {code: full for code, (full, _, _) in known.items()}
