"""Duties of a province: all standings counted anew, one change counted, pages; two million activities of a year.

    BANGFU_DEV_DB=bench_duties .venv/bin/python -m bench.duties --load    # once, some minutes
    BANGFU_DEV_DB=bench_duties .venv/bin/python -m bench.duties --save

1,190 towns with a group each of six units, a team each of seven cadres, every village of the province; one activity in
twenty is an act that some duty asks, the others are visits to households.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.people_settings")
os.environ.setdefault("BANGFU_DEV_DB", "bench_duties")

import django
from django.conf import settings

from bangfu.site import embedded

if settings.EMBEDDED:
    embedded.ensure(settings.PGDATA, settings.DATABASE_NAME)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bangfu.accounts.demo import load_cast  # noqa: E402
from bangfu.accounts.models import User  # noqa: E402
from bangfu.divisions.load import load_province  # noqa: E402
from bangfu.divisions.models import Division  # noqa: E402
from bangfu.duties import changed  # noqa: E402
from bangfu.duties.standings import DutyStanding  # noqa: E402
from bangfu.kernel import dates  # noqa: E402
from bench.report import Report  # noqa: E402

TOWNS, UNITS, CADRES, ACTS, SERVING = 1190, 6, 7, 2_000_000, 20
ROUNDS = 40
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
KINDS = ("field_study", "leadership_meeting", "joint_meeting", "report_hearing", "comfort_visit", "member_report")
TABLES = (
    "activities_activitycadre", "activities_activityunit", "activities_activity", "units_cadre", "units_team",
    "units_groupmember", "units_group",
)  # fmt: skip
STATEMENTS = (
    """insert into accounts_unit (id, name, kind) select 1000000 + n, '单位' || n, 'city'
       from generate_series(1, %(towns)s * %(units)s) n on conflict do nothing""",
    """insert into units_group (id, town_id, title, round, from_on)
       select row_number() over (order by code), code, '组团' || code, 'second', date '2024-07-01'
       from divisions_division where level = 4 and valid_to is null order by code limit %(towns)s""",
    """insert into units_groupmember (id, town_id, group_id, unit_id, is_lead, from_on)
       select (g.id - 1) * %(units)s + n, g.town_id, g.id, 1000000 + (g.id - 1) * %(units)s + n, n = 1, g.from_on
       from units_group g, generate_series(1, %(units)s) n""",
    """insert into units_team (id, town_id, name, group_id, from_on)
       select id, town_id, '工作队' || id, id, from_on from units_group""",
    """insert into units_cadre (id, town_id, team_id, name, sending_unit_id, post, kind, from_on, leads_county_team)
       select (t.id - 1) * %(cadres)s + n, t.town_id, t.id, '队员' || n, 1000000 + (t.id - 1) * %(units)s + 1 + n %% %(units)s,
              case when n = 1 then 'captain' else 'member' end, 'seconded', t.from_on, false
       from units_team t, generate_series(1, %(cadres)s) n""",
    """insert into activities_activity (id, kind, held_on, division_id, group_id)
       select n, case when n %% %(serving)s = 0 then (%(kinds)s::text[])[1 + n / %(serving)s %% cardinality(%(kinds)s::text[])]
                 else 'household_visit' end,
              make_date(extract(year from current_date)::int, 1, 1) + (n * 7919 %% 320)::int, g.town_id,
              case when n %% (%(serving)s * 3) = 0 then g.id end
       from generate_series(1::bigint, %(acts)s) n join units_group g on g.id = 1 + n * 104729 %% %(towns)s""",
    """insert into activities_activityunit (activity_id, unit_id, rank)
       select a.id, m.unit_id, case a.id %% 3 when 0 then 'main_leader' else 'deputy_leader' end
       from activities_activity a join units_group g on g.town_id = a.division_id
       join units_groupmember m on m.group_id = g.id and m.id %% 6 = a.id / %(serving)s / 7 %% 6
       where a.kind <> 'household_visit'""",
    """insert into activities_activitycadre (activity_id, cadre_id)
       select a.id, c.id from activities_activity a join units_team t on t.town_id = a.division_id
       join units_cadre c on c.team_id = t.id
       where a.kind in ('report_hearing', 'comfort_visit', 'member_report') and c.id %% 3 = a.id / %(serving)s %% 3""",
)


def load() -> None:
    call_command("migrate", verbosity=0)
    if not Division.objects.filter(level=5).count() > 20_000:
        with transaction.atomic():
            load_province(settings.PROVINCE // 10**10)
    load_cast()
    given = {"towns": TOWNS, "units": UNITS, "cadres": CADRES, "acts": ACTS, "serving": SERVING, "kinds": list(KINDS)}
    with connection.cursor() as cursor:
        cursor.execute(f"truncate {', '.join(TABLES)}, duties_touchedevidence, duties_dutystanding cascade")
        for table in TABLES:
            cursor.execute(f"alter table {table} disable trigger user")
        for statement in STATEMENTS:
            cursor.execute(statement, given)
        for table in TABLES:
            cursor.execute(f"alter table {table} enable trigger user")
            cursor.execute(f"vacuum analyze {table}")


def busy() -> float:
    """CPU seconds of this process and of its session at the server so far: what is ours on a machine others use, too."""
    connection.ensure_connection()
    run = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return time.process_time() + (int(run.read_text().split()[0]) / 1e9 if run.exists() else 0.0)


def timed(work: Callable[[], object]) -> float:
    """CPU seconds."""
    began = busy()
    work()
    return busy() - began


def one_change(number: int) -> float:
    """Milliseconds of CPU from a changed act to standings that say so."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update activities_activity set held_on = held_on + 1 where id = %s", [SERVING * (101 + 37 * number)]
        )
    return 1000 * timed(lambda: changed.settle(today=dates.today()))


def page(who: str, url: str) -> tuple[list[float], int]:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username=who), backend=BACKEND)
    spent = [1000 * timed(lambda: client.get(url)) for _ in range(ROUNDS + 2)][2:]
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200, url
    return sorted(spent), len(queries)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--load", action="store_true")
    parser.add_argument("--save", action="store_true")
    given = parser.parse_args()
    if given.load:
        load()
    today = dates.today()
    report = Report("Duties of a province")
    first = timed(lambda: changed.count_everything(today))
    again = timed(lambda: changed.count_everything(today))
    changes = sorted(one_change(number) for number in range(ROUNDS))
    report.say(f"{DutyStanding.objects.count():,} standings of this year and the last, {ACTS:,} activities.")
    rows: list[tuple[object, ...]] = [
        ("all standings of two years, first time", f"{first:.1f} s", ""),
        ("all standings of two years again", f"{again:.1f} s", ""),
        ("one changed act, median / p95", f"{statistics.median(changes):.0f} / {changes[-3]:.0f} ms", ""),
    ]
    slowest = 0.0
    for title, who, url in (
        ("board, province", "shengting", "/duties/"),
        ("board, county", "xianju", "/duties/"),
        ("guideline page, province", "shengting", "/guideline/"),
        ("guideline page, unit", "lianluoyuan", "/guideline/"),
        ("first page, unit", "lianluoyuan", "/"),
        ("first page, county", "xianju", "/"),
        ("first page, town", "zhenban", "/"),
    ):
        spent, queries = page(who, url)
        slowest = max(slowest, spent[int(len(spent) * 0.95)])
        rows.append((title, f"{statistics.median(spent):.0f} / {spent[int(len(spent) * 0.95)]:.0f} ms", queries))
    report.table(("what", "CPU time (pages: median / p95)", "queries"), rows)
    report.target("all standings: {} s", max(first, again), most=60)
    report.target("one change: {} ms", statistics.median(changes), most=50)
    report.target("slowest page: p95 {} ms", slowest, most=100)
    return report.end(save=given.save)


if __name__ == "__main__":
    sys.exit(main())
