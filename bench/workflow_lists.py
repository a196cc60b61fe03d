"""A county's lists of flows at 250,000 open flows among two millions: server time of the whole request, and queries.

    BANGFU_DEV_DB=bench_workflow .venv/bin/python -m bench.workflow_lists --load    # once, some minutes
    BANGFU_DEV_DB=bench_workflow .venv/bin/python -m bench.workflow_lists --save

Flows are written by one statement, without records, on villages of the whole province. In the county each is of a case
of one of 250,000 households, of which one in six was lifted out of poverty and one in forty is monitored; most were
visited lately. Elsewhere subjects are not there. Each request has another day or page.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.people_settings")
os.environ.setdefault("BANGFU_DEV_DB", "bench_workflow")

import django
from django.conf import settings

from bangfu.site import embedded

if settings.EMBEDDED:
    embedded.ensure(settings.PGDATA, settings.DATABASE_NAME)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bangfu.accounts.demo import load_cast  # noqa: E402
from bangfu.accounts.models import User  # noqa: E402
from bangfu.consolidation.rounds import ScreeningRound  # noqa: E402
from bangfu.divisions.tests.sample import load_sample  # noqa: E402
from bangfu.people.models import Household  # noqa: E402
from bangfu.workflow import registry  # noqa: E402
from bangfu.workflow.models import Flow  # noqa: E402
from bangfu.workflow.views import after_key  # noqa: E402
from bench.report import Report  # noqa: E402

ROUNDS, BUDGET_MS, MOST_QUERIES = 60, 50, 8
COUNTY, HERE, ELSEWHERE = 441881000000, 250_000, 1_750_000
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WORKFLOW = max(registry.all_workflows(), key=lambda workflow: len(workflow.states))
INSERT = """
insert into workflow_flow (slug, subject_type, subject_id, division_id, state, started_on, entered_on, due_on)
select %s, %s, %s + n, v.codes[(1 + (n * 7919) %% cardinality(v.codes))::int], (%s::text[])[(1 + (n * 31) %% %s)::int],
       d.day, d.day, case when n %% 20 = 0 then null else d.day + 15 end
from generate_series(1, %s::bigint) n
cross join lateral (select current_date - ((n * 104729) %% 120)::int as day) d
cross join (
    select array_agg(code) as codes from divisions_division where level = 5 and (code / 1000000 * 1000000 = %s) = %s
) v
"""


HOUSEHOLDS = """
insert into people_household (id, village_id, household_no, head_name, kind, monitored_kind)
select n, v.codes[(1 + n * cardinality(v.codes) / (%(rows)s + 1))::int], 'B' || n, '陈志强',
       case when n %% 6 = 0 then 'lifted' else 'ordinary' end, case when n %% 40 = 0 then 'marginal' else '' end
from generate_series(1, %(rows)s::bigint) n
cross join (
    select array_agg(code order by code) as codes from divisions_division
    where level = 5 and code / 1000000 * 1000000 = %(county)s
) v
"""
CASES = """
insert into consolidation_case (id, village_id, household_id, case_no, state, opened_on, before)
select h.id, h.village_id, h.id, 'C' || h.id, f.state, f.started_on, '{}'
from people_household h join workflow_flow f on f.subject_id = h.id and f.county = %(county)s
"""
VISITS = """
insert into activities_activity (kind, division_id, household_id, held_on, people)
select 'household_visit', h.village_id, h.id, current_date - ((h.id * 104729) %% 25)::int, '罗水生'
from people_household h where h.id %% 50 <> 0
"""


def load() -> None:
    call_command("migrate", verbosity=0)
    load_sample()
    load_cast()
    states = [state.code for state in WORKFLOW.states if not state.is_final]
    with connection.cursor() as cursor:
        cursor.execute("alter table workflow_flow disable trigger user")
        cursor.execute("truncate workflow_flow cascade")
        for first, rows, is_here in ((0, HERE, True), (HERE, ELSEWHERE, False)):
            given = [WORKFLOW.slug, WORKFLOW.subject, first, states, len(states), rows, COUNTY, is_here]
            cursor.execute(INSERT, given)
        cursor.execute("alter table workflow_flow enable trigger user")
        cursor.execute("vacuum analyze workflow_flow")
    load_households()


def load_households() -> None:
    """Households, their cases and visits, and a running round that the database counts."""
    tables = ("activities_activity", "consolidation_case", "people_household")
    with connection.cursor() as cursor:
        cursor.execute(f"truncate consolidation_screeninground, {', '.join(tables)} cascade")
        for table in tables:
            cursor.execute(f"alter table {table} disable trigger user")
        for statement in (HOUSEHOLDS, CASES, VISITS):
            cursor.execute(statement, {"rows": HERE, "county": COUNTY})
        for table in tables:
            cursor.execute(f"alter table {table} enable trigger user")
        cursor.execute("insert into consolidation_screeninground (county_id, title, from_on, to_on) values"
                       " (%s, '集中排查', current_date - 30, current_date + 30)", [COUNTY])  # fmt: skip
        for table in (*tables, "consolidation_roundvillage"):
            cursor.execute(f"vacuum analyze {table}")


def _deep(dice: random.Random) -> str:
    day = date.today() + timedelta(days=dice.randint(-90, 10))  # noqa: DTZ011
    return f"after={after_key(day, 0)}"


LANES: dict[str, tuple[str, Callable[[random.Random], str]]] = {
    "county, first page": ("xianju", lambda d: f"n={d.random()}"),
    "county, a page far down": ("xianju", _deep),
    "county, overdue": ("xianju", lambda d: f"standing=overdue&n={d.random()}"),
    "county, due soon": ("xianju", lambda d: f"standing=due_soon&n={d.random()}"),
    "county, one state": ("xianju", lambda d: f"state={d.choice(WORKFLOW.states).code}"),
    "county, one state overdue": ("xianju", lambda d: f"standing=overdue&state={d.choice(WORKFLOW.states).code}"),
    "town, first page": ("zhenban", lambda d: f"n={d.random()}"),
    "county, first page of the product (digest)": ("xianju", lambda d: "/"),
    "county, ledger of cases": ("xianju", lambda d: f"/l/cases/?n={d.random()}"),
    "county, coverage of a round": ("xianju", lambda d: f"/consolidation/rounds/{_round()}/?n={d.random()}"),
    "county, not yet visited in a round": (
        "xianju",
        lambda d: f"/consolidation/rounds/{_round()}/left/?n={d.random()}",
    ),
    "county, monitored households due for a visit": ("xianju", lambda d: f"/consolidation/visits/?n={d.random()}"),
    "county, lifted households due for a visit": ("xianju", lambda d: _lifted(d)),
}


def _round() -> int:
    return ScreeningRound.objects.latest("pk").pk


def _lifted(dice: random.Random) -> str:
    pk = dice.randrange(HERE)
    village = Household.objects.values_list("village_id", flat=True).get(pk=max(pk, 1))
    after = f"&after={village}-{pk}" if dice.random() > 0.3 else ""
    return f"/consolidation/visits/?kind=lifted{after}&n={dice.random()}"


def _server_cpu_s() -> float:
    """CPU of the server process of this connection."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    fields = stat.read_text().rpartition(")")[2].split() if stat.exists() else ["0"] * 13
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(who: str, address: Callable[[random.Random], str]) -> tuple[list[float], float, int]:
    """Sorted milliseconds of each request, CPU milliseconds of one (Python and PostgreSQL), queries."""
    dice, client = random.Random(7), Client(headers={"host": "localhost"})  # noqa: S311
    client.force_login(User.objects.get(username=who), backend=BACKEND)
    spent, client_s, server_s = [], 0.0, 0.0
    for number in range(ROUNDS + 2):
        if number == 2:
            client_s, server_s = time.process_time(), _server_cpu_s()
        query = address(dice)
        url = query if query.startswith("/") else f"/workflows/{WORKFLOW.slug}/flows/?{query}"
        began = time.perf_counter()
        answer = client.get(url)
        spent.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, (number, url, answer.status_code)
    cpu_ms = (time.process_time() - client_s + _server_cpu_s() - server_s) * 1000 / ROUNDS
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return sorted(spent[2:]), cpu_ms, len(queries)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--load", action="store_true")
    parser.add_argument("--save", action="store_true")
    given = parser.parse_args()
    if given.load:
        load()
    report = Report("Lists of flows of a county")
    report.say(f"{Flow.objects.filter(county=COUNTY).count():,} flows of {Flow.objects.count():,} in the county.")
    found = {title: measure(*lane) for title, lane in LANES.items()}
    rows = [
        (title, f"{statistics.median(ms):.1f}", f"{ms[int(len(ms) * 0.95)]:.1f}", f"{cpu:.1f}", queries)
        for title, (ms, cpu, queries) in found.items()
    ]
    report.table(("page", "median ms", "p95 ms", "CPU ms", "queries"), rows)
    for title, (ms, _, _) in found.items():
        report.target(f"{title}: p95 {{}} ms", ms[int(len(ms) * 0.95)], most=BUDGET_MS)
    return report.end(save=given.save)


if __name__ == "__main__":
    sys.exit(main())
