"""Background jobs of the register."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from bangfu.people import matching

log = structlog.get_logger(__name__)


@app.periodic(cron="10 19 * * *")  # 03:10 in Beijing
@app.task(name="people.find_duplicates", queueing_lock="people.find_duplicates", lock="people.find_duplicates")
def find_duplicates(timestamp: int) -> None:
    """Doubles that came about by corrections and moves; those of an import are paired as they come in."""
    log.info("duplicates_found", pairs=matching.find_all())
