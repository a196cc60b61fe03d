"""Text as people type it: cleaning, pinyin for search by initials, bigrams for search by two characters."""

from __future__ import annotations

import re
import unicodedata

from pypinyin.constants import PINYIN_DICT

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_SPACES = "\t\n\x0b\x0c\r\u2028\u2029"
_BLANKS = re.compile(r"\s+")
_INNER_BLANKS = re.compile(r"(?<=[\u3400-\u9fff·])\s+(?=[\u3400-\u9fff·])|(?<=·)\s+|\s+(?=·)")
_NO_LETTERS = re.compile(r"[\s·]")
_DOTS = re.compile(r"[·•・‧∙⋅●˙．.]")
# Readings that a character has as a surname; elsewhere its most common reading holds.
_SURNAMES = {
    "单": "shan", "解": "xie", "曾": "zeng", "翟": "zhai", "区": "ou", "查": "zha", "仇": "qiu", "朴": "piao",
    "盖": "ge", "缪": "miao", "覃": "qin", "乐": "yue", "员": "yun", "洗": "xian", "折": "she",
    "种": "chong", "秘": "bi", "繁": "po", "祭": "zhai", "郇": "xun",
}  # fmt: skip
_LONG_SURNAMES = {"尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai", "单于": "chan yu"}


def clean(text: object) -> str:
    """Names, codes, labels: full-width → half-width, invisible characters out, blanks to one, trimmed. None → ""."""
    if text is None:
        return ""
    raw = str(text)
    if _HAN.fullmatch(raw):
        return raw
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", _visible(raw))).strip()


def clean_prose(text: object) -> str:
    """Remarks and long text: as `clean`, but Chinese punctuation and line ends stay as they were typed."""
    if text is None:
        return ""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return unicodedata.normalize("NFC", "\n".join(_visible(line).rstrip() for line in lines)).strip()


def person_name(text: object) -> str:
    """陈 伟 → 陈伟; 买买提．阿不都 → 买买提·阿不都. Blanks between Latin words stay."""
    name = clean(text)
    if _HAN.fullmatch(name):
        return name
    return _INNER_BLANKS.sub("", _DOTS.sub("·", name)).strip("· ")


def bigrams(name: str) -> list[str]:
    """Pairs of neighbouring characters, each once, in order: 陈伟国 → 陈伟, 伟国. One character is its own pair."""
    letters = name if _HAN.fullmatch(name) else _NO_LETTERS.sub("", person_name(name).lower())
    if len(letters) <= 2:
        return [letters] if letters else []
    if len(letters) == 3 and letters[:2] != letters[1:]:  # most names by far
        return [letters[:2], letters[1:]]
    return list(dict.fromkeys(map("".join, zip(letters, letters[1:], strict=False))))


def pinyin(name: str, *, surname: bool = True) -> str:
    """陈伟国 → chenweiguo. Letters and digits stay (lower case), other signs go; ü is written v.

    With `surname`, the first character reads as a surname (单 → shan); set it to False for places and things.
    """
    return _read(name, surname, _READINGS)


def initials(name: str, *, surname: bool = True) -> str:
    """陈伟国 → cwg. Letters and digits stay whole: B区3栋 → bq3d."""
    return _read(name, surname, _INITIALS)


def _read(name: str, surname: bool, table: dict[int, str]) -> str:
    if not surname:
        return name.translate(table)
    if long := _LONG_SURNAMES.get(name[:2]):
        first, second = long.split()
        head = first + second if table is _READINGS else first[0] + second[0]
        return head + name[2:].translate(table)
    if reading := _SURNAMES.get(name[:1]):
        return (reading if table is _READINGS else reading[0]) + name[1:].translate(table)
    return name.translate(table)


class _Readings(dict[int, str]):
    """Code point → most common reading without tone, "" for signs; filled as characters are met."""

    def __missing__(self, point: int) -> str:
        self[point] = reading = _reading(chr(point))
        return reading


class _Initials(dict[int, str]):
    def __missing__(self, point: int) -> str:
        self[point] = initial = _READINGS[point][:1]
        return initial


_READINGS, _INITIALS = _Readings(), _Initials()


def _reading(character: str) -> str:
    found = PINYIN_DICT.get(ord(character), "").split(",")[0]
    if found:
        plain = unicodedata.normalize("NFD", found).replace("u\u0308", "v")
        return "".join(c for c in plain if c.isascii() and c.isalpha())
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if folded.isascii() and folded.isalnum() else ""


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join([" " if c in _SPACES else c for c in text if c in _SPACES or not _is_invisible(c)])


def _is_invisible(character: str) -> bool:
    """Format and control signs (zero-width, byte order mark, NUL, …), private use, lone surrogates, unassigned."""
    return unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn")
