"""From `git clone` to the first page of the demo, as a newcomer does it, with the packages already in the machine's caches.

    .venv/bin/python -m bench.clone_to_page --save

Clones this checkout into a temporary folder, runs `./run demo` there on a free port, asks for the log-in page until it comes,
stops everything and removes it. CPU is that of all processes started on the way, the database among them. A first run on
a machine fills the caches and says nothing about a warm start: `--warm-up` makes one before it measures.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from threading import Thread

from bangfu.site import embedded
from bench.report import Report
from bench.server import ROOT, cpu

MOST_SECONDS = 60.0
GIVEN_UP = 900.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Moment:
    """What was said, seconds since the clone began, and CPU until then: of the demo's own processes and of PostgreSQL."""

    said: str
    at: float
    own: float
    postgres: float


@dataclass
class Run:
    folder: Path
    began: float = field(default_factory=time.perf_counter)
    moments: list[Moment] = field(default_factory=list)
    session: int = 0
    is_over: bool = False

    def note(self, line: str) -> None:
        postgres = cpu(data) if (data := self.folder / "var/pgdata") and _is_up(data) else 0.0
        now = time.perf_counter() - self.began
        own = _cpu_of_session(self.session) if self.session else 0.0
        self.moments.append(Moment(line.strip(), now, own, postgres))

    @property
    def seconds(self) -> float:
        return self.moments[-1].at


def _is_up(data: Path) -> bool:
    return data.with_suffix(".users").exists() and (embedded.Server.of(data).files / "postmaster.pid").exists()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def demo(folder: Path, run: Run) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    ours = ("DATABASE_URL", "PYTHONPATH", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BANGFU_") and k not in ours}
    process = subprocess.Popen(
        ["./run", "demo"], cwd=folder, env=environment | {"PORT": str(port)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    run.session = process.pid
    Thread(target=lambda: [run.note(line) for line in process.stdout or () if not run.is_over], daemon=True).start()
    try:
        yield process, port
    finally:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(60)
        subprocess.run(["./run", "stop"], cwd=folder, env=environment, capture_output=True, check=False)


def once() -> Run:
    with tempfile.TemporaryDirectory(prefix="bangfu-clone-") as temporary:
        folder = Path(temporary) / "bangfu"
        run = Run(folder)
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        run.note("cloned")
        with demo(folder, run) as (process, port):
            _wait_for_page(process, port, run)
            run.note("first page")
            run.is_over = True
        _remove_database(folder)
    return run


def _wait_for_page(process: subprocess.Popen[str], port: int, run: Run) -> None:
    """The page with all records behind it: the server is up before they are loaded."""
    while True:
        said = any(moment.said.startswith("就绪") for moment in run.moments)
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
            if said and answer.status == 200 and "登录" in answer.read().decode():
                return
        if process.poll() is not None or time.perf_counter() - run.began > GIVEN_UP:
            raise RuntimeError("no page:\n" + "\n".join(moment.said for moment in run.moments))
        time.sleep(0.1)


def _cpu_of_session(session: int) -> float:
    """Seconds of all processes of the session, with those that have ended. The database has a session of its own."""
    used = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            used += sum(map(int, fields[11:15])) if int(fields[3]) == session else 0
    return used / _TICKS


def _remove_database(folder: Path) -> None:
    """As root it stands beside the checkout."""
    files = embedded.Server.of(folder / "var/pgdata").files
    if files.exists() and files != folder / "var/pgdata":
        subprocess.run(["rm", "-rf", str(files)], check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--warm-up", action="store_true", help="one run before, which fills the caches")
    parser.add_argument("--save", action="store_true", help="keep the figures in bench/results.md")
    options = parser.parse_args()
    if options.warm_up:
        once()
    report = Report("From clone to the first page of the demo")
    runs = sorted((once() for _ in range(options.runs)), key=lambda run: run.seconds)
    middle = runs[len(runs) // 2]
    steps = [(Moment("git clone", 0, 0, 0), middle.moments[0]), *pairwise(middle.moments)]
    report.table(
        ["step (as the demo says it begins)", "from s", "seconds", "own CPU s", "PostgreSQL CPU s"],
        [[a.said[:40], a.at, b.at - a.at, b.own - a.own, b.postgres - a.postgres] for a, b in steps],
    )
    last = middle.moments[-1]
    report.say(
        f"{len(runs)} run(s), the middle one: {last.own:.1f} s of CPU in the demo's processes (installation and front end too),"
        f" {last.postgres:.1f} s in PostgreSQL. Seconds of each: {', '.join(f'{run.seconds:.1f}' for run in runs)}."
    )
    report.target("clone to first page: {} s", middle.seconds, most=MOST_SECONDS)
    return report.end(save=options.save)


if __name__ == "__main__":
    sys.exit(main())
