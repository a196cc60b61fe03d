"""The check of a whole county as the product runs it each night: from PostgreSQL, by the job's own function, into the ledger
of doubts; twice, since the second finds everything there. Then households checked one by one, as when they are saved.

    .venv/bin/python -m bench.doubts_county [--households 250000] [--save]

On a server of its own under var/bench, which is gone afterwards. CPU is this process and all of PostgreSQL.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from typing import Any

from bench import server
from bench.report import Report
from bench.spent import Steps

DATABASE = "bench_doubts"
ALONE, MOST_MILLISECONDS = 200, 20.0


def measured(households: int) -> Steps:
    with server.running(DATABASE):
        command = [sys.executable, "-m", "bench.doubts_county_lane", str(households)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=server.environment(DATABASE))
    return Steps.heard(done.stdout.splitlines()[-1])


def told(steps: Steps, save: bool) -> int:
    facts = steps.facts
    report = Report("Logic checks of a county in the product")
    report.say(
        f"{facts['households']:,.0f} households, {facts['members']:,.0f} members, {facts['doubts']:,.0f} doubts in the ledger."
    )
    report.table(
        ("what", "Python CPU s", "PostgreSQL CPU s", "wall s", "peak MB"),
        [(name, spent.client, spent.server, spent.wall, spent.peak_mb) for name, spent in steps.steps.items()],
    )
    together = steps.steps[f"{ALONE} households, one by one"].cpu / ALONE * 1000
    report.target("one household as it is saved, CPU of Python and PostgreSQL: {} ms", together, most=MOST_MILLISECONDS)
    report.say(
        f"- the same, Python alone, median: {facts['one']:.1f} ms; wall: median {facts['one_wall']:.1f} ms,"
        f" 95 % {facts['one_wall_p95']:.1f} ms"
    )
    return report.end(save=save)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=250_000)
    parser.add_argument("--save", action="store_true")
    chosen: Any = parser.parse_args()
    return told(measured(chosen.households), chosen.save)


if __name__ == "__main__":
    sys.exit(main())
