"""What `bench.doubts_county` measures, in a process of its own: one county of invented people, checked."""

from __future__ import annotations

import statistics
import sys
import time
from datetime import date

import django
from django.core.management import call_command

django.setup()

from bangfu.accounts.demo import load_cast  # noqa: E402 (models can be imported only after the set-up, and they go together)
from bangfu.consolidation import doubt_checks, doubt_entry  # noqa: E402
from bangfu.consolidation.doubts import Doubt  # noqa: E402
from bangfu.divisions.models import Division  # noqa: E402
from bangfu.kernel.codes import Level  # noqa: E402
from bangfu.people.models import Household, Person  # noqa: E402
from bench import server  # noqa: E402
from bench.spent import Steps  # noqa: E402

COUNTY, ALONE = 441881000000, 200


def prepare(households: int) -> None:
    call_command("migrate", verbosity=0)
    call_command("divisions", "load")
    villages = Division.objects.filter(level=Level.VILLAGE).exclude(code__gte=COUNTY, code__lt=COUNTY + 10**6)
    villages.update(valid_to=date(2020, 12, 31))  # so that all invented people live in one county
    load_cast()
    call_command("demo_data", households=households, verbosity=0)


def main(households: int) -> Steps:
    prepare(households)
    steps = Steps(lambda: server.cpu(server.PGDATA))
    county = Division.objects.get(code=COUNTY)
    for name in ("first check of the county", "the next night: all are there again"):
        check = doubt_checks.start(county, by=None)
        with steps.step(name):
            doubt_checks.work(check.pk)
        check.refresh_from_db()
        assert check.state == "done", check.message
        steps.facts |= {f"{name}: {fate}": number for fate, number in check.counts.items()}
    homes = list(Household.objects.order_by("?")[: ALONE + 1])
    doubt_entry.follow(homes[:1])
    spent, walls = [], []
    for home in homes[1:]:
        wall, own = time.perf_counter(), time.process_time()
        doubt_entry.follow([home])
        walls.append((time.perf_counter() - wall) * 1000)
        spent.append((time.process_time() - own) * 1000)
    with steps.step(f"{ALONE} households, one by one"):
        for home in homes[1:]:
            doubt_entry.follow([home])
    steps.facts |= {
        "households": Household.objects.count(), "members": Person.objects.count(), "doubts": Doubt.objects.count(),
        "one": statistics.median(spent), "one_wall": statistics.median(walls),
        "one_wall_p95": statistics.quantiles(walls, n=20)[-1],
    }  # fmt: skip
    return steps


if __name__ == "__main__":
    print(main(int(sys.argv[1])).told())
