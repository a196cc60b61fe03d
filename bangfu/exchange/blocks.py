"""The common shape of what the readers give: worksheets, and their rows in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Row = list[Any]


@dataclass(frozen=True)
class Block:
    """Neighbouring rows of a worksheet; `first` is the row number (from 1) of the first, `left` the index of the first
    column. Rows may differ in length from block to block."""

    first: int
    rows: list[Row]
    left: int = 0
    #: (row number, column index) → what is wrong with the cell itself, such as a formula that failed
    broken: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Worksheet:
    """`blocks()` reads from the start each time it is called. Errors while reading: Refused."""

    name: str
    position: int
    is_hidden: bool
    blocks: Callable[[], Iterator[Block]]
