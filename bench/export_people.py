"""Export of 100,000 members × 12 columns: the product's csv and workbook, and a csv as Django's documentation writes it.

.venv/bin/python -m bench.export_people [--rows 100000] [--save]
"""

from __future__ import annotations

import argparse
import sys

from bench import server
from bench.report import Report, versions
from bench.spent import Steps

DATABASE = "bench_export"
LANES = {"csv": "bangfu csv", "xlsx": "bangfu xlsx", "naive": "Django: csv.writer over model instances"}
MOST_CPU, MOST_MB = {"csv": 3, "xlsx": 5}, 250
SECONDS = 3600


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--save", action="store_true", help="append the figures to bench/results.md")
    options = parser.parse_args()
    with server.running(DATABASE):
        prepared = _lane("prepare", options.rows, options.seed)
        done = {lane: _lane(lane, options.rows) for lane in LANES}
        report = Report(f"export of {options.rows:,} members × 12 columns")
        report.say(f"Versions: {versions(f'PostgreSQL {server.version()}')}.")
    report.say(f"Register of {int(prepared.facts['persons']):,} invented members, seed {options.seed}; numbers masked.")
    heads = ("what", "rows", "file MB", "Python CPU s", "PostgreSQL CPU s", "CPU s", "wall s", "peak MB")
    report.table(heads, [_line(LANES[lane], steps) for lane, steps in done.items()])
    for lane, most in MOST_CPU.items():
        spent = done[lane].total()
        report.target(f"{lane}: {{}} s of CPU, PostgreSQL included", spent.cpu, most=most)
        report.target(f"{lane}: peak {{}} MB", spent.peak_mb, most=MOST_MB)
    ratio = done["naive"].total().cpu / done["csv"].total().cpu
    report.say(f"- CPU of Django's csv over the product's: {ratio:.1f} times")
    return report.end(save=options.save)


def _lane(name: str, *arguments: object) -> Steps:
    words = map(str, arguments)
    return Steps.heard(server.python("bench.export_lanes", name, *words, database=DATABASE, seconds=SECONDS))


def _line(name: str, steps: Steps) -> tuple[object, ...]:
    spent = steps.total()
    megabytes = steps.facts["bytes"] / 2**20
    return (name, int(steps.facts["rows"]), megabytes, spent.client, spent.server, spent.cpu, spent.wall, spent.peak_mb)


if __name__ == "__main__":
    sys.exit(main())
