"""Background jobs of assets."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from bangfu.accounts.actor import Actor
from bangfu.assets.old_ledgers import uploads
from bangfu.assets.operating import risk
from bangfu.assets.reconciling import run
from bangfu.kernel import dates


@app.periodic(cron="30 17 * * *")  # 01:30 in Beijing
@app.task(name="assets.reconcile", queueing_lock="assets.reconcile", lock="assets")
def reconcile_all(timestamp: int) -> None:
    """The whole province, by set."""
    run.reconcile(settings.PROVINCE, dates.today(), by=Actor(None))


@app.periodic(cron="30 18 * * *")  # 02:30 in Beijing
@app.task(name="assets.refresh_risks", queueing_lock="assets.refresh_risks", lock="assets")
def refresh_risks(timestamp: int) -> None:
    """Days pass, so marks of assets come and go."""
    risk.refresh()


@app.periodic(cron="50 17 * * *")  # 01:50 in Beijing
@app.task(name="assets.forget_uploads", queueing_lock="assets.forget_uploads")
def forget_uploads(timestamp: int) -> None:
    """Old ledgers whose columns nobody chose."""
    uploads.forget_old()
