"""Nightly: days pass, so marks of assets come and go. Bears being killed and run again."""

from procrastinate.contrib.django import app

from bangfu.assets.operating import risk


@app.periodic(cron="30 18 * * *")  # 02:30 in Beijing
@app.task(name="assets.refresh_risks", queueing_lock="assets.refresh_risks")
def refresh_risks(timestamp: int) -> None:
    risk.refresh()
