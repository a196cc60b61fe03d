"""Background jobs of the money."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from bangfu.divisions.models import Division
from bangfu.funds.verifying import running


@app.task(name=running.TASK, queue="exchange")
def verify(check: int) -> None:
    running.work(check)


@app.periodic(cron="10 19 * * *")  # 03:10 in Beijing
@app.task(name="funds.verify_all", queueing_lock="funds.verify_all")
def verify_all(timestamp: int) -> None:
    """The books of the whole province, so that whoever looks in the morning finds last night's answer."""
    running.start(Division.objects.get(pk=settings.PROVINCE), None)
