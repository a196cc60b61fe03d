"""What is wrong on one worksheet of a file, ready to be marked in it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Marks:
    position: int
    #: row number of the last row of the head
    head: int
    #: index of the column for 错误说明
    column: int
    #: row number → [(column index or None for the whole row, message)]
    rows: dict[int, list[tuple[int | None, str]]] = field(default_factory=dict)

    def words(self, row: int) -> str:
        return "；".join(message for _, message in self.rows[row])
