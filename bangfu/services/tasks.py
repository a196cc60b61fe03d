"""Background jobs of chapter 3."""

from __future__ import annotations

from procrastinate.contrib.django import app

from bangfu.kernel import dates
from bangfu.services.jobs import running
from bangfu.services.points import yearly
from bangfu.services.points.application_acts import post_all_due


@app.task(name=running.TASK, queue="exchange")
def match_jobs(run: int) -> None:
    running.work(run)


@app.periodic(cron="30 17 * * *")  # 01:30 in Beijing
@app.task(name="services.post_points", queueing_lock="services.post_points")
def post_points(timestamp: int) -> None:
    """What was published long enough without objection goes to the accounts; in January last year's points end first."""
    yearly.reset_all(dates.today())
    post_all_due(dates.today())
