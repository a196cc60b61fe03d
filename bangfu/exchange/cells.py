"""What stands in a cell, as text: the start of every conversion, and what all conversions say when it goes wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from bangfu.exchange.rendering import RISKY

Convert = Callable[[Any], Any]

#: what people write for "nothing"
BLANK_WORDS = frozenset({"", "-", "--", "—", "——", "/", "\\", "无数据", "空", "null", "NULL", "None", "N/A", "#N/A"})
_LOST = 10**15  # beyond, a number in a workbook has lost digits
_SCIENTIFIC = re.compile(r"\d(?:\.\d*)?[eE]\+?\d{2}")


class WrongCell(ValueError):
    """The message says what is wrong with the cell and how to mend it."""


def shown(cell: Any) -> str:
    """A cell as the person sees it, short enough for a message."""
    if isinstance(cell, datetime):
        cell = cell.isoformat(" ")
    words = f"{cell:.15g}" if isinstance(cell, float) else str(cell)
    return words if len(words) <= 60 else f"{words[:57]}…"


def as_text(cell: Any) -> str:
    """The cell as text. Errors: WrongCell for a number whose digits are lost."""
    if type(cell) is str:
        bare = cell.strip()
        # the apostrophe that an export puts before what a spreadsheet would run
        return bare[1:] if bare[:1] == "'" and bare.lstrip("'").startswith(RISKY) else bare
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, (float, int)):
        if abs(cell) >= _LOST:
            raise lost_digits(f"{cell:.5g}")
        return str(int(cell)) if cell == int(cell) else f"{cell:.15g}"
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return "" if cell is None else str(cell)


def lost_digits(cell: str) -> WrongCell:
    return WrongCell(
        f"“{cell}”是被表格软件改成数字的长号码，15 位以后的数字已丢失，无法还原。"
        "请把这一列设为“文本”格式，再按证件或原表重新填写"
    )


def is_scientific(words: str) -> bool:
    """4.4E+17: digits are lost."""
    return bool(_SCIENTIFIC.fullmatch(words))


def folded(cell: Any) -> str:
    """Text with full-width letters and digits made half-width."""
    return unicodedata.normalize("NFKC", as_text(cell)).strip()


def is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip() in BLANK_WORDS)
