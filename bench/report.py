"""What a benchmark says: the machine, a table, targets met or missed; kept in results.md when asked to.

A title has one section there: the newest run takes the place of the one before.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).with_name("results.md")
_WITH = ("django", "psycopg", "python-calamine", "rustpy-xlsxwriter")


def machine() -> str:
    """Cores, memory, load and versions, in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{_model()}, {memory:.0f} GB; {_loads()}"


def versions(*more: str) -> str:
    known = [f"{name} {version(name)}" for name in _WITH]
    return ", ".join([f"Python {platform.python_version()}", *known, *more])


def _model() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((f" ({line.partition(':')[2].strip()})" for line in lines if line.startswith("model name")), "")


def _loads() -> str:
    return "load average " + " ".join(f"{load:.1f}" for load in os.getloadavg())


@dataclass
class Report:
    """Built line by line; `end` prints it whole and gives the exit code of the command."""

    title: str
    lines: list[str] = field(default_factory=list)
    missed: int = 0

    def __post_init__(self) -> None:
        now = f"{datetime.now().astimezone():%Y-%m-%d %H:%M}"
        self.lines = [f"## {self.title}", "", f"{now}. Machine: {machine()}."]

    def say(self, line: str) -> None:
        self.lines.append(line)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        self.lines += ["", f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
        self.lines += [f"| {' | '.join(_shown(cell) for cell in row)} |" for row in rows]
        self.lines.append("")

    def target(self, words: str, value: float, *, most: float | None = None, least: float | None = None) -> None:
        """A line with met or missed. `words` has one place for the value."""
        met = (most is None or value <= most) and (least is None or value >= least)
        self.missed += not met
        bound = f"at most {most:g}" if most is not None else f"at least {least:g}"
        self.lines.append(f"- {words.format(f'{value:,.1f}')} (target: {bound}): **{'met' if met else 'missed'}**")

    def end(self, *, save: bool) -> int:
        self.lines += ["", f"Afterwards: {_loads()}."]
        text = "\n".join(self.lines)
        print(text)
        if save:
            _keep(self.title, text)
        return 1 if self.missed else 0


def _keep(title: str, text: str) -> None:
    before = (
        RESULTS.read_text("utf-8")
        if RESULTS.exists()
        else "# Results\n\nWritten by the commands of README.md with `--save`.\n"
    )
    head, *sections = before.split("\n## ")
    others = [section for section in sections if section.partition("\n")[0] != title]
    RESULTS.write_text(
        "\n## ".join([head.rstrip("\n") + "\n", *(s.strip("\n") + "\n" for s in others), text[3:] + "\n"]), "utf-8"
    )


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.1f}" if cell < 1000 else f"{cell:,.0f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
