"""A workflow as a drawing: the way on from top to bottom, the ways back on the left, where it may end on the right.

Arrows carry the numbers of the table. Made of numbers only; the template draws it as SVG, which needs no script.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bangfu.workflow.declaration import Kind, Step, Workflow

BOX, HIGH, ROW, LANE, MARGIN, LETTER = 150, 40, 92, 26, 12, 13


@dataclass(frozen=True)
class Box:
    label: str
    x: int
    y: int
    is_final: bool
    width: int = BOX
    height: int = HIGH

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2 + 5


@dataclass(frozen=True)
class Arrow:
    """`at`: where its number stands; `words` beside it, for the way straight on."""

    number: int
    kind: Kind
    path: str
    at: tuple[int, int]
    words: str = ""


@dataclass(frozen=True)
class Diagram:
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int


def main_line(workflow: Workflow) -> list[str]:
    """The states of the way on, in the declared order; what only an END leads to stands aside."""
    led_to = {step.to for step in workflow.steps if step.kind is Kind.FORWARD}
    return [s.code for s in workflow.states if s.code in led_to or s is workflow.initial]


def way_through(workflow: Workflow) -> list[str]:
    """The way on up to the first final state: what a flow passes when all goes well."""
    line = main_line(workflow)
    ends = (row for row, code in enumerate(line, 1) if workflow.state(code).is_final)
    return line[: next(ends, len(line))]


def draw(workflow: Workflow) -> Diagram:
    main = {code: row for row, code in enumerate(main_line(workflow))}
    edges = [(n, step, source) for n, step in enumerate(workflow.steps, 1) for source in step.sources]
    straight = [e for e in edges if e[1].kind is Kind.FORWARD and main.get(e[1].to) == main.get(e[2], -9) + 1]
    looping = [e for e in edges if e[2] in main and e[1].to in main and e not in straight]
    aside = [e for e in edges if e[2] not in main or e[1].to not in main]
    left = MARGIN + LANE * (len({number for number, _, _ in looping}) + 1)
    words = max((len(_words(step)) for _, step, _ in straight), default=0)
    gap = left + max(BOX, BOX // 2 + 20 + words * LETTER) + 8
    right = gap + LANE * (len({number for number, _, _ in aside}) + 1)
    boxes = {code: Box(workflow.state(code).label, left, MARGIN + row * ROW, False) for code, row in main.items()}
    boxes |= _aside(workflow, main, right)
    arrows = [*_straight(straight, boxes), *_looping(looping, boxes, left), *_trunks(aside, boxes, gap)]
    final = {state.code for state in workflow.states if state.is_final}
    shown = [Box(box.label, box.x, box.y, code in final) for code, box in boxes.items()]
    width = (right + BOX if aside else gap) + MARGIN
    return Diagram(tuple(shown), tuple(arrows), width, max(box.y for box in shown) + HIGH + MARGIN)


Edge = tuple[int, Step, str]


def _words(step: Step) -> str:
    return f"{step.label}（{'、'.join(role.label for role in step.by)}）"


def _aside(workflow: Workflow, main: dict[str, int], x: int) -> dict[str, Box]:
    """Beside the first state that leads there, pushed down where two would meet."""
    found, free = {}, 0
    for state in workflow.states:
        if state.code not in main:
            sources = [main[s] for step in workflow.steps if step.to == state.code for s in step.sources if s in main]
            row = max(min(sources, default=0), free)
            found[state.code] = Box(state.label, x, MARGIN + row * ROW + ROW // 3, False)
            free = row + 1
    return found


def _straight(edges: list[Edge], boxes: dict[str, Box]) -> Iterator[Arrow]:
    """Several ways between the same two states share the line; their words stand below one another."""
    drawn: dict[tuple[str, str], int] = {}
    for number, step, source in edges:
        start, end = boxes[source], boxes[step.to]
        nth = drawn[source, step.to] = drawn.get((source, step.to), -1) + 1
        x = start.x + BOX // 2
        y = start.y + HIGH + 18 + nth * 22
        yield Arrow(number, step.kind, f"M{x} {start.y + HIGH}V{end.y - 2}", (x, y), _words(step))


def _looping(edges: list[Edge], boxes: dict[str, Box], left: int) -> Iterator[Arrow]:
    """Back, or over several states: out on the left, along the lane of the step, in on the left."""
    lanes = list(dict.fromkeys(number for number, _, _ in edges))
    for number, step, source in edges:
        lane = left - LANE * (lanes.index(number) + 1)
        shift = 14 if boxes[source].y < boxes[step.to].y else -5  # so that ways down and up never share an end
        y1, y2 = boxes[source].y + HIGH // 2 + shift, boxes[step.to].y + HIGH // 2 - shift
        yield Arrow(number, step.kind, f"M{left} {y1}H{lane}V{y2}H{left - 2}", (lane, (y1 + y2) // 2))


def _trunks(edges: list[Edge], boxes: dict[str, Box], gap: int) -> Iterator[Arrow]:
    """To a state that stands aside, or from one: all of a step share one trunk between the columns."""
    lanes = list(dict.fromkeys(number for number, _, _ in edges))
    for number, step, source in edges:
        nth = lanes.index(number)
        lane, start, end = gap + LANE * nth, boxes[source], boxes[step.to]
        y1 = start.y + HIGH // 2 + (6 * nth) % 18 - 6
        y2 = end.y + HIGH // 2 + (6 * nth) % 18 - 6
        x1 = start.x + BOX if start.x < gap else start.x
        x2 = end.x - 2 if end.x > gap else end.x + BOX + 2
        yield Arrow(number, step.kind, f"M{x1} {y1}H{lane}V{y2}H{x2}", (lane, y2 if step.kind is Kind.END else y1))
