"""1,000 redemptions at once of one household's last points (3.4): exactly one wins, and the books agree.

.venv/bin/python -m bench.redemptions --save
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from bench import server

DATABASE = "bench_points"
os.environ |= server.environment(DATABASE)

import django  # noqa: E402 (the settings read the environment)

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

NOBODY, TIMES, SESSIONS, POINTS = Actor(None), 1000, 20, 10


def race(times: int) -> tuple[int, float, Household, PointsGoods]:
    village = Division.objects.filter(level=5).order_by("code").first()
    assert village
    home, on = Household.objects.create(village=village), dates.today()
    goods = PointsGoods.objects.create(village=village, name="大米", points=POINTS, unit="袋")
    shop.receive(goods, shop.MOST_PIECES, str(uuid4()), says="", by=NOBODY, on=on, at=timezone.now())
    books.give(home, POINTS, "points_earned", str(uuid4()), says="", by=NOBODY, at=timezone.now(), on=on)

    def redeem(session: int) -> int:
        won = 0
        for turn in range(times // SESSIONS):
            try:
                shop.redeem(home, goods, 1, f"{session}-{turn}", by=NOBODY, on=on, at=timezone.now())
            except shop.Refused:
                continue
            won += 1
        connections.close_all()
        return won

    began = time.perf_counter()
    with ThreadPoolExecutor(SESSIONS) as pool:
        won = sum(pool.map(redeem, range(SESSIONS)))
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
        won, seconds, home, goods = race(TIMES)
        faults = sum(len(result.faults) for result in checking.run())
        rows = PointsRedemption.objects.count()
        left = f"{books.points_of(home.pk)} points and {books.stock_of(goods.pk)} of {shop.MOST_PIECES} pieces are left"
        report.say(
            f"{TIMES:,} redemptions by {SESSIONS} threads on the pool of 8 connections in {seconds:.1f} s; {rows} row; {left}."
        )
        report.target("redemptions that won: {}", won, most=1, least=1)
        report.target("faults in the books: {}", faults, most=0)
        connections.close_all()
        return report.end(save=asked.save)


if __name__ == "__main__":
    sys.exit(main())
