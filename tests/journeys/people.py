"""Invented families in the register, brought in the product's own way, for journeys that begin later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.exchange import registry, runs
from bangfu.exchange.models import ImportRun, State
from bangfu.kernel import dates
from tests.journeys import workbook

WHO = "司徒映雪"
VILLAGE = workbook.VILLAGES[0]


def families(cast: Any, folder: Path, households: int = 14) -> ImportRun:
    """Two families in each village of 东华镇; the first one, in 光明村, is WHO's."""
    book = workbook.made(households, 3 * households)
    book.households[0]["户主姓名"] = book.members[0]["姓名"] = WHO
    path = book.save(folder / "底册.xlsx")
    people = registry.get("people")
    assert people
    actor = Actor.of(cast["县局"], dates.today())
    with path.open("rb") as file:
        run = runs.start(actor, people, file, path.name, path.stat().st_size)
    runs.confirm(run, actor)
    run.refresh_from_db()
    assert run.state == State.DONE
    return run
