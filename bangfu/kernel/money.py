"""Money: Decimal yuan on pages and in workbooks, integer fen where sums must be exact. Never float."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
WAN = Decimal(10_000)
LIMIT = Decimal(10) ** 13  # ten thousand milliards: above it the cell is not money
_UNITS = {
    **dict.fromkeys(["", "元", "圆"], Decimal(1)),
    "千元": Decimal(1_000),
    **dict.fromkeys(["万", "万元"], WAN),
    **dict.fromkeys(["亿", "亿元"], WAN * WAN),
    "角": CENT * 10,
    "分": CENT,
}
_NUMBER = r"[-+]?[0-9][0-9,]*(?:\.[0-9]*)?|[-+]?\.[0-9]+"
_AMOUNT = re.compile(rf"(\(?)¥?(?:人民币|RMB|CNY)?({_NUMBER})([一-龥]*)(\)?)", re.IGNORECASE)


class MoneyError(ValueError):
    """The value is no amount of money; the message says why, in Chinese."""


def parse_yuan(value: object) -> Decimal:
    """1234.5, "1,234.50", "￥1234元", "1.2万元", "(300)" → yuan with two places.

    A float of a workbook is taken as the shortest decimal that reads the same, so 0.1 + 0.2 is 0.30.
    Errors: MoneyError when it is no number, has parts of a fen, or is larger than any budget.
    """
    if isinstance(value, bool) or value is None:
        raise MoneyError("金额是空的" if value is None else "金额应为数字")
    if isinstance(value, (int, float, Decimal)):
        return _whole_fen(_finite(Decimal(f"{value:.12g}") if isinstance(value, float) else Decimal(value)), str(value))
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value))).lstrip("'")
    if not text:
        raise MoneyError("金额是空的")
    found = _AMOUNT.fullmatch(text)
    if not found or found[3] not in _UNITS or bool(found[1]) != bool(found[4]):
        raise MoneyError(f"“{text}”不是金额，请只填数字，例如 1234.50")
    amount = Decimal(found[2].replace(",", "")) * _UNITS[found[3]]
    return _whole_fen(-amount if found[1] else amount, text)


def to_fen(yuan: Decimal) -> int:
    """Errors: MoneyError when there are parts of a fen."""
    return int(_whole_fen(yuan, str(yuan)) * 100)


def from_fen(fen: int) -> Decimal:
    return (Decimal(fen) / 100).quantize(CENT)


def round_yuan(amount: Decimal) -> Decimal:
    """To the fen, half up (四舍五入), as for a per-capita figure."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def show_yuan(yuan: Decimal) -> str:
    """1234.5 → 1,234.50; the unit is the caller's."""
    return f"{round_yuan(yuan):,}"


def show_wan(yuan: Decimal) -> str:
    """In 万元 with two places: 1234567 → 123.46."""
    return f"{round_yuan(yuan / WAN):,}"


def show_number(number: Decimal) -> str:
    """93.00 → 93, 4.50 → 4.5: what is no money ends where its digits do."""
    return f"{number.normalize():f}" if number else "0"


def _finite(amount: Decimal) -> Decimal:
    if not amount.is_finite():
        raise MoneyError("金额应为数字")
    return amount


def _whole_fen(amount: Decimal, text: str) -> Decimal:
    if abs(amount) >= LIMIT:
        raise MoneyError(f"金额“{text}”过大，请核对单位")
    rounded = amount.quantize(CENT, ROUND_HALF_UP)
    if rounded != amount:
        raise MoneyError(f"金额“{text}”的小数超过两位（不足一分），请核对")
    return rounded
