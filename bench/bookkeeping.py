"""The books of a province: two million postings, and ten thousand random operations with kills in between.

    .venv/bin/python -m bench.bookkeeping storm --save      # two minutes, on a server of its own
    .venv/bin/python -m bench.bookkeeping trial --save      # two minutes, most of them for writing the postings
    .venv/bin/python -m bench.bookkeeping trial --postings 200000 --projects 6000

Accounts: each county has held money by source and year; 60,000 projects have a line and what is spent of it. Balances are
kept by the product's own triggers while the postings come in, in blocks of 10,000.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from datetime import date
from typing import Any

from bench import server

DATABASE = "bench_books"
os.environ |= server.environment(DATABASE)

import django  # noqa: E402 (the settings read the environment)

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.db.models import Count  # noqa: E402

from bangfu.bookkeeping import checking  # noqa: E402
from bangfu.bookkeeping.balances import turnovers  # noqa: E402
from bangfu.bookkeeping.models import Account, Entry, Posting  # noqa: E402
from bangfu.divisions.load import load_province  # noqa: E402
from bangfu.divisions.scope import Scope  # noqa: E402
from bench.report import Report  # noqa: E402

TITLES = {"storm": "Books: random payments with kills in between", "trial": "Books: trial balance of a province"}
BLOCK, SAMPLE, ROUNDS = 10_000, 10_000, 5
#: those that look at each entry once more at the end of its transaction
SUMS_TRIGGERS = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname ~ 'pgtrigger_(entry_is_whole|posting_is_of_whole)'"
COUNTY, PROVINCE = 441881000000, 440000000000
ACCOUNTS = """
INSERT INTO bookkeeping_account (book, key, title, kind, division_id, category, year, is_non_negative)
SELECT 'fund:' || v.county, k.kind || ':' || n, k.kind || n, k.kind, v.code,
       (ARRAY['central','province','city','county','paired','social'])[1 + n % 6], 2022 + n % 5, k.kind <> 'origin'
FROM generate_series(1, %(projects)s) n
JOIN places c ON c.number = (n::bigint * 7919) % (SELECT count(*) FROM places)
JOIN LATERAL (SELECT c.code, c.code / 1000000 * 1000000 AS county) v ON true
CROSS JOIN (VALUES ('origin'), ('line'), ('spent')) k (kind)
"""
ENTRIES = """
INSERT INTO bookkeeping_entry (id, book, what, happened_on, legs, request_key)
SELECT n, 'bench', CASE WHEN n %% 5 = 0 THEN 'budget' ELSE 'payment' END,
       date '2022-01-01' + ((n * 1500) / %(entries)s)::int, 2, 'bench-' || n
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
"""
#: each fifth entry sets aside 4,000,000 fen for a project, the four after it pay some of it
POSTINGS = """
INSERT INTO bookkeeping_posting (entry_id, account_id, happened_on, fen)
SELECT e.id, a.id, e.happened_on, leg.sign * CASE WHEN e.id %% 5 = 0 THEN 4000000 ELSE 100000 + e.id %% 900000 END
FROM bookkeeping_entry e
CROSS JOIN (VALUES (-1), (1)) leg (sign)
JOIN LATERAL (SELECT ((e.id / 5) * 7919) %% %(projects)s + 1 AS n) p ON true
JOIN LATERAL (SELECT CASE WHEN e.id %% 5 = 0 THEN CASE leg.sign WHEN -1 THEN 'origin' ELSE 'line' END
                          ELSE CASE leg.sign WHEN -1 THEN 'line' ELSE 'spent' END END AS kind) k ON true
JOIN bookkeeping_account a ON a.key = k.kind || ':' || p.n
WHERE e.id BETWEEN %(first)s AND %(last)s
"""


def load(projects: int, postings: int) -> tuple[float, float]:
    """Postings a second: with all triggers at work; and, for the rest, with the kept balances alone. What the others
    hold is read again at the end, over every posting."""
    call_command("migrate", "bookkeeping", verbosity=0)
    with transaction.atomic():
        load_province(44)
    entries = postings // 2
    with connection.cursor() as cursor:
        numbered = (
            "SELECT row_number() OVER (ORDER BY code) - 1 AS number, code FROM divisions_division WHERE level = 5"
        )
        cursor.execute(f"CREATE TABLE places AS {numbered}; ANALYZE places")
        cursor.execute(ACCOUNTS.replace("%(projects)s", str(projects)))
        cursor.execute("ANALYZE bookkeeping_account")
        began, first = time.perf_counter(), 5 + SAMPLE // 2
        _write(cursor, 5, first, entries, projects)
        with_all = SAMPLE / (time.perf_counter() - began)
        cursor.execute("ANALYZE bookkeeping_entry, bookkeeping_posting")
        cursor.execute(SUMS_TRIGGERS)
        for table, trigger in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{trigger}"')
        began = time.perf_counter()
        for start in range(first, entries + 5, BLOCK // 2):
            _write(cursor, start, min(start + BLOCK // 2, entries + 5), entries, projects)
        rest = (postings - SAMPLE) / (time.perf_counter() - began)
        cursor.execute("VACUUM ANALYZE bookkeeping_posting")
        cursor.execute("VACUUM ANALYZE bookkeeping_account")
    return with_all, rest


def _write(cursor: Any, first: int, following: int, entries: int, projects: int) -> None:
    given = {"first": first, "last": following - 1, "entries": entries, "projects": projects}
    with transaction.atomic():
        cursor.execute(ENTRIES, given)
        cursor.execute(POSTINGS, given)


def _scopes() -> dict[str, Scope]:

    return {"province": Scope.of([PROVINCE]), "county": Scope.of([COUNTY])}


def trial(report: Report, projects: int, postings: int) -> None:
    with_all, rest = load(projects, postings)
    count = Posting.objects.count()
    report.say(f"{count:,} postings, {Account.objects.count():,} accounts.")
    report.say(f"Written by set: {with_all:,.0f} postings/s with all triggers, {rest:,.0f} with kept balances alone.")
    rows, slowest = [], 0.0
    for name, scope in _scopes().items():
        for on in (date(2022, 7, 1), date(2024, 1, 15), date(2030, 1, 1)):
            spent, cpu_s = [], server.cpu()
            for _ in range(ROUNDS):
                began = time.perf_counter()
                found = turnovers(("category", "kind"), on, scope=scope)
                spent.append(time.perf_counter() - began)
            assert all(group.agrees for group in found)
            cpu_ms, median = (server.cpu() - cpu_s) * 1000 / ROUNDS, statistics.median(spent) * 1000
            slowest = max(slowest, median) if name == "province" else slowest
            rows.append((name, str(on), f"{median:.0f}", f"{cpu_ms:.0f}", len(found)))
    report.table(("area", "at", "median ms", "CPU ms of the server", "groups"), rows)
    report.say(f"A plain sum by account over the same postings, handed over: {_plain_ms():.0f} ms.")
    report.target("trial balance of the province at any date: {} ms", slowest, most=1000)
    began = time.perf_counter()
    faults = [fault for result in checking.run() for fault in result.faults]
    report.say(f"All checks over every posting again: {time.perf_counter() - began:.1f} s.")
    report.target("faults: {}", len(faults), most=0)


def _plain_ms() -> float:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id, sum(fen) FROM bookkeeping_posting WHERE happened_on <= '2024-01-15' GROUP BY 1"
        )
        cursor.fetchall()
    return (time.perf_counter() - began) * 1000


def storm(report: Report, operations: int, workers: int, kills: int) -> None:
    call_command("migrate", "bookkeeping", verbosity=0)
    began, cpu_s = time.perf_counter(), server.cpu()
    module = [
        sys.executable,
        "-m",
        "bangfu.bookkeeping.tests.storm",
        DATABASE,
        str(operations),
        str(workers),
        str(kills),
    ]
    done = subprocess.run(module, env=os.environ, capture_output=True, text=True, check=True)
    spent, mine = time.perf_counter() - began, Entry.objects.filter(book="storm")
    written, counters = mine.count(), mine.filter(reverses__isnull=False).count()
    kinds = ", ".join(
        f"{count:,} {what}" for what, count in mine.values_list("what").annotate(Count("pk")).order_by("what")
    )
    report.say(
        f"{operations:,} operations tried by {workers} processes, each by two; {done.stdout.strip()} killed at work."
    )
    report.say(
        f"{written:,} entries in {spent:.0f} s: {kinds}; {counters:,} of them counter-entries. The rest was refused."
    )
    report.say(f"CPU: {server.cpu() - cpu_s:.0f} s of the server.")
    faults = [fault for result in checking.run() for fault in result.faults]
    report.target("killed processes: {}", float(done.stdout.strip()), least=kills)
    report.target("entries made twice: {}", written - mine.values("request_key").distinct().count(), most=0)
    negative = Account.objects.filter(is_non_negative=True, balance_fen__lt=0).count()
    report.target("accounts below zero: {}", negative, most=0)
    report.target("faults found by reading every posting again: {}", len(faults), most=0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("storm", "trial"))
    parser.add_argument("--postings", type=int, default=2_000_000)
    parser.add_argument("--projects", type=int, default=60_000)
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--save", action="store_true")
    given = parser.parse_args()
    with server.running(DATABASE):
        report = Report(TITLES[given.what])
        if given.what == "storm":
            storm(report, given.operations, given.workers, given.kills)
        else:
            trial(report, given.projects, given.postings)
        connections.close_all()
    return report.end(save=given.save)


if __name__ == "__main__":
    sys.exit(main())
