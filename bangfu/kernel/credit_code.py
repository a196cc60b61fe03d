"""统一社会信用代码 (GB 32100-2015): firms, co-operatives, village collective organisations, public bodies."""

from __future__ import annotations

import re
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_IGNORED = re.compile(r"[\s\-‐‑‒–—―'‘’`\u200b-\u200f\u2060\ufeff\x00]")


class CreditCodeError(ValueError):
    """The text is no valid code; the message says in Chinese what is wrong and where."""


def normalise(text: str) -> str:
    """Full-width, lower case, blanks, dashes, a leading apostrophe. Checks nothing."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text)).upper()


def check_character(first17: str) -> str:
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(first17, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def parse(text: str) -> str:
    """The normalised 18-character code.

    Errors: CreditCodeError when the length, a character, the division part or the check character is wrong.
    """
    code = normalise(text)
    if len(code) != 18:
        raise CreditCodeError(f"统一社会信用代码“{code}”有 {len(code)} 位，应为 18 位")
    for place, character in enumerate(code, 1):
        if character not in ALPHABET:
            raise CreditCodeError(f"统一社会信用代码第{place}位“{character}”不会出现，{_hint(character)}")
    if not code[2:8].isdigit():
        raise CreditCodeError(f"统一社会信用代码第3–8位“{code[2:8]}”应为 6 位数字（登记机关区划）")
    if code[17] != (expected := check_character(code[:17])):
        raise CreditCodeError(f"统一社会信用代码第18位应为{expected}，现在是{code[17]}，请核对整个代码")
    return code


def _hint(character: str) -> str:
    meant = {"I": "数字 1", "O": "数字 0", "Z": "数字 2", "S": "数字 5", "V": "字母 U"}.get(character)
    return f"是不是{meant}？请核对" if meant else "只能是数字和大写字母"
