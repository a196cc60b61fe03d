"""What `bench.export_people` measures, each in a fresh process: prepare, csv, xlsx, naive."""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import django
from django.core.management import call_command

django.setup()

from bangfu.accounts.actor import Actor  # noqa: E402 (models can be imported only after the set-up)
from bangfu.accounts.demo import load_cast  # noqa: E402
from bangfu.accounts.models import User  # noqa: E402
from bangfu.exchange import exports  # noqa: E402
from bangfu.exchange.extracts import Extract, register_source  # noqa: E402
from bangfu.exchange.models import ExportFile, ExportState, Format  # noqa: E402
from bangfu.ledger import exports as ledger_exports  # noqa: E402
from bangfu.ledger import registry, sheets  # noqa: E402
from bangfu.people.demo.load import load  # noqa: E402
from bangfu.people.models import Person  # noqa: E402
from bangfu.site import stage  # noqa: E402
from bench.server import cpu  # noqa: E402
from bench.spent import Steps  # noqa: E402

#: 市, 县, 镇, 村 come of the village: twelve columns
NAMES = ("village", "household", "name", "sex", "born_on", "identity_no", "relation_to_head", "phone", "labour_skill")
SOURCE, OFFICER = "bench", "shengting"
_PEOPLE_PER_HOUSEHOLD = 2.5  # fewer than the demo makes, so that there are always enough


def prepare(rows: str, seed: str) -> Steps:
    call_command("migrate", verbosity=0, interactive=False)
    stage.load_places(lambda step: None)
    load_cast()
    made = load(int(int(rows) / _PEOPLE_PER_HOUSEHOLD), int(seed), lambda step: None)
    steps = Steps(cpu)
    steps.facts = {"persons": made.persons}
    return steps


def product(kind: str, rows: str) -> Steps:
    """What the background job does: asks with the officer's grants, masks, writes the file, the log, the trace mark."""
    register_source(SOURCE, _extract)
    officer = User.objects.get(username=OFFICER)
    export = ExportFile.objects.create(
        source=SOURCE, params={"rows": int(rows)}, title="家庭成员", format=Format(kind), user=officer
    )
    steps = Steps(cpu)
    with steps.step(kind):
        exports.make(export.pk)
    export.refresh_from_db()
    if export.state != ExportState.READY or export.rows != int(rows):
        raise RuntimeError(f"{export.state}, {export.rows} rows: {export.message}")
    steps.facts = {"rows": export.rows, "bytes": export.file.size}
    return steps


def _extract(actor: Actor, params: Mapping[str, Any], unmasked: bool) -> Extract:
    """The ledger's own source, cut to the twelve columns and the number of rows."""
    whole = ledger_exports.extract(actor, {"ledger": "persons", "query": ""}, unmasked)
    ledger = registry.get("persons")
    assert ledger
    return replace(whole, rows=whole.rows[: params["rows"]], columns=tuple(sheets.column(ledger, n) for n in NAMES))


def naive(rows: str) -> Steps:
    """The peer: csv.writer over instances with labels, everything joined beforehand; no masks, no mark, no log."""
    people = Person.objects.select_related("household", "village__parent__parent__parent").order_by("village", "pk")
    steps = Steps(cpu)
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as file:
        with steps.step("naive"):
            writer = csv.writer(file)
            writer.writerow(("市", "县", "镇", "村", *NAMES[1:]))
            for person in people[: int(rows)].iterator():
                writer.writerow(_line(person))
            file.flush()
        steps.facts = {"rows": int(rows), "bytes": file.tell()}
    return steps


def _line(person: Person) -> tuple[object, ...]:
    village = person.village
    town = village.parent
    assert town and town.parent
    return (
        town.parent.parent,
        town.parent,
        town,
        village,
        person.household.household_no,
        person.name,
        person.get_sex_display(),
        person.born_on,
        person.identity_no,
        person.get_relation_to_head_display(),
        person.phone,
        person.get_labour_skill_display(),
    )


LANES: dict[str, Callable[..., Steps]] = {
    "prepare": prepare,
    "csv": partial(product, "csv"),
    "xlsx": partial(product, "xlsx"),
    "naive": naive,
}

if __name__ == "__main__":
    print(LANES[sys.argv[1]](*sys.argv[2:]).told())
