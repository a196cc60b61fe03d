"""Loads invented people for bench/people_pages.py by the product's own command, and says what that cost.

    .venv/bin/python -m bench.people_load --households 3500000 --save     # 12 million people, some minutes, 16 GB
    .venv/bin/python -m bench.people_load --households 200000             # enough to see where the time goes

The database stands on a server of its own (var/scale) and is kept. `--replace` empties it first.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from io import StringIO

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.people_settings")

import django
from django.conf import settings

from bangfu.site import embedded

embedded.ensure(settings.PGDATA, settings.DATABASE_NAME)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bangfu.accounts.demo import load_cast  # noqa: E402
from bangfu.divisions.models import Division  # noqa: E402
from bench.report import Report  # noqa: E402
from bench.server import cpu  # noqa: E402

BEHIND = "索引"  # the command says so when the rows are in
MOST_MINUTES = 15.0
SIZES = """
    SELECT c.relname, CASE c.relkind WHEN 'i' THEN 'index' ELSE 'table' END, pg_relation_size(c.oid) / 1e6
    FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
    WHERE c.relkind IN ('r', 'i') AND coalesce(i.indrelid, c.oid) IN
        ('people_person'::regclass, 'people_household'::regclass, 'people_householdincome'::regclass, 'people_memberevent'::regclass)
    ORDER BY 3 DESC LIMIT 24"""


class Progress(StringIO):
    """What the command says, with the clock: wall, CPU of this process, CPU of PostgreSQL."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[tuple[str, float, float, float]] = []

    def write(self, text: str) -> int:
        if text.strip():
            own = resource.getrusage(resource.RUSAGE_SELF)
            self.marks.append((text.strip(), time.perf_counter(), own.ru_utime + own.ru_stime, cpu(settings.PGDATA)))
            print(f"{time.strftime('%H:%M:%S')} {text.strip()}", flush=True)
        return len(text)


def load(households: int, *, replace: bool) -> Report:
    call_command("migrate", verbosity=0)
    if not Division.objects.exists():
        call_command("divisions", "load")
    load_cast()
    report = Report(f"Load of {households:,} households by demo-data")
    progress = Progress()
    progress.write("begin")
    call_command("demo_data", households=households, replace=replace, stdout=progress)
    _tell(report, progress.marks)
    return report


def _tell(report: Report, marks: list[tuple[str, float, float, float]]) -> None:
    first, last = marks[0], marks[-1]
    behind = next((mark for mark in marks if mark[0].startswith(BEHIND)), last)
    rows = []
    for title, begin, end in (
        ("rows by COPY", first, behind),
        ("indexes, keys, statistics, duplicates", behind, last),
        ("all", first, last),
    ):
        wall, python, postgres = (late - early for early, late in zip(begin[1:], end[1:], strict=True))
        rows.append([title, wall, python, postgres])
    report.say(last[0])
    report.table(["step", "wall s", "Python CPU s", "PostgreSQL CPU s"], rows)
    with connection.cursor() as cursor:
        cursor.execute(SIZES)
        report.table(
            ["largest tables and indexes", "kind", "MB"], [[n, k, float(mb)] for n, k, mb in cursor.fetchall()]
        )
        cursor.execute("SELECT pg_database_size(current_database()) / 1e9")
        report.say(f"Database: {cursor.fetchone()[0]:.1f} GB.")
    report.target("whole load: {} minutes", (last[1] - first[1]) / 60, most=MOST_MINUTES)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=3_500_000)
    parser.add_argument("--replace", action="store_true", help="empty the database first")
    parser.add_argument("--save", action="store_true", help="keep the figures in bench/results.md")
    options = parser.parse_args()
    return load(options.households, replace=options.replace).end(save=options.save)


if __name__ == "__main__":
    sys.exit(main())
