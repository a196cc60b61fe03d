"""Background jobs of import and export."""

from __future__ import annotations

from procrastinate.contrib.django import app

from bangfu.exchange import exports, jobs, retention, runs


@app.task(name=jobs.WORK_ON_IMPORT, queue="exchange")
def work_on_import(run: int) -> None:
    runs.work(run)


@app.task(name=jobs.MAKE_EXPORT, queue="exchange")
def make_export(export: int) -> None:
    exports.make(export)


@app.periodic(cron="40 19 * * *")  # 03:40 in Beijing
@app.task(name=jobs.SWEEP, queue="exchange")
def sweep(timestamp: int) -> None:
    retention.sweep()
