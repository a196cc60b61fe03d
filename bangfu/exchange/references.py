"""Cells that name a row of another ledger: found among the good rows of an earlier sheet of the same file, else in the
database within the importer's scope. By set, one statement a column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import CharField, IntegerField, TextField

from bangfu.exchange.batches import SheetBatch, run
from bangfu.exchange.sheet import Column, Fault, Reference
from bangfu.exchange.staging import INTAKE
from bangfu.exchange.targets import Target, q, within

_MOST_TOLD = 5  # rows that a word may mean, named in a message


def resolve(batch: SheetBatch, column: Column, earlier: list[SheetBatch]) -> Iterator[Fault]:
    """Makes the table of what the words of a column stand for, with what is copied from there (batch.joined_references);
    yields a fault for each word that stands for nothing, or for several rows."""
    reference = column.reference
    assert reference
    files = [other for other in earlier if other.target.model is reference.model]
    ways: list[tuple[str, ...]] = [(reference.by,), *((by,) for by in reference.others)]
    ways += [reference.parts[: length + 1] for length in range(1, len(reference.parts))]
    sources = []
    for rank, way in enumerate(ways):
        if len(way) == 1:
            sources += [_from_file(reference, way[0], other, 2 * rank) for other in files]
        sources.append(_from_database(batch, column, reference, way, 2 * rank + 1))
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
    return "".join(f", {q(theirs)}" for theirs in _copied(reference))


def _copied(reference: Reference) -> list[str]:
    return list(dict.fromkeys(theirs for _, theirs in reference.copies))


def _from_file(reference: Reference, name: str, other: SheetBatch, rank: int) -> str:
    by = q(other.target.column(name))
    return f"SELECT _target AS _id, {by}::text AS _by, {rank} AS _rank{_copies(reference)} FROM {other.rows}"


def _from_database(batch: SheetBatch, column: Column, reference: Reference, way: Sequence[str], rank: int) -> str:
    named, source, living = _named(batch, reference, way)
    word = f"data->>'{column.name}'"
    shown = f"{named}::text"
    if len(way) > 1 or reference.is_named:
        named = shown = f"replace(normalize({named}::text, NFKC), ' ', '')"
    elif isinstance(reference.fields(way[0])[1], IntegerField):
        word = f"CASE WHEN {word} ~ '^[0-9]{{1,18}}$' THEN ({word})::bigint END"
    copies = "".join(f", t.{q(theirs)}" for theirs in _copied(reference))
    # a join, never = ANY (ARRAY(…)): behind a walk through the table that compares each row with each word
    return (
        f"SELECT t.id AS _id, {shown} AS _by, {rank} AS _rank{copies} FROM {source}"
        f" JOIN (SELECT DISTINCT {word} AS word FROM {INTAKE} WHERE sheet = {batch.position} AND data ? '{column.name}') w"
        f" ON {named} = w.word WHERE {living}"
    )


def _named(batch: SheetBatch, reference: Reference, way: Sequence[str]) -> tuple[str, str, str]:
    """(SQL of the words that name a row, tables they come from, which rows one may name)."""
    target = Target(reference.model, reference.scope)
    words, source = [], f"{target.table} t"
    for place, path in enumerate(way):
        relation, field = reference.fields(path)
        alias = "t"
        if relation is not None:
            alias, key = f"p{place}", relation.target_field.column  # type: ignore[attr-defined]
            source += (
                f" LEFT JOIN {q(field.model._meta.db_table)} {alias} ON {alias}.{q(key)} = t.{q(str(relation.column))}"
            )
        sql = f"{alias}.{q(str(field.column))}"
        words.append(f"nullif({sql}, '')" if len(way) > 1 and isinstance(field, CharField | TextField) else sql)
    near = "true" if reference.is_open else within(f"t.{q(target.scope)}", batch.ranges)
    return (
        words[0] if len(words) == 1 else f"concat_ws('/', {', '.join(words)})",
        source,
        f"{target.living} AND {near}",
    )


def _unresolved(batch: SheetBatch, column: Column, reference: Reference, earlier: list[SheetBatch]) -> Iterator[Fault]:
    rows = batch.fetch(
        f"SELECT number, data->>'{column.name}' FROM {INTAKE} LEFT JOIN {batch.found(column)} f ON f._by = data->>'{column.name}'"
        f" WHERE sheet = {batch.position} AND data ? '{column.name}' AND f._by IS NULL AND faults IS NULL"
    )
    if not rows:
        return
    held_back = _held_back(reference, earlier)
    several = _several(batch, reference, sorted({word for _, word in rows}))
    for number, word in rows:
        if word in held_back:
            message = f"“{word}”在“{held_back[word][0]}”表第 {held_back[word][1]} 行有错，改好那一行后一起导入"
        elif told := several.get(word):
            message = f"“{word}”不止一条：{told}"
        else:
            message = f"找不到“{column.label}”为“{word}”的记录，或不在您的工作范围内，请核对"
        yield Fault(number, column.name, message, word)


def _several(batch: SheetBatch, reference: Reference, words: list[str]) -> dict[str, str]:
    """What a word of which there are several rows may stand for: each by all that tells it."""
    if not reference.more:
        return {}
    whole, source, living = _named(batch, reference, reference.parts)
    found: dict[str, list[str]] = {}
    for length in range(len(reference.parts) - 1, 0, -1):
        named, *_ = _named(batch, reference, reference.parts[:length])
        rows = batch.fetch(
            f"SELECT replace(normalize({named}::text, NFKC), ' ', ''), {whole} FROM {source}"
            f" WHERE replace(normalize({named}::text, NFKC), ' ', '') = ANY (%s) AND {living} ORDER BY 2, t.id",
            [words],
        )
        for word, told in rows:
            found.setdefault(word, []).append(told)
    return {word: _listed(told) for word, told in found.items() if len(told) > 1}


def _listed(told: list[str]) -> str:
    if len(set(told)) < len(told):
        return f"系统里有 {len(told)} 条写法完全一样，分不清是哪一条，请先在台账里核对"
    more = f"等 {len(told)} 条" if len(told) > _MOST_TOLD else ""
    return f"{'、'.join(told[:_MOST_TOLD])}{more}，请照其中一条填写"


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
