"""Cells that name a row of another ledger: found among the good rows of an earlier sheet of the same file, else in the
database within the importer's scope. By set, one statement a column."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import IntegerField

from bangfu.exchange.batches import SheetBatch, run
from bangfu.exchange.sheet import Column, Fault, Reference
from bangfu.exchange.staging import INTAKE
from bangfu.exchange.targets import Target, q, within


def resolve(batch: SheetBatch, column: Column, earlier: list[SheetBatch]) -> Iterator[Fault]:
    """Makes the table of what the words of a column stand for, with what is copied from there (batch.joined_references);
    yields a fault for each word that stands for nothing."""
    reference = column.reference
    assert reference
    files = [other for other in earlier if other.target.model is reference.model]
    sources = []
    for rank, by in enumerate((reference.by, *reference.others)):
        sources += [_from_file(reference, by, other, 2 * rank) for other in files]
        sources.append(_from_database(batch, column, reference, by, 2 * rank + 1))
    found = batch.found(column)
    run(f"DROP TABLE IF EXISTS {found}")
    run(
        f"CREATE TEMPORARY TABLE {found} AS SELECT * FROM ("
        f"SELECT DISTINCT ON (_by) *, count(*) OVER (PARTITION BY _by, _rank) AS _n"
        f" FROM ({' UNION ALL '.join(sources)}) s ORDER BY _by, _rank) x WHERE _n = 1 AND _by IS NOT NULL"
    )
    run(f"ANALYZE {found} (_by)")
    yield from _unresolved(batch, column, reference, earlier)


def _copies(reference: Reference) -> str:
    return "".join(f", {q(theirs)}" for theirs in dict.fromkeys(theirs for _, theirs in reference.copies))


def _from_file(reference: Reference, name: str, other: SheetBatch, rank: int) -> str:
    by = q(other.target.column(name))
    return f"SELECT _target AS _id, {by}::text AS _by, {rank} AS _rank{_copies(reference)} FROM {other.rows}"


def _from_database(batch: SheetBatch, column: Column, reference: Reference, name: str, rank: int) -> str:
    target = Target(reference.model, reference.scope)
    by = target.column(name)
    word = f"data->>'{column.name}'"
    if isinstance(target.fields[by], IntegerField):
        word = f"CASE WHEN {word} ~ '^[0-9]{{1,18}}$' THEN ({word})::bigint END"
    named = f"t.{q(by)}::text"
    if reference.is_named:
        named = f"replace(normalize({named}, NFKC), ' ', '')"
    near = "true" if reference.is_open else within(f"t.{q(target.scope)}", batch.ranges)
    # a join, never = ANY (ARRAY(…)): behind a walk through the table that compares each row with each word
    return (
        f"SELECT t.id AS _id, {named} AS _by, {rank} AS _rank{_copies(reference)} FROM {target.table} t"
        f" JOIN (SELECT DISTINCT {word} AS word FROM {INTAKE} WHERE sheet = {batch.position} AND data ? '{column.name}') w"
        f" ON {named if reference.is_named else f't.{q(by)}'} = w.word WHERE {target.living} AND {near}"
    )


def _unresolved(batch: SheetBatch, column: Column, reference: Reference, earlier: list[SheetBatch]) -> Iterator[Fault]:
    rows = batch.fetch(
        f"SELECT number, data->>'{column.name}' FROM {INTAKE} LEFT JOIN {batch.found(column)} f ON f._by = data->>'{column.name}'"
        f" WHERE sheet = {batch.position} AND data ? '{column.name}' AND f._by IS NULL AND faults IS NULL"
    )
    if not rows:
        return
    held_back = _held_back(reference, earlier)
    for number, word in rows:
        if word in held_back:
            message = f"“{word}”在“{held_back[word][0]}”表第 {held_back[word][1]} 行有错，改好那一行后一起导入"
        else:
            message = f"找不到“{column.label}”为“{word}”的记录，或不在您的工作范围内，请核对"
        yield Fault(number, column.name, message, word)


def _held_back(reference: Reference, earlier: list[SheetBatch]) -> dict[str, tuple[str, int]]:
    """Rows of earlier sheets that are in the file but wrong themselves."""
    found: dict[str, tuple[str, int]] = {}
    for other in earlier:
        if other.target.model is not reference.model:
            continue
        attname = other.target.column(reference.by)
        rows = other.fetch(
            f"SELECT i.data->>'{attname}', i.row_no FROM {INTAKE} i WHERE i.sheet = {other.position}"
            f" AND NOT EXISTS (SELECT FROM {{rows}} c WHERE c._row = i.number) AND i.data ? '{attname}'"
        )
        found |= {word: (other.sheet.title, row_no) for word, row_no in rows}
    return found
