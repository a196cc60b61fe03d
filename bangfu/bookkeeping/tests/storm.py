"""Payments, recoveries and counter-entries at random from several processes, some of them killed in the middle.

    python -m bangfu.bookkeeping.tests.storm DATABASE OPERATIONS WORKERS KILLS

Operation n is the same wherever it is tried; two processes try each, as two people who press the same button do.
Processes are forked from one that has loaded Django and has no connection yet.
"""

from __future__ import annotations

import datetime
import os
import random
import select
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

import django
from django.conf import settings

TILLS, BOOK, FIRST_DAY = 6, "storm", date(2026, 1, 1)
#: a process that follows a killed one tries so many of its operations again
AGAIN = 20


@dataclass
class Worker:
    pid: int
    told: int  # end of a pipe: a byte for each operation that is over
    first: int
    done: int = 0


def operation(number: int) -> None:
    from bangfu.accounts.actor import Actor  # noqa: PLC0415
    from bangfu.bookkeeping.models import Entry  # noqa: PLC0415
    from bangfu.bookkeeping.posting import Draft, Of, post, reverse  # noqa: PLC0415

    dice, at = random.Random(number), datetime.datetime.now(datetime.UTC)  # noqa: S311
    world = Of("storm:world", "外部", BOOK, "origin", is_non_negative=False)
    tills = [Of(f"storm:till:{n}", f"第 {n} 户", BOOK, "till") for n in range(TILLS)]
    spent = [Of(f"storm:spent:{n}", f"第 {n} 户已支出", BOOK, "spent") for n in range(TILLS)]
    key, here = f"storm-{number}", dice.randrange(TILLS)
    day, fen, kind = FIRST_DAY + timedelta(days=dice.randrange(300)), dice.randint(1, 5000), dice.random()
    if kind < 0.15:  # an earlier one was wrong
        wrong = Entry.objects.filter(request_key=f"storm-{dice.randrange(number or 1)}", reverses=None).first()
        if wrong:
            reverse(wrong, happened_on=wrong.happened_on, says="冲正", request_key=key, by=Actor(None), at=at)
        return
    if kind < 0.3:
        legs, what = ((world, -fen * 4), (tills[here], fen * 4)), "receipt"
    elif kind < 0.7:
        legs, what = ((tills[here], -fen), (spent[here], fen)), "payment"
    elif kind < 0.85:
        legs, what = ((spent[here], -fen), (tills[here], fen)), "recovery"
    else:
        legs, what = ((tills[here], -fen), (tills[(here + 1) % TILLS], fen)), "move"
    voucher = f"记-{number}" if what == "payment" else ""
    post(Draft(BOOK, what, day, legs, key, voucher_no=voucher), by=Actor(None), at=at)


def storm(operations: int, workers: int, kills: int) -> int:
    """Runs it all; returns how many processes were killed at work. Each killed one is followed by another."""
    dice = random.Random(operations)  # noqa: S311
    step = (workers + 1) // 2
    alive = [_start(n // 2, operations, step) for n in range(workers)]
    every = operations // step * workers // (kills + 1) or 1
    killed = over = 0
    while alive:
        ready, _, _ = select.select([worker.told for worker in alive], [], [])
        for worker in [each for each in alive if each.told in ready]:
            count = len(os.read(worker.told, 4096))
            worker.done, over = worker.done + count, over + count
            if not count:
                alive.remove(worker)
                _ended(worker)
        if killed < kills and over >= every * (killed + 1) and alive:
            victim = dice.choice(alive)
            alive.remove(victim)
            time.sleep(dice.uniform(0, 0.01))
            os.kill(victim.pid, signal.SIGKILL)
            killed += os.waitstatus_to_exitcode(os.waitpid(victim.pid, 0)[1]) == -signal.SIGKILL
            os.close(victim.told)
            tried = victim.first + max(victim.done - AGAIN, 0) * step
            alive.append(_start(tried, operations, step))
    return killed


def _start(first: int, last: int, step: int) -> Worker:
    told, tell = os.pipe()
    pid = os.fork()
    if pid:
        os.close(tell)
        return Worker(pid, told, first)
    status = 1
    try:
        _play(first, last, step, tell)
        status = 0
    finally:
        os._exit(status)


def _play(first: int, last: int, step: int, tell: int) -> None:
    """Tries the operations one after the other; what the books refuse is left."""
    from bangfu.bookkeeping.posting import Refused  # noqa: PLC0415 (settings are known by now)

    for number in range(first, last, step):
        with suppress(Refused):
            operation(number)
        os.write(tell, b".")


def _ended(worker: Worker) -> None:
    os.close(worker.told)
    if os.waitpid(worker.pid, 0)[1]:
        raise AssertionError("a process ended with an error")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.site.test_settings")
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    django.setup()
    print(storm(*map(int, sys.argv[2:5])))
