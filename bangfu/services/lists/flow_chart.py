"""Steps of a list item as a flow chart, drawn on the server: boxes, arrows, where a running case stands (3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, BOX, LEFT = 340, 210, 10
LINE, PADDING, GAP = 20, 12, 28
LETTERS = 13  # in a line of a box
NOTE_AT = LEFT + BOX + 12


@dataclass(frozen=True)
class Box:
    state: str
    y: int
    height: int
    #: (y, text)
    lines: tuple[tuple[int, str], ...]
    note: str

    @property
    def middle(self) -> int:
        return self.y + self.height // 2

    @property
    def bottom(self) -> int:
        return self.y + self.height


@dataclass(frozen=True)
class Chart:
    boxes: tuple[Box, ...]
    height: int
    #: for those who can't see it
    says: str
    width: int = WIDTH
    left: int = LEFT
    box: int = BOX
    centre: int = LEFT + BOX // 2
    note_at: int = NOTE_AT

    @property
    def arrows(self) -> list[str]:
        """Paths from a box to the next, with the tip."""
        x = self.centre
        ends = [(box.bottom, box.bottom + GAP) for box in self.boxes[:-1]]
        return [f"M{x} {top}V{low}M{x - 5} {low - 7}L{x} {low}L{x + 5} {low - 7}" for top, low in ends]


def drawn(steps: Sequence[str], done: Sequence[date] = (), *, is_running: bool = False) -> Chart:
    """`done`: the days of the first steps; the next one is the present one while the case runs."""
    boxes, y = [], 2
    for place, title in enumerate(steps):
        lines = [title[start : start + LETTERS] for start in range(0, len(title), LETTERS)]
        height = LINE * len(lines) + 2 * PADDING
        texts = tuple((y + PADDING + LINE * turn + LINE // 2, line) for turn, line in enumerate(lines))
        state = "done" if place < len(done) else "now" if is_running and place == len(done) else "todo"
        note = f"{done[place]:%Y-%m-%d}" if place < len(done) else "正在办" if state == "now" else ""
        boxes.append(Box(state, y, height, texts, note))
        y += height + GAP
    said = [
        f"第{place}步{title}{f'（{box.note}）' if box.note else ''}"
        for place, (title, box) in enumerate(zip(steps, boxes, strict=True), 1)
    ]
    return Chart(tuple(boxes), max(y - GAP + 2, 2), "，".join(said))
