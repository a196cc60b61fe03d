"""1,000 redemptions at once of one household's last points (3.4): exactly one wins, and the books agree.

A thread for each, let go together when all are ready; as many as the pool lets in are at work in PostgreSQL at a time, the
others wait for one of its sessions, as requests do.

.venv/bin/python -m bench.redemptions --save
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

from bench import server

DATABASE = "bench_points"
TIMES, SESSIONS, POINTS = 1000, 80, 10
os.environ |= server.environment(DATABASE)

import django  # noqa: E402 (the settings read the environment)
from django.conf import settings  # noqa: E402

settings.DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": SESSIONS, "max_size": SESSIONS, "timeout": 300}
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from bangfu.accounts.actor import Actor  # noqa: E402
from bangfu.bookkeeping import checking  # noqa: E402
from bangfu.divisions.load import load_province  # noqa: E402
from bangfu.divisions.models import Division  # noqa: E402
from bangfu.kernel import dates  # noqa: E402
from bangfu.people.models import Household  # noqa: E402
from bangfu.services.models import PointsGoods, PointsRedemption  # noqa: E402
from bangfu.services.points import books, shop  # noqa: E402
from bench.report import Report  # noqa: E402

NOBODY = Actor(None)


def race(times: int) -> tuple[int, float, Household, PointsGoods]:
    village = Division.objects.filter(level=5).order_by("code").first()
    assert village
    home, on = Household.objects.create(village=village), dates.today()
    goods = PointsGoods.objects.create(village=village, name="大米", points=POINTS, unit="袋")
    shop.receive(goods, shop.MOST_PIECES, str(uuid4()), says="", by=NOBODY, on=on, at=timezone.now())
    books.give(home, POINTS, "points_earned", str(uuid4()), says="", by=NOBODY, at=timezone.now(), on=on)
    ready, began = Barrier(times), time.perf_counter()

    def redeem(turn: int) -> bool:
        nonlocal began
        if ready.wait() == 0:
            began = time.perf_counter()
        try:
            shop.redeem(home, goods, 1, str(turn), by=NOBODY, on=on, at=timezone.now())
        except shop.Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(times) as pool:
        won = sum(pool.map(redeem, range(times)))
    return won, time.perf_counter() - began, home, goods


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--save", action="store_true")
    asked = parser.parse_args()
    with server.running(DATABASE):
        call_command("migrate", verbosity=0)
        with transaction.atomic():
            load_province(44)
        report = Report("A household's last points")
        busy, used = time.process_time(), server.cpu()
        won, seconds, home, goods = race(TIMES)
        faults = sum(len(result.faults) for result in checking.run())
        rows = PointsRedemption.objects.count()
        left = f"{books.points_of(home.pk)} points and {books.stock_of(goods.pk)} of {shop.MOST_PIECES} pieces are left"
        report.say(
            f"{TIMES:,} redemptions by {TIMES:,} threads let go together, {SESSIONS} sessions of PostgreSQL at a time, in"
            f" {seconds:.1f} s ({time.process_time() - busy:.1f} s of CPU and {server.cpu() - used:.1f} s of PostgreSQL's);"
            f" {rows} row; {left}."
        )
        report.target("redemptions that won: {}", won, most=1, least=1)
        report.target("faults in the books: {}", faults, most=0)
        connections.close_all()
        return report.end(save=asked.save)


if __name__ == "__main__":
    sys.exit(main())
