"""Indicators of a province: what is kept counted anew, then the board, one indicator by city, by county, the API.

    BANGFU_DEV_DB=bench_indicators .venv/bin/python -m bench.indicators --load    # once, some minutes
    BANGFU_DEV_DB=bench_indicators .venv/bin/python -m bench.indicators --save

Rows: the groups, teams, cadres and two million activities of bench.duties, and a million households, one in fifty
monitored. `--acts` and `--households` make it smaller.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys

os.environ.setdefault("BANGFU_DEV_DB", "bench_indicators")

from bench import duties  # noqa: E402 (sets Django up)

# isort: split
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from bangfu.accounts.demo import load_cast  # noqa: E402
from bangfu.divisions.load import load_province  # noqa: E402
from bangfu.divisions.models import Division  # noqa: E402
from bangfu.indicators import counting, keeping  # noqa: E402
from bangfu.kernel import dates  # noqa: E402
from bangfu.policy import guideline  # noqa: E402
from bench.report import Report  # noqa: E402

HOUSEHOLDS = 1_000_000
_HOUSEHOLDS = """insert into people_household (village_id, kind, monitored_kind, is_risk_removed, identified_month)
    select v.codes[1 + n * 7919 %% cardinality(v.codes)],
           case when n %% 10 = 0 then 'lifted' else 'ordinary' end, case when n %% 50 = 0 then 'marginal' else '' end,
           case when n %% 100 = 0 then true end, case when n %% 50 = 0 then date '2025-01-01' + (n %% 500)::int end
    from generate_series(1::bigint, %(households)s) n,
         (select array_agg(code order by code) as codes from divisions_division where level = 5 and valid_to is null) v"""


def load(acts: int, households: int) -> None:
    call_command("migrate", verbosity=0)
    if not Division.objects.filter(level=5).count() > 20_000:
        with transaction.atomic():
            load_province(44)
    load_cast()
    given = {"towns": duties.TOWNS, "units": duties.UNITS, "cadres": duties.CADRES, "acts": acts,
             "serving": duties.SERVING, "kinds": list(duties.KINDS)}  # fmt: skip
    tables = (*duties.TABLES, "people_household")
    with connection.cursor() as cursor:
        cursor.execute(f"truncate {', '.join(tables)} cascade")
        for table in tables:
            cursor.execute(f"alter table {table} disable trigger user")
        for statement in duties.STATEMENTS:
            cursor.execute(statement, given)
        cursor.execute(_HOUSEHOLDS, {"households": households})
        for table in tables:
            cursor.execute(f"alter table {table} enable trigger user")
            cursor.execute(f"vacuum analyze {table}")


def live(who: str, url: str) -> float:
    """The same page with nothing kept: every row of the province counted."""
    was, counting.LIVE_ROWS = counting.LIVE_ROWS, 10**12
    try:
        return statistics.median(duties.page(who, url)[0])
    finally:
        counting.LIVE_ROWS = was


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--load", action="store_true")
    parser.add_argument("--save", action="store_true")
    parser.add_argument("--acts", type=int, default=duties.ACTS)
    parser.add_argument("--households", type=int, default=HOUSEHOLDS)
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    if given.load:
        load(given.acts, given.households)
    duties.ROUNDS = given.rounds
    report = Report("Indicators of a province")
    kept = duties.timed(lambda: keeping.keep_all(dates.today()))
    with connection.cursor() as cursor:
        cursor.execute("select (select count(*) from activities_activity), (select count(*) from people_household)")
        acts, households = cursor.fetchone()
    declared = len(guideline.load().indicators)
    report.say(
        f"{declared} indicators; {acts:,} activities, {households:,} households, {keeping.KeptAmount.objects.count():,} kept."
    )
    rows: list[tuple[object, ...]] = [("what is kept, counted anew", f"{kept:.1f} s", "")]
    board = 0.0
    for title, who, url in (
        ("board, province", "shengting", "/indicators/"),
        ("board, province, last year's May", "shengting", "/indicators/?cycle=month&day=2025-05-01"),
        ("board, county", "xianju", "/indicators/"),
        ("board, unit", "lianluoyuan", "/indicators/"),
        ("one indicator by city", "shengting", "/indicators/household_visits/"),
        ("all numbers of the province, API", "shengting", "/api/v1/indicators/values"),
    ):
        spent, queries = duties.page(who, url)
        median, p95 = statistics.median(spent), spent[int(len(spent) * 0.95)]
        board = median if title == "board, province" else board
        rows.append((title, f"{median:.0f} / {p95:.0f} ms", queries))
    anew = live("shengting", "/indicators/")
    rows.append(("board, province, nothing kept", f"{anew:.0f} ms, {anew / board:.1f} times", ""))
    report.table(("what", "time (pages: median / p95)", "queries"), rows)
    report.target("board of the province: {} ms", board, most=300)
    return report.end(save=given.save)


if __name__ == "__main__":
    sys.exit(main())
