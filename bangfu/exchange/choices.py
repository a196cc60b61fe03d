"""Cells that hold one or several of given words, as labels, other words for them, or codes."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import Any

from bangfu.exchange.cells import BLANK_WORDS, Convert, WrongCell, as_text, folded, shown
from bangfu.exchange.sheet import Column

_SEPARATORS = re.compile(r"[、,，;；/|\s]+")
_TRUE = frozenset({"是", "有", "对", "√", "✓", "✔", "y", "yes", "true", "1", "t"})
_FALSE = frozenset({"否", "无", "没有", "不是", "错", "×", "✗", "x", "n", "no", "false", "0", "f"})
_LISTED = 12


def booleans(column: Column) -> Convert:
    def convert(cell: Any) -> bool | None:
        if isinstance(cell, bool):
            return cell
        words = folded(cell).lower()
        if words in _TRUE:
            return True
        if words in _FALSE:
            return False
        if words in BLANK_WORDS:
            return None
        raise WrongCell(f"“{shown(cell)}”应填“是”或“否”")

    return convert


def choices(column: Column) -> Convert:
    table = _table(column)

    def convert(cell: Any) -> Any:
        wanted = choice_key(as_text(cell))
        if wanted in table:
            return table[wanted]
        if wanted in BLANK_WORDS:
            return None
        raise _unknown(column, cell)

    return convert


def multiple_choices(column: Column) -> Convert:
    """A list, in the order written, each once."""
    table = _table(column)

    def convert(cell: Any) -> list[Any] | None:
        words = as_text(cell)
        if (whole := choice_key(words)) in table:
            return [table[whole]]
        parts = _SEPARATORS.split(unicodedata.normalize("NFKC", words))
        parts = [part for part in parts if part not in BLANK_WORDS]
        if not parts:
            return None
        for part in parts:
            if choice_key(part) not in table:
                raise _unknown(column, part)
        return list(dict.fromkeys(table[choice_key(part)] for part in parts))

    return convert


def choice_key(label: Any) -> str:
    """A label without blanks and brackets, full-width folded: 长期慢性病 （一种） → 长期慢性病一种."""
    return re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", str(label))).lower()


def _table(column: Column) -> dict[str, Any]:
    """Labels win over aliases, aliases over codes."""
    table: dict[str, Any] = {choice_key(label): value for value, label in column.choices}
    for label, value in column.choice_aliases:
        table.setdefault(choice_key(label), value)
    for value, _ in column.choices:
        table.setdefault(choice_key(value), value)
    return table


def _unknown(column: Column, cell: Any) -> WrongCell:
    labels = [label for _, label in column.choices]
    near = difflib.get_close_matches(shown(cell), labels, n=1, cutoff=0.5)
    hint = f"，是不是“{near[0]}”？" if near else "。"
    listed = "、".join(labels[:_LISTED]) + ("等" if len(labels) > _LISTED else "")
    return WrongCell(f"“{shown(cell)}”不在可选项里{hint}可选：{listed}")
