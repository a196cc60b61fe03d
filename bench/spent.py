"""What a stretch of work cost: wall time, CPU of this process (user + system, all threads), CPU of PostgreSQL, memory.

Knows the standard library only, since the peer measures itself with it too.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Spent:
    """Seconds, and MB of peak memory of the whole process so far."""

    wall: float = 0.0
    client: float = 0.0
    server: float = 0.0
    peak_mb: float = 0.0

    @property
    def cpu(self) -> float:
        return self.client + self.server

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            self.wall + other.wall,
            self.client + other.client,
            self.server + other.server,
            max(self.peak_mb, other.peak_mb),
        )

    def times(self, factor: float) -> Spent:
        return Spent(self.wall * factor, self.client * factor, self.server * factor, self.peak_mb)


def peak_mb() -> float:
    """Most memory this process has held at once (VmHWM)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


@dataclass
class Steps:
    """Costs by step, in the order in which they were taken."""

    server_cpu: Callable[[], float]
    steps: dict[str, Spent] = field(default_factory=dict)
    facts: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        server, wall, client = self.server_cpu(), time.perf_counter(), time.process_time()
        yield
        spent = Spent(time.perf_counter() - wall, time.process_time() - client, self.server_cpu() - server, peak_mb())
        self.steps[name] = self.steps.get(name, Spent()) + spent

    def total(self) -> Spent:
        return sum(self.steps.values(), Spent())

    def told(self) -> str:
        """One line, the last that a measuring process prints."""
        return json.dumps({"steps": {name: asdict(spent) for name, spent in self.steps.items()}, "facts": self.facts})

    @classmethod
    def heard(cls, output: str) -> Steps:
        told = json.loads(output.strip().splitlines()[-1])
        return cls(lambda: 0.0, {name: Spent(**spent) for name, spent in told["steps"].items()}, told["facts"])
