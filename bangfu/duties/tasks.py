"""Background jobs of the duties."""

from __future__ import annotations

from procrastinate.contrib.django import app

from bangfu.duties import changed
from bangfu.kernel import dates


@app.periodic(cron="* * * * *")
@app.task(name="duties.settle", queueing_lock="duties.settle", lock="duties")
def settle(timestamp: int) -> None:
    """What changed rows touch."""
    changed.settle_all()


@app.periodic(cron="20 19 * * *")  # 03:20 in Beijing
@app.task(name="duties.count_all", queueing_lock="duties.count_all", lock="duties")
def count_all(timestamp: int) -> None:
    """Everything anew: days pass, and what is due today was not due yesterday."""
    changed.count_everything(dates.today())
