"""Background job of the indicators."""

from __future__ import annotations

from procrastinate.contrib.django import app

from bangfu.indicators import keeping
from bangfu.kernel import dates


@app.periodic(cron="40 19 * * *")  # 03:40 in Beijing, when the duties have been counted
@app.task(name="indicators.keep_all", queueing_lock="indicators.keep_all", lock="indicators")
def keep_all(timestamp: int) -> None:
    """What a board of a province or city reads; the last night of a month is what stays of it."""
    keeping.keep_all(dates.today())
