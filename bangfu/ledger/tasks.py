"""Background jobs of the ledgers."""

from __future__ import annotations

from procrastinate.contrib.django import app

from bangfu.ledger import cube


@app.periodic(cron="*/5 * * * *")
@app.task(name="ledger.count_changed", queueing_lock="ledger.count_changed", lock="ledger.figures")
def count_changed(timestamp: int) -> None:
    """Figures of the villages whose rows changed."""
    cube.refresh_all()


@app.periodic(cron="10 18 * * *")  # 02:10 in Beijing
@app.task(name="ledger.count_all", queueing_lock="ledger.count_all", lock="ledger.figures")
def count_all(timestamp: int) -> None:
    """Everything anew, should a way of writing ever have been without its triggers."""
    cube.refresh_all(whole=True)
