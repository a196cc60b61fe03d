"""Receiving clues (1.1): one by one from people, by set from the screening; merged, and needless facts kept away."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pghistory
from django.db import IntegrityError, connection, transaction

from bangfu.accounts.actor import Actor
from bangfu.consolidation.clue_ledger import ClueLedger
from bangfu.consolidation.clues import Clue, State, due_on
from bangfu.kernel.periods import add_months
from bangfu.lawbook import parameters
from bangfu.ledger import acts, history, registry
from bangfu.people.household import MOST_RISKS

REMEMBERED = "clue_remembered_months"
history.ACTS |= {"clues.receive": "收到线索", "clues.screening": "筛查推送"}


def ledger() -> ClueLedger:
    found = registry.of(Clue)
    assert isinstance(found, ClueLedger)
    return found


def receive(values: Mapping[str, Any], *, by: Actor, at: date) -> Clue:
    """A clue from somebody: its own row, with state MERGED when the household has an open one (`merged_into`).

    `values`: columns of Clue; `fingerprints` of facts closed as needless give the closed clue, and nothing new.
    """
    made = Clue(**{"received_on": at} | dict(values))
    if known := _closed(made, at):
        return known
    ledger().prepare(made)
    try:
        with acts.recorded(by, "clues.receive"):
            made.save(force_insert=True)
    except IntegrityError:  # another clue on the household came at the same moment: now it is there to merge into
        with acts.recorded(by, "clues.receive"):
            made.save(force_insert=True)
    made.refresh_from_db()
    return made


def _closed(clue: Clue, at: date) -> Clue | None:
    if not clue.fingerprints or clue.household_id is None:
        return None
    rows = Clue.objects.filter(household=clue.household_id, state=State.NO_RISK, withdrawn_at=None)
    recent = rows.filter(closed_at__date__gt=remembered_since(at), fingerprints__contains=clue.fingerprints)
    return recent.order_by("-closed_at").first()


def remembered_since(at: date) -> date:
    """What was closed as needless after this day isn't asked again."""
    return add_months(at, -int(parameters.value(REMEMBERED, at)))


@dataclass(frozen=True)
class Counts:
    """Where the rows of a run went: every row is in exactly one of them."""

    new: int = 0
    merged: int = 0  # new facts on a household that has an open clue
    known: int = 0  # the open clue says all of it already
    suppressed: int = 0  # closed as needless before
    monitored: int = 0  # the household is monitored or its case is open
    missing: int = 0  # no such household in the register


COLUMNS = ("household_id", "channel", "received_on", "risks", "score", "colour", "reasons")
_FATE = "UPDATE clue_rows r SET fate = '{fate}' WHERE fate IS NULL AND {condition}"
_OPEN = "c.state IN ('received', 'assigned', 'verifying') AND c.withdrawn_at IS NULL"
_CLOSED = "c.state = 'no_risk' AND c.withdrawn_at IS NULL AND c.closed_at > %s"
_PRINTS = "ARRAY(SELECT x->>'fingerprint' FROM jsonb_array_elements(r.reasons) x WHERE x ? 'fingerprint')"
_RANK = "array_position(ARRAY['yellow', 'orange', 'red'], {column}::text)"


def receive_many(
    rows: Iterable[Mapping[str, Any]], *, run: str, at: date, keep: Callable[[Any], None] = lambda cursor: None
) -> Counts:
    """The households that a screening found, one row each: COLUMNS, where `reasons` is a list of
    {"rule", "says", "fingerprint", "score"}, the strongest first. By set; the same run again adds nothing.

    `keep` is given the cursor while the table clue_rows still tells the fate of each household."""
    who = {"user": None, "name": "筛查", "act": "clues.screening", "reason": run}
    with transaction.atomic(), pghistory.context(**who), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('consolidation_clue'))")  # two runs wait for each other
        _stage(cursor, rows)
        _judge(cursor, at)
        _write(cursor, run)
        cursor.execute("SELECT fate, count(*) FROM clue_rows GROUP BY 1")
        counts = Counts(**dict(cursor.fetchall()))
        keep(cursor)
        cursor.execute("DROP TABLE clue_rows")
        return counts


def _stage(cursor: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    cursor.execute(
        "CREATE TEMP TABLE clue_rows (household_id bigint PRIMARY KEY, channel text, received_on date, risks text[],"
        " score int, colour text, reasons jsonb, village_id bigint, clue_id bigint, had text[], due_on date, fate text) ON COMMIT DROP"
    )
    with cursor.copy(f"COPY clue_rows ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([*(row[name] for name in COLUMNS[:-1]), json.dumps(row["reasons"], ensure_ascii=False)])
    cursor.execute("ANALYZE clue_rows")


def _judge(cursor: Any, at: date) -> None:
    """What becomes of each row. A reason closed as needless is taken out; a row without reasons left is nothing new."""
    cursor.execute(
        "UPDATE clue_rows r SET village_id = h.village_id FROM people_household h"
        " WHERE h.id = r.household_id AND h.withdrawn_at IS NULL"
    )
    cursor.execute(_FATE.format(fate="missing", condition="village_id IS NULL"))
    watched = (
        "EXISTS (SELECT FROM people_household h WHERE h.id = r.household_id AND h.monitored_kind <> ''"
        " AND h.is_risk_removed IS NOT TRUE)"
        " OR EXISTS (SELECT FROM consolidation_case k WHERE k.household_id = r.household_id AND k.closed_on IS NULL"
        " AND k.withdrawn_at IS NULL)"
    )
    cursor.execute(_FATE.format(fate="monitored", condition=f"({watched})"))
    cursor.execute(
        f"UPDATE clue_rows r SET reasons = f.left_over FROM (SELECT r.household_id, coalesce(jsonb_agg(x ORDER BY n)"  # noqa: S608
        f" FILTER (WHERE x->>'fingerprint' IS NULL OR x->>'fingerprint' <> ALL (k.prints)), '[]') AS left_over"
        f" FROM clue_rows r JOIN (SELECT c.household_id, array_agg(p) AS prints FROM clue_rows o"
        f" JOIN consolidation_clue c USING (household_id), unnest(c.fingerprints) p WHERE {_CLOSED} GROUP BY 1) k"
        f" USING (household_id), jsonb_array_elements(r.reasons) WITH ORDINALITY e(x, n) GROUP BY 1) f"
        f" WHERE f.household_id = r.household_id",
        [remembered_since(at)],
    )
    cursor.execute(_FATE.format(fate="suppressed", condition="reasons = '[]'"))
    cursor.execute(
        f"UPDATE clue_rows r SET clue_id = c.id, had = c.fingerprints, fate = CASE WHEN {_PRINTS} <@ c.fingerprints THEN 'known'"  # noqa: S608
        f" ELSE 'merged' END FROM consolidation_clue c"
        f" WHERE c.household_id = r.household_id AND {_OPEN} AND r.fate IS NULL"
    )
    cursor.execute(_FATE.format(fate="new", condition="true"))


def _write(cursor: Any, run: str) -> None:
    _set_due(cursor)
    fresh = "jsonb_array_elements(r.reasons) x WHERE NOT coalesce(x->>'fingerprint' = ANY (r.had), false)"
    cursor.execute(
        f"UPDATE consolidation_clue c SET reasons = c.reasons || f.reasons, score = greatest(c.score, r.score),"  # noqa: S608
        f" colour = CASE WHEN {_RANK.format(column='r.colour')} > {_RANK.format(column='c.colour')} THEN r.colour"
        f" ELSE c.colour END, risks = (SELECT (array_agg(DISTINCT k))[:{MOST_RISKS}] FROM unnest(c.risks || r.risks) k),"
        f" fingerprints = c.fingerprints || f.prints, version = c.version + 1, updated_at = now()"
        f" FROM clue_rows r, LATERAL (SELECT coalesce(jsonb_agg(x), '[]') AS reasons,"
        f" coalesce(array_agg(x->>'fingerprint') FILTER (WHERE x ? 'fingerprint'), '{{}}') AS prints FROM {fresh}) f"
        f" WHERE c.id = r.clue_id AND r.fate = 'merged'"
    )
    cursor.execute(
        f"INSERT INTO consolidation_clue (village_id, household_id, channel, risks, says, received_on, due_on, receipt_no,"  # noqa: S608
        f" rule_code, fingerprints, reasons, score, colour, run_no)"
        f" SELECT village_id, household_id, channel, risks[:{MOST_RISKS}], left(reasons->0->>'says', 500), received_on,"
        f" due_on, to_char(received_on, 'YYMMDD') || '-' || nextval(pg_get_serial_sequence('consolidation_clue', 'id')),"
        f" coalesce(reasons->0->>'rule', ''), {_PRINTS}, reasons, score, colour, %s"
        f" FROM clue_rows r WHERE fate = 'new' ORDER BY village_id, score DESC",
        [run],
    )


def _set_due(cursor: Any) -> None:
    """One term for a county and day: a town has none of its own."""
    cursor.execute("SELECT DISTINCT village_id / 1000000, received_on FROM clue_rows WHERE fate = 'new'")
    values = parameters.Snapshot.take()
    for county, day in cursor.fetchall():
        due = due_on(day, county * 1000000, values)
        cursor.execute(
            "UPDATE clue_rows SET due_on = %s WHERE village_id / 1000000 = %s AND received_on = %s", [due, county, day]
        )
