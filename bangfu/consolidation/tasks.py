"""Background jobs of 1.1."""

from __future__ import annotations

from procrastinate.contrib.django import app

from bangfu.consolidation import doubt_checks, screening_files, screening_runs


@app.task(name=screening_files.TASK, queue="exchange")
def match_file(file: int) -> None:
    screening_files.match(file)


@app.task(name=screening_runs.TASK, queue="exchange")
def screen(run: int) -> None:
    screening_runs.work(run)


@app.task(name=doubt_checks.TASK, queue="exchange")
def check_doubts(check: int) -> None:
    doubt_checks.work(check)
