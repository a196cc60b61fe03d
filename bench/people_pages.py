"""Pages over the register of people: server time, queries and CPU at one and at four users.

    .venv/bin/python -m bench.people_load --households 3500000 --save    # once, some minutes, 12 GB
    .venv/bin/python -m bench.people_pages --save

A request goes through the whole product (middleware, log, templates) by Django's test client, each with other values: no
page is asked for twice. Four users are four processes at once. The peer is Django's own admin on the same table.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.people_settings")

import django
from django.conf import settings

from bangfu.site import embedded

embedded.ensure(settings.PGDATA, settings.DATABASE_NAME)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bangfu.accounts.models import User  # noqa: E402
from bangfu.ledger import registry  # noqa: E402
from bangfu.ledger.keyset import page  # noqa: E402
from bangfu.people.models import Household, Person  # noqa: E402
from bench.report import Report  # noqa: E402

ROUNDS, USERS = 40, (1, 4)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BUDGET_MS = {1: 50, 4: 150}
MOST_QUERIES = 8


@dataclass(frozen=True)
class Lane:
    """A kind of page; `address` gives a new one for each round. `budget`: whether the issue sets a limit for it."""

    title: str
    who: str
    address: Callable[[random.Random], str]
    budget: bool = True


@dataclass
class Cost:
    """Of one lane, by request: wall, and CPU of Python and of PostgreSQL, all in ms. CPU bears a busy machine, wall does not."""

    ms: list[float] = field(default_factory=list)
    python: list[float] = field(default_factory=list)
    postgres: list[float] = field(default_factory=list)
    queries: int = 0

    def __add__(self, other: Cost) -> Cost:
        lists = (self.ms + other.ms, self.python + other.python, self.postgres + other.postgres)
        return Cost(*lists, max(self.queries, other.queries))

    @property
    def cpu(self) -> list[float]:
        return [sum(both) for both in zip(self.python, self.postgres, strict=True)]

    def row(self, title: str) -> list[object]:
        means = [statistics.mean(values) for values in (self.python, self.postgres)]
        return [title, p(self.ms, 0.5), p(self.ms, 0.95), self.queries, *means, p(self.cpu, 0.95)]


def p(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


PROVINCE, COUNTY = (440000000000, 449999999999), (441881000000, 441881999999)
Area = tuple[int, int]


@cache
def _ends(area: Area) -> tuple[int, int]:
    """First and last id of the people in an area: invented people are loaded in the order of villages."""
    rows = Person.objects.filter(village__gte=area[0], village__lte=area[1])
    first, last = rows.order_by("village_id", "pk").first(), rows.order_by("-village_id", "-pk").first()
    assert first and last
    return first.pk, last.pk


def _some(dice: random.Random, area: Area = PROVINCE, **more: Any) -> Person:
    """Somebody anywhere in the area."""
    first, last = _ends(area)
    rows = Person.objects.filter(pk__gte=dice.randint(first, last), withdrawn_at=None, left_on=None, **more)
    found = rows.exclude(identity_no="").order_by("pk").first()
    assert found
    return found


def _deep(dice: random.Random, slug: str, area: Area) -> str:
    """A page far down: its key is that of a page that begins anywhere."""
    ledger = registry.get(slug)
    assert ledger
    rows = ledger.model._default_manager.filter(village__gte=_some(dice, area).village_id, withdrawn_at=None)
    found = page(ledger, rows, sort="", after="", size=50, cap=0)
    return f"/l/{slug}/?after={found.after}"


_FILTERS = (
    "labour_skill=weak_labour", "education=bachelor_and_above", "health=serious_illness", "has_subsistence_allowance=true",
    "public_post_kind=forest", "has_extreme_poverty_support=true", "school_status=grade_9", "sex=2&labour_skill=skilled_labour",
)  # fmt: skip
_HOUSEHOLD_FILTERS = (
    "kind=lifted",
    "monitored_kind=marginal",
    "house_grade=D",
    "is_marginal_2019=true",
    "has_safe_water=false",
)

LANES = (
    Lane("people, first page, province", "shengting", lambda d: f"/l/persons/?n={d.random()}"),
    Lane("people, deep page, province", "shengting", lambda d: _deep(d, "persons", PROVINCE)),
    Lane("people, first page, county", "xianju", lambda d: f"/l/persons/?n={d.random()}"),
    Lane("people, deep page, county", "xianju", lambda d: _deep(d, "persons", COUNTY)),
    Lane("people, filtered, province", "shengting", lambda d: f"/l/persons/?{d.choice(_FILTERS)}&n={d.random()}"),
    Lane("people, filtered, county", "xianju", lambda d: f"/l/persons/?{d.choice(_FILTERS)}&n={d.random()}"),
    Lane("households, first page, county", "xianju", lambda d: f"/l/households/?n={d.random()}"),
    Lane("households, deep page, province", "shengting", lambda d: _deep(d, "households", PROVINCE)),
    Lane("households, filtered, county", "xianju", lambda d: f"/l/households/?{d.choice(_HOUSEHOLD_FILTERS)}&n={d.random()}"),
    Lane("households, filtered, province", "shengting", lambda d: f"/l/households/?{d.choice(_HOUSEHOLD_FILTERS)}&n={d.random()}"),
    Lane("name of two characters, county", "xianju", lambda d: f"/l/persons/?q={_some(d, COUNTY).name[:2]}"),
    Lane("name of two characters, province", "shengting", lambda d: f"/l/persons/?q={_some(d).name[:2]}"),
    Lane("whole name, province", "shengting", lambda d: f"/l/persons/?q={_some(d).name}"),
    Lane("two initials, county", "xianju", lambda d: f"/l/persons/?q={_initials(_some(d, COUNTY))}"),
    Lane("two initials, province", "shengting", lambda d: f"/l/persons/?q={_initials(_some(d))}"),
    Lane("name and number tail, province", "shengting", lambda d: _with_tail(_some(d))),
    Lane("last four of the number, county", "xianju", lambda d: f"/l/persons/?q={_some(d, COUNTY).identity_no[14:18]}"),
    Lane("whole number, province", "shengting", lambda d: f"/l/persons/?q={_some(d).identity_no}"),
    Lane("phone, province", "shengting", lambda d: f"/l/persons/?q={_some(d, phone__startswith='1').phone}"),
    Lane("household by a member's name, county", "xianju", lambda d: f"/l/households/?q={_some(d, COUNTY).name}"),
    Lane("search box of the frame, county", "xianju", lambda d: f"/search/?q={_some(d, COUNTY).name}", budget=False),
    Lane("figures of people, province", "shengting", lambda d: f"/l/persons/stats/?n={d.random()}", budget=False),
    Lane("figures of households, county", "xianju", lambda d: f"/l/households/stats/?n={d.random()}", budget=False),
    Lane("household page, county", "xianju", lambda d: f"/l/households/{_some(d, COUNTY).household_id}/", budget=False),
)  # fmt: skip
_ADMIN, _IN_COUNTY = "/admin/people/person/", "village_id__gte=441881000000&village_id__lte=441881999999"
PEER = (
    Lane("admin, first page", "admin", lambda d: _ADMIN),
    Lane("admin, one county", "admin", lambda d: f"{_ADMIN}?{_IN_COUNTY}"),
    Lane("admin, a page far down in a county", "admin", lambda d: f"{_ADMIN}?{_IN_COUNTY}&p={d.randrange(20, 100)}"),
    Lane("admin, name", "admin", lambda d: f"{_ADMIN}?q={_some(d, COUNTY).name}"),
)
#: the lane of ours that each of the peer's stands beside
BESIDE = (
    "people, first page, province", "people, first page, county", "people, deep page, county", "name of two characters, county",
)  # fmt: skip


def _initials(person: Person) -> str:
    return next((key for key in person.search_keys if len(key) == 2 and key.isascii()), "cw")


def _with_tail(person: Person) -> str:
    return f"/l/persons/?q={person.name[:2]} {person.identity_no[14:18]}"


@contextmanager
def _postgres() -> Iterator[Callable[[], float]]:
    """CPU seconds of the server process of this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    stat = Path(
        f"/proc/{pid}/schedstat"
    )  # nanoseconds on a core; the ticks of /proc/…/stat are too coarse for one page
    yield (lambda: int(stat.read_text().split()[0]) / 1e9) if stat.exists() else lambda: 0.0


def _user(name: str) -> User:
    return User.objects.get(username="shengting" if name == "admin" else name)


def measure(lane: Lane, rounds: int, seed: int) -> Cost:
    dice, client = random.Random(seed), Client(headers={"host": "localhost"})  # noqa: S311
    client.force_login(_user(lane.who), backend=BACKEND)
    addresses = [lane.address(dice) for _ in range(rounds + 2)]
    with CaptureQueriesContext(connection) as queries:
        _get(client, addresses[0])
    cost = Cost(queries=len(queries))  # at once: the next request empties the log
    _get(client, addresses[1])
    with _postgres() as server:
        for address in addresses[2:]:
            wall, python, postgres = time.perf_counter(), time.process_time(), server()
            _get(client, address)
            cost.ms.append((time.perf_counter() - wall) * 1000)
            cost.python.append((time.process_time() - python) * 1000)
            cost.postgres.append((server() - postgres) * 1000)
    return cost


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")


def _in_process(number: int, rounds: int, seed: int, lanes: str) -> Cost:
    return measure({"ours": LANES, "peer": PEER}[lanes][number], rounds, seed)


def run(report: Report, rounds: int, users: int, lane_name: str, pool: Any) -> dict[str, Cost]:
    found: dict[str, Cost] = {}
    for number, lane in enumerate(LANES):
        if lane_name in lane.title:
            parts = pool.map(_in_process, [number] * users, [rounds] * users, range(users), ["ours"] * users)
            found[lane.title] = sum(parts, Cost())
    heads = [
        f"{users} user{'s' * (users > 1)}",
        "p50 ms",
        "p95 ms",
        "queries",
        "Python CPU ms",
        "PostgreSQL CPU ms",
        "CPU p95 ms",
    ]
    report.table(heads, [cost.row(title) for title, cost in found.items()])
    budgeted = [lane.title for lane in LANES if lane.budget and lane.title in found]
    if budgeted:
        worst = max(budgeted, key=lambda title: p(found[title].ms, 0.95))
        report.target(f"worst p95 at {users}: {{}} ms ({worst})", p(found[worst].ms, 0.95), most=BUDGET_MS[users])
        report.target("most queries a page: {}", max(found[title].queries for title in budgeted), most=MOST_QUERIES)
    return found


def compare(report: Report, ours: dict[str, Cost], rounds: int, pool: Any) -> None:
    """Against Django's admin: 50 rows, the same columns, count of all, on the same table."""
    rows, worst = [], 0.0
    for number, lane in enumerate(PEER):
        (cost,) = pool.map(_in_process, [number], [rounds], [0], ["peer"])
        share = statistics.median(ours[BESIDE[number]].cpu) / statistics.median(cost.cpu)
        worst = max(worst, share)
        rows.append([*cost.row(lane.title), f"{share:.3f}"])
    heads = [
        "peer",
        "p50 ms",
        "p95 ms",
        "queries",
        "Python CPU ms",
        "PostgreSQL CPU ms",
        "CPU p95 ms",
        "ours ÷ peer, median CPU",
    ]
    report.table(heads, rows)
    report.target("CPU a page against the admin's, worst: {}", worst, most=0.25)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lane", default="", help="only lanes whose title has this, at one user, without the peer")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--save", action="store_true", help="keep the figures in bench/results.md")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)  # the database is older than the checkout
    people = int(_scalar("SELECT reltuples FROM pg_class WHERE relname = 'people_person'"))
    report = Report("Pages over the register of people")
    report.say(
        f"{people:,} people, PostgreSQL {_scalar('SHOW server_version')}, {Household.objects.order_by('-pk')[0].pk:,} households, "
        f"{_scalar('SELECT pg_size_pretty(pg_database_size(current_database()))')}; {options.rounds} requests a lane."
    )
    with ProcessPoolExecutor(max(USERS), get_context("spawn")) as pool:
        if options.lane:
            run(report, options.rounds, 1, options.lane, pool)
        else:
            first = {users: run(report, options.rounds, users, "", pool) for users in USERS}
            compare(report, first[1], max(options.rounds // 8, 3), pool)
    return report.end(save=options.save)


def _scalar(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


if __name__ == "__main__":
    sys.exit(main())
