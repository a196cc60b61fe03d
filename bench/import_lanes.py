"""What `bench.import_people` measures, each in a fresh process: prepare, floor, storing, product."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection

django.setup()

import python_calamine as calamine  # noqa: E402 (models can be imported only after the set-up, and they go together)
from django.test import Client  # noqa: E402

from bangfu.accounts.demo import load_cast  # noqa: E402
from bangfu.accounts.models import User  # noqa: E402
from bangfu.exchange import registry, runs  # noqa: E402
from bangfu.exchange.models import ImportRun, State  # noqa: E402
from bangfu.exchange.tasks import work_on_import  # noqa: E402
from bangfu.site import stage  # noqa: E402
from bench import invented  # noqa: E402
from bench.server import cpu  # noqa: E402
from bench.spent import Steps  # noqa: E402

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OFFICER = "xianju"


class NotImported(RuntimeError):
    """The product did not take the file whole."""


def prepare(folder: str, rows: str, peer_rows: str, seed: str, columns: str) -> Steps:
    """Tables, places, cast, and the files of this run."""
    call_command("migrate", verbosity=0, interactive=False)
    stage.load_places(lambda step: None)
    load_cast()
    where, made, book = Path(folder), invented.people(int(rows), int(seed)), registry.get("people")
    assert book, "the workbook of households and members is not registered"
    if int(columns):
        invented.workbook(where / "households.xlsx", book, made, ["households"])
        cells = invented.workbook(where / "people.xlsx", book, made, ["persons"], int(columns))
    else:
        cells = invented.workbook(where / "people.xlsx", book, made)
        invented.peer_files(where, book, made, int(peer_rows))
        invented.copy_files(where, made)
    steps = Steps(cpu)
    steps.facts = {
        "households": len(made.households),
        "persons": len(made.persons),
        "cells": cells,
        "megabytes": (where / "people.xlsx").stat().st_size / 2**20,
    }
    return steps


def floor(folder: str) -> Steps:
    """What no import can do without: every cell read by the fastest reader there is, and COPY of the same rows, ready as
    text, into the same tables with their keys and indexes. Nothing is checked, no trigger runs, nothing is told of it.
    """
    steps = Steps(cpu)
    connection.ensure_connection()
    with steps.step("read"):
        book = calamine.load_workbook(str(Path(folder) / "people.xlsx"))
        cells = sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
    assert cells
    _copy(Path(folder), steps, "DISABLE TRIGGER ALL")
    return steps


def storing(folder: str) -> Steps:
    """The same rows by COPY with all that the tables keep by themselves: foreign keys, heads and counts, history."""
    steps = Steps(cpu)
    connection.ensure_connection()
    _copy(Path(folder), steps, "ENABLE TRIGGER ALL")
    return steps


def _copy(folder: Path, steps: Steps, triggers: str) -> None:
    tables = (invented.HOUSEHOLDS, invented.PERSONS)
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} {triggers}")
        with steps.step("COPY into the tables"):
            for table in tables:
                columns, _, rows = (folder / f"{table}.copy").read_text().partition("\n")
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    copy.write(rows)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
        cursor.execute("TRUNCATE people_person, people_household, people_personevent, people_householdevent CASCADE")


def product(file: str) -> Steps:
    """As a county officer does it: upload, look at the preview, confirm; then the same file once more."""
    steps, client = Steps(cpu), Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=OFFICER), backend=BACKEND)
    client.get("/imports/")  # what a server has loaded long before
    run = _upload(client, file, steps, "upload, read, check")
    totals = runs.totals(run)
    with steps.step("preview page"):
        page = client.get(run.get_absolute_url())
    steps.facts["bangfu, preview page, kB"] = round(len(page.content) / 1024)
    if run.state != State.PREVIEWED or totals["wrong"]:
        raise NotImported(f"{run.state}: {run.message} {totals} {_faults(run)}")
    with steps.step("confirm, write with history"):
        client.post(f"{run.get_absolute_url()}confirm/")
        _wait(run)
        client.get(run.get_absolute_url())
    if run.state != State.DONE:
        raise NotImported(f"{run.state}: {run.message}")
    again = _upload(client, file, steps, "again: the same file, nothing changes")
    if runs.totals(again) | {"same": 0} != dict.fromkeys(runs.totals(again), 0):
        raise NotImported(f"the same file again would do something: {runs.totals(again)}")
    steps.facts |= {"rows added": totals["add"], "changes kept in the history": _events()}
    return steps


def _upload(client: Client, file: str, steps: Steps, name: str) -> ImportRun:
    with steps.step(name):
        with open(file, "rb") as upload:
            client.post("/imports/new/people/", {"file": upload})
        run = ImportRun.objects.latest("pk")
        _wait(run)
    return run


def _wait(run: ImportRun) -> None:
    """What the worker does with the job that a large file leaves."""
    run.refresh_from_db()
    if run.is_busy:
        work_on_import(run=run.pk)
        run.refresh_from_db()


def _faults(run: ImportRun) -> list[object]:
    return list(run.rows.exclude(faults=None).values_list("row_no", "faults")[:3])


def _events() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM people_personevent) + (SELECT count(*) FROM people_householdevent)"
        )
        events = int(cursor.fetchone()[0])
    return events


LANES: dict[str, Callable[..., Steps]] = {"prepare": prepare, "floor": floor, "storing": storing, "product": product}

if __name__ == "__main__":
    print(LANES[sys.argv[1]](*sys.argv[2:]).told())
