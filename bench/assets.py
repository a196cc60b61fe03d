"""Assets of a province: the county's ledgers on their first page, and the reconciliation of a county and of all of it.

    .venv/bin/python -m bench.assets --save      # some minutes, on a server of its own
    .venv/bin/python -m bench.assets --projects 6000 --assets 30000

60,000 accepted projects with two budget lines each, 300,000 assets with their sources, 120 counties; three projects in a
hundred do not agree with their assets.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable

from bench import server

DATABASE = "bench_assets"
os.environ |= server.environment(DATABASE)

import django  # noqa: E402 (the settings read the environment)

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bangfu.accounts.actor import Actor  # noqa: E402
from bangfu.accounts.demo import load_cast  # noqa: E402
from bangfu.accounts.models import User  # noqa: E402
from bangfu.assets.models import Asset, Difference  # noqa: E402
from bangfu.assets.reconciling import run  # noqa: E402
from bangfu.divisions.load import load_province  # noqa: E402
from bangfu.kernel import dates  # noqa: E402
from bench.report import Report  # noqa: E402

TITLE = "Assets of a province: ledgers and reconciliation"
COUNTY, PROVINCE = 441881000000, 440000000000
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ROUNDS = 40
STATEMENTS = (
    "SET session_replication_role = replica",
    "CREATE TABLE places AS SELECT array_agg(code ORDER BY code) AS codes FROM divisions_division WHERE level = 5",
    """INSERT INTO projects_project (id, division_id, project_no, name, sort, kind, year, state, planned_yuan, settled_yuan,
                                      accepted_on, audited_on, implementer)
       SELECT n, codes[(1 + (n::bigint * 7919) %% cardinality(codes))::int], 'B-' || n, '项目' || n, 'water', 'construction',
              2020 + n %% 6, 'asset_formed', 500000, 500000 + (n %% 33 = 0)::int, date '2024-01-01', date '2024-03-01', '村委会'
         FROM generate_series(1, %(projects)s) n, places""",
    """INSERT INTO funds_budgetline (division_id, project_id, holder_id, source, year, document_no, first_on, budgeted_yuan,
                                     paid_yuan)
       SELECT division_id, id, division_id / 1000000 * 1000000, s.source, year, '文', date '2023-06-01', 250000, 250000
         FROM projects_project, (VALUES ('central'), ('province')) s (source)""",
    """INSERT INTO assets_asset (id, division_id, asset_no, name, asset_class, project_id, formed_year, cost_yuan, owner, keeper,
                                 right_confirmed_on, handed_over_on, state)
       SELECT n, p.division_id, 'B-' || n, '资产' || n, (ARRAY['operating', 'public', 'household'])[1 + n %% 3], p.id, p.year,
              500000.0 * %(projects)s / %(assets)s, '村集体', '管护人', date '2024-04-01', date '2024-05-01', 'handed_over'
         FROM generate_series(1, %(assets)s) n JOIN projects_project p ON p.id = 1 + (n - 1) %% %(projects)s""",
    """INSERT INTO assets_fundpart (division_id, asset_id, source, line_id, yuan)
       SELECT a.division_id, a.id, l.source, l.id, a.cost_yuan / 2 + (a.id %% 50 = 0)::int
         FROM assets_asset a JOIN funds_budgetline l ON l.project_id = a.project_id""",
    "SET session_replication_role = origin",
)  # fmt: skip
TABLES = ("projects_project", "funds_budgetline", "assets_asset", "assets_fundpart")


def load(projects: int, assets: int) -> None:
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        load_province(44)
    load_cast()
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, {"projects": projects, "assets": assets})
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")


def pages(report: Report) -> None:
    """Whole requests of the county's officer."""
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(User.objects.get(username="xianju"), backend=BACKEND)
    slowest, rows = 0.0, []
    for address in ("/funds/sheets/asset-management/", "/funds/sheets/fund-use/", "/l/assets/", "/assets/reconcile/"):
        client.get(address)
        spent, queries, cpu = [], 0, server.cpu() + time.process_time()
        for _ in range(ROUNDS):
            with CaptureQueriesContext(connection) as asked:
                began = time.perf_counter()
                assert client.get(address).status_code == 200
                spent.append((time.perf_counter() - began) * 1000)
            queries = len(asked)
        p95 = statistics.quantiles(spent, n=20)[-1]
        slowest = max(slowest, p95) if "sheets" in address else slowest
        cpu_ms = (server.cpu() + time.process_time() - cpu) * 1000 / ROUNDS
        rows.append((address, f"{statistics.median(spent):.0f}", f"{p95:.0f}", f"{cpu_ms:.0f}", queries))
    report.table(("page of a county", "median ms", "p95 ms", "CPU ms with the server's", "queries"), rows)
    report.target("first page of a ledger of the county, p95: {} ms", slowest, most=300)


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def reconciliation(report: Report) -> None:
    rows, today = [], dates.today()
    for name, place, most in (("county", COUNTY, 5), ("province", PROVINCE, 60), ("province again", PROVINCE, 60)):
        cpu = server.cpu()
        seconds = _timed(lambda place=place: run.reconcile(place, today, by=Actor(None)))  # type: ignore[misc]
        opened = Difference.objects.filter(settled_on=None).count()
        rows.append((name, f"{seconds:.2f}", f"{server.cpu() - cpu:.2f}", opened))
        report.target(f"reconciliation of {name}: {{}} s", seconds, most=most)
    report.table(("reconciliation", "wall s", "CPU s of the server", "differences open"), rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=60_000)
    parser.add_argument("--assets", type=int, default=300_000)
    parser.add_argument("--save", action="store_true")
    given = parser.parse_args()
    with server.running(DATABASE):
        report = Report(TITLE)
        seconds = _timed(lambda: load(given.projects, given.assets))
        here = Asset.objects.filter(division__gte=COUNTY, division__lt=COUNTY + 10**6).count()
        report.say(
            f"{given.projects:,} projects, {given.assets:,} assets, {here:,} in the county; loaded in {seconds:.0f} s."
        )
        reconciliation(report)
        pages(report)
        connections.close_all()
    return report.end(save=given.save)


if __name__ == "__main__":
    sys.exit(main())
