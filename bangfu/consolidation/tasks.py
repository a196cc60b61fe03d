"""Background jobs of 1.1."""

from __future__ import annotations

from procrastinate.contrib.django import app

from bangfu.consolidation import (
    doubt_checks,
    precision,
    response_acts,
    screening_files,
    screening_retention,
    screening_runs,
    warning_levels,
)
from bangfu.kernel import dates


@app.task(name=screening_files.TASK, queue="exchange")
def match_file(file: int) -> None:
    screening_files.match(file)


@app.task(name=screening_runs.TASK, queue="exchange")
def screen(run: int) -> None:
    screening_runs.work(run)


@app.task(name=doubt_checks.TASK, queue="exchange")
def check_doubts(check: int) -> None:
    doubt_checks.work(check)


@app.periodic(cron="50 18 * * *")  # 02:50 in Beijing
@app.task(name="consolidation.watch_warnings", queueing_lock="consolidation.watch_warnings")
def watch_warnings(timestamp: int) -> None:
    """Keeps the levels of a month that is over, and begins the responses to what is orange or red today."""
    today = dates.today()
    warning_levels.keep_missing(today)
    response_acts.watch(today)


@app.periodic(cron="40 18 * * *")  # 02:40 in Beijing
@app.task(name="consolidation.order_clues", queueing_lock="consolidation.order_clues")
def order_clues(timestamp: int) -> None:
    """Each day's decisions say anew which open clues are the likeliest."""
    precision.order_all(dates.today())


@app.periodic(cron="10 17 * * *")  # 01:10 in Beijing
@app.task(name="consolidation.check_all_doubts", queueing_lock="consolidation.check_all_doubts")
def check_all_doubts(timestamp: int) -> None:
    """Every household of every county, one job a county; the ledger of a county changes when its check is complete."""
    doubt_checks.start_all()


@app.periodic(cron="10 19 * * *")  # 03:10 in Beijing
@app.task(name="consolidation.expire_screening", queueing_lock="consolidation.expire_screening")
def expire_screening(timestamp: int) -> None:
    """What departments handed over is kept no longer than needed."""
    screening_retention.expire(dates.today())
