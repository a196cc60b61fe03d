"""What each row would do, decided by set in SQL: references, existing rows, duplicates, scope, constraints, verdicts.

For every sheet a temporary table holds the rows as they will be after the import, typed like the target: the checks of
a ledger ask it, the preview compares it, and writing is one INSERT and one UPDATE from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from bangfu.exchange import findings, staging
from bangfu.exchange.batches import JUDGED, SheetBatch, run
from bangfu.exchange.references import resolve
from bangfu.exchange.sheet import Book
from bangfu.exchange.staging import INTAKE
from bangfu.exchange.targets import Target, q, within


@dataclass
class Judgement:
    """The temporary tables of one import in this session."""

    batches: list[SheetBatch]

    def save(self, run_id: int) -> None:
        """Keeps rows and verdicts for preview, writing and undo."""
        for batch in self.batches:
            keys = ", ".join(f"'{own}', {sql}" for own, sql in batch.referred)
            referred = f" || jsonb_strip_nulls(jsonb_build_object({keys}))" if keys else ""
            run(
                "INSERT INTO exchange_stagedrow"
                " (run_id, number, sheet, worksheet, row_no, data, faults, verdict, target, before, version)"
                f" SELECT %s, i.number, i.sheet, i.worksheet, i.row_no, i.data{referred}, coalesce(i.faults, j.faults),"
                " coalesce(j.verdict, 'w'), j.target, j.before, j.version"
                f" FROM {INTAKE} i LEFT JOIN {JUDGED} j USING (number){batch.joined_references}"
                f" WHERE i.sheet = {batch.position}",
                [run_id],
            )
        run("ANALYZE exchange_stagedrow (run_id, sheet, number, verdict)")

    def differences(self, run_id: int) -> int:
        """How many rows would now write something else than what was previewed."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM exchange_stagedrow s LEFT JOIN {JUDGED} j USING (number) WHERE s.run_id = %s"
                " AND s.verdict IN ('a', 'c') AND (s.verdict <> coalesce(j.verdict, 'w') OR s.target <> j.target"
                " OR (s.verdict = 'c' AND s.before IS DISTINCT FROM j.before))",
                [run_id],
            )
            return int(cursor.fetchone()[0])

    def drop(self) -> None:
        for batch in self.batches:
            for table in (batch.rows, *map(batch.found, batch.references)):
                run(f"DROP TABLE IF EXISTS {table}")
        run(f"DROP TABLE IF EXISTS {JUDGED}")


def judge(
    book: Book,
    written: dict[str, list[str]],
    ranges: Sequence[Sequence[int]],
    *,
    clears_blanks: bool,
    finders: Sequence[findings.Finder] = findings.ALL,
) -> Judgement:
    """Judges what is in the intake table. One table of coming rows per sheet is left, with good rows only."""
    run(f"DROP TABLE IF EXISTS {JUDGED}")
    run(
        f"CREATE TEMPORARY TABLE {JUDGED}"
        " (number int PRIMARY KEY, verdict char(1), target bigint, before jsonb, version int, faults jsonb)"
    )
    batches: list[SheetBatch] = []
    for position, sheet in enumerate(book.sheets):
        if str(position) not in written:
            continue
        pairs = tuple((int(low), int(high)) for low, high in ranges)
        batch = SheetBatch(Target.of(sheet), position, pairs, written[str(position)], clears_blanks)
        run(f"DROP TABLE IF EXISTS {batch.rows}")
        for column in batch.references:
            batch.reject(resolve(batch, column, batches))
        _make_coming(batch)
        for ask in (*finders, *sheet.checks):
            batch.reject(ask(batch))
        _decide(batch)
        batches.append(batch)
    return Judgement(batches)


def recall(run_id: int) -> None:
    """Staged rows back into the intake table, without what the database had said about them, which is asked again."""
    run(
        f"INSERT INTO {INTAKE} (number, sheet, worksheet, row_no, data, faults, target)"
        " SELECT number, sheet, worksheet, row_no, data, nullif(jsonb_path_query_array(faults, '$[*] ? (!exists(@.d))'), '[]'),"
        " CASE WHEN verdict = 'a' THEN target END FROM exchange_stagedrow WHERE run_id = %s ORDER BY number",
        [run_id],
    )
    staging.analyse_intake()


def _make_coming(batch: SheetBatch) -> None:
    target = batch.target
    typed = ", ".join(f"{q(column)} {target.type_of(column)}" for column in batch.written if column in target.fields)
    given = {column: f"r.{q(column)}" for column in target.fields}
    for own, sql in batch.referred:
        given[own] = sql if sql.endswith("._id") else f"coalesce({sql}, {given[own]})"
    same = " AND ".join(f"t.{q(c)} = {given[c]}" for c in target.identity)
    here = within(f"t.{q(target.scope)}", batch.ranges)
    coming = {column: _after(batch, column, given[column]) for column in target.fields}
    coming |= {column: sql.format_map(coming) for column, sql in batch.sheet.computed}
    columns = ", ".join(f"{sql} AS {q(column)}" for column, sql in coming.items())
    run(
        f"CREATE TEMPORARY TABLE {batch.rows} AS SELECT i.number AS _row, t.id IS NOT NULL AS _exists,"
        f" coalesce(t.id, i.target, nextval(%s)) AS _target, t.id IS NOT NULL AND NOT {here} AS _elsewhere, {columns}"
        f" FROM {INTAKE} i{batch.joined_references}"
        f" CROSS JOIN LATERAL jsonb_to_record(i.data) AS r({typed})"
        f" LEFT JOIN {target.table} t ON {same} AND {target.living}"
        f" WHERE i.sheet = {batch.position} AND i.faults IS NULL"
        f" AND NOT EXISTS (SELECT FROM {JUDGED} j WHERE j.number = i.number)",
        [target.sequence],
    )
    for column in ("_row", "_target"):  # without them a planner that guesses few rows compares each with each
        run(f"CREATE INDEX ON {batch.rows} ({column})")
    references = [column.attname for column in batch.sheet.columns if column.reference]
    joined = dict.fromkeys(["_row", "_target", "_exists", *target.identity, target.scope, *references])
    run(
        f"ANALYZE {batch.rows} ({', '.join(map(q, joined))})"
    )  # of all columns it would cost as much as making the table


def _after(batch: SheetBatch, column: str, given: str) -> str:
    """SQL of the value a column will have: `given` by the file, else what is there, else the default of a new row."""
    target, name = batch.target, q(column)
    default = target.defaults.get(column)
    if column not in batch.written:
        new = default or f"NULL::{target.type_of(column)}"
        return f"CASE WHEN t.id IS NULL THEN {new} ELSE t.{name} END"
    new = f"coalesce({given}, {default})" if default else given
    kept = f"coalesce({given}, t.{name})"
    if batch.clears_blanks and column not in (*target.identity, target.scope):
        if target.fields[column].null:
            kept = given
        elif default:
            kept = new
    return f"CASE WHEN t.id IS NULL THEN {new} ELSE {kept} END"


def _decide(batch: SheetBatch) -> None:
    """Verdicts of the rows that are left."""
    names = [q(column) for column in batch.written if column in batch.target.fields]
    now, then = (", ".join(f"{table}.{name}" for name in names) for table in ("t", "c"))
    run(
        f"INSERT INTO {JUDGED} (number, verdict, target, before, version)"
        f" SELECT _row, CASE WHEN NOT _exists THEN 'a' WHEN differs THEN 'c' ELSE 's' END, _target,"
        f" CASE WHEN differs THEN (SELECT to_jsonb(x) FROM (SELECT {now}) x) END, version"
        f" FROM (SELECT c._row, c._exists, c._target, {now}, t.version, c._exists AND ROW({now}) IS DISTINCT FROM ROW({then}) AS differs"
        f" FROM {batch.rows} c LEFT JOIN {batch.target.table} t ON t.id = c._target AND c._exists) t"
    )


def counts(run_id: int) -> dict[str, dict[str, int]]:
    """Position of the sheet → verdict → rows."""
    found: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sheet, verdict, count(*) FROM exchange_stagedrow WHERE run_id = %s GROUP BY 1, 2", [run_id]
        )
        for sheet, verdict, rows in cursor.fetchall():
            found.setdefault(str(sheet), {})[verdict] = rows
    return found
