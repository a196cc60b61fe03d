"""Matching of a province end to end (3.1): wishes and posts read from PostgreSQL, scored, solved, explained, written back.

.venv/bin/python -m bench.matching_database --save          50,000 wishes, 80,000 posts; twice, so that a run that finds
                                                            its own proposals is measured too
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from bench import server

DATABASE = "bench_matching"
os.environ |= server.environment(DATABASE)

import django  # noqa: E402 (the settings read the environment)

django.setup()

import numpy as np  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.db.models import Model  # noqa: E402

from bangfu.accounts.models import User  # noqa: E402
from bangfu.divisions.load import load_province  # noqa: E402
from bangfu.divisions.models import Division  # noqa: E402
from bangfu.exchange import progress  # noqa: E402
from bangfu.kernel import dates  # noqa: E402
from bangfu.lawbook.parameters import Snapshot  # noqa: E402
from bangfu.people.models import Household, Person  # noqa: E402
from bangfu.policy.code_lists import code_list  # noqa: E402
from bangfu.services.jobs import reading, running  # noqa: E402
from bangfu.services.jobs.scoring import AREAS, Weights  # noqa: E402
from bangfu.services.models import EmploymentWish, JobPost, JobProposal, MatchRun  # noqa: E402
from bench.matching import SAMPLE, invented, share_of_best  # noqa: E402
from bench.report import Report  # noqa: E402
from bench.spent import peak_mb  # noqa: E402

PROVINCE = 440000000000
_NEED = {0: {"kind": "ordinary"}, 8: {"kind": "lifted"}, 20: {"kind": "lifted", "monitored_kind": "marginal"}}


@dataclass
class Told:
    """When each step began, of the clock and of the CPU of this process and of PostgreSQL."""

    at: list[tuple[str, float, float, float]] = field(default_factory=list)

    def step(self, words: str) -> None:
        self.at.append((words, time.perf_counter(), time.process_time(), server.cpu()))

    def rows(self) -> list[tuple[str, float, float, float]]:
        pairs = zip(self.at, self.at[1:], strict=False)
        return [(a[0], *(later - earlier for earlier, later in zip(a[1:], b[1:], strict=True))) for a, b in pairs]


def load(wishes: int, posts: int) -> None:
    """Each wish of a household of its own, in villages drawn from all of the province."""
    asked, offered = invented(wishes, posts, 1)
    rng, today = np.random.default_rng(3), dates.today()
    villages = np.array(Division.objects.filter(level=5).values_list("code", flat=True).order_by("code"))
    homes, works = rng.choice(villages, wishes), rng.choice(villages, posts) // 1000 * 1000
    trades = ["", *(str(code.value) for code in code_list("industry").codes)]
    from_on, until = date(today.year - 1, 1, 1), date(today.year + 1, 1, 1)
    rows: tuple[Iterable[Model], ...] = (
        (Household(pk=n + 1, village_id=homes[n], **_NEED[int(asked.need[n])]) for n in range(wishes)),
        (
            Person(
                pk=n + 1, household_id=n + 1, village_id=homes[n], name=f"人{n}", sex=1, relation_to_head="head",
                born_on=date(today.year - int(asked.age[n]), today.month, 1),
            )
            for n in range(wishes)
        ),
        (
            EmploymentWish(
                village_id=homes[n], household_id=n + 1, person_id=n + 1, name=f"人{n}", wished_on=today,
                reason="returned", industry=trades[asked.industry[n] % len(trades)], skill="".join(asked.words[n]),
                work_area=AREAS[asked.area[n]], wage_yuan=int(asked.ask[n]) or None,
            )
            for n in range(wishes)
        ),
        (
            JobPost(
                division_id=works[n], title=offered.text[n], employer=f"用人单位{n}", work_area="town",
                kind="public_welfare" if offered.is_welfare[n] else "local", headcount=int(offered.seats[n]),
                industry=trades[offered.industry[n] % len(trades)], wage_from_yuan=int(offered.wage_from[n]),
                wage_to_yuan=int(offered.wage_to[n]), age_min=int(offered.age_min[n]), age_max=int(offered.age_max[n]),
                from_on=from_on, open_until=until,
            )
            for n in range(posts)
        ),
    )  # fmt: skip
    with connection.cursor() as cursor:
        for model, some in zip((Household, Person, EmploymentWish, JobPost), rows, strict=True):
            table = model._meta.db_table
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            model._default_manager.bulk_create(some, batch_size=5000)
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"ANALYZE {table}")


def once(report: Report, title: str, limit: int) -> MatchRun:
    county, told = Division.objects.get(pk=PROVINCE), Told()
    run = MatchRun.objects.create(county=county, by=User.objects.get())
    told.step("read")
    running.match(run, dates.today(), cast(progress.Told, told))
    told.step("end")
    run.refresh_from_db()
    said = ", ".join(f"{number:,} {what}" for what, number in sorted(run.counts.items()) if number)
    report.say(f"{title}: {said}; {JobProposal.objects.count():,} open proposals; {peak_mb():,.0f} MB at most.")
    report.table(("step", "seconds", "own CPU s", "PostgreSQL CPU s"), told.rows())
    report.target(f"{title}: {{}} s", told.at[-1][1] - told.at[0][1], most=limit)
    report.say(f"- in all {sum(row[2] + row[3] for row in told.rows()):,.1f} s of CPU\n")
    return run


def share() -> float:
    """Percent of what a sample would have with their best posts, seats without end; no assignment can be worth more."""
    law, on = Snapshot.take(), dates.today()
    weights = Weights.of(lambda code: int(law.at(code, on, PROVINCE).value))
    material = reading.read(Division.objects.get(pk=PROVINCE), weights, on)
    scores = dict(JobProposal.objects.filter(state="open").values_list("wish", "score"))
    got = np.array([scores.get(int(key), 0) for key in material.wishes.key], np.int32)
    return share_of_best(material.wishes, material.posts, got, weights)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--wishes", type=int, default=50_000)
    parser.add_argument("--posts", type=int, default=80_000)
    parser.add_argument("--save", action="store_true")
    asked = parser.parse_args()
    with server.running(DATABASE):
        call_command("migrate", verbosity=0)
        with transaction.atomic():
            load_province(44)
        User.objects.create(username="bench")
        load(asked.wishes, asked.posts)
        report = Report("Matching of a province, with the database")
        once(report, "the first matching", 60)
        once(report, "matching once more", 60)
        report.target(
            f"of what {SAMPLE:,} of them would have with their best posts, seats without end: {{}} %", share(), least=99
        )
        connections.close_all()
        return report.end(save=asked.save)


if __name__ == "__main__":
    sys.exit(main())
