"""Given tables → what the SQL reads: numbers for codes, what is in a card number, the row of the household."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bangfu.kernel import text
from bangfu.screening.doubts import cards
from bangfu.screening.doubts.columns import Column, Derived, Table
from bangfu.screening.doubts.needs import ALWAYS
from bangfu.screening.doubts.sql import Job
from bangfu.screening.expressions import Kind

Given = Mapping[str, pa.Table]
_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int32(),
    Kind.DATE: pa.date32(),
    Kind.FLAG: pa.bool_(),
    Kind.DECIMAL: pa.float64(),
}
_CODES = pa.int16()


class WrongTable(ValueError):
    """A given table is not as docs/reference/doubts.md says; the message names table and column."""


def as_arrow(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Dicts of Python values in the published shape, with every column of the table."""
    return pa.table({n: pa.array([row.get(n) for row in rows], arrow_type(c)) for n, c in table.columns.items()})


def arrow_type(column: Column) -> pa.DataType:
    """Of the published schema."""
    if column.has_many:
        return pa.list_(pa.string())
    if column.codes:
        return pa.string()
    kinds = {
        Kind.INTEGER: pa.int32(),
        Kind.DECIMAL: pa.float64(),
        Kind.FLAG: pa.bool_(),
        Kind.DATE: pa.date32(),
        Kind.MONTH: pa.date32(),
    }
    return kinds.get(column.kind, pa.string())


def converted(given: Given, job: Job, as_of: date) -> Given:
    """One Arrow table for each that is needed, all columns present. Errors: WrongTable."""
    found = {}
    for name in job.tables:
        wanted = job.judged[name] | job.told[name]
        if wanted:
            rows = given.get(name)
            found[name] = _table(rows if rows is not None else pa.table({}), job.tables[name], wanted, as_of)
    return _linked(found, job)


def _table(given: pa.Table, table: Table, wanted: Collection[str], as_of: date) -> pa.Table:
    base = sorted((set(wanted) & set(table.columns)) | set(ALWAYS[table.name]))
    arrays = {name: _column(given, table, table.columns[name]) for name in base}
    computed = {name for name in wanted if name in table.derived and table.derived[name].how == "computed"}
    if computed:
        reads = {read for name in computed for read in table.derived[name].reads} - arrays.keys()
        texts = {**arrays, **{read: _column(given, table, table.columns[read]) for read in reads}}
        arrays |= cards.computed(computed, texts, as_of)
    for name in wanted:
        if (derived := table.derived.get(name)) and derived.how == "fact":
            arrays[name] = _facts(arrays[derived.of], derived)
    arrays["_row"] = pa.array(np.arange(given.num_rows, dtype=np.int32))
    return pa.table(arrays)


def _facts(codes: pa.ChunkedArray, derived: Derived) -> pa.ChunkedArray:
    """What the code list says of each code."""
    known = pa.array([derived.facts.get(number) for number in range(max(derived.facts) + 1)])
    small = pc.if_else(pc.less(codes, len(known)), codes, None)
    return known.take(small)


def _column(given: pa.Table, table: Table, column: Column) -> pa.ChunkedArray:
    if column.name not in given.column_names:
        kind = _CODES if column.codes else _TYPES.get(column.kind, pa.int32())
        return pa.chunked_array([pa.nulls(given.num_rows, kind)])
    values = given.column(column.name)
    try:
        if column.codes:
            return _coded(values, column)
        if column.kind is Kind.MONTH:
            return _months(values)
        cast = values if values.type == _TYPES[column.kind] else values.cast(_TYPES[column.kind])
        return _without_blanks(cast) if column.kind is Kind.TEXT else cast
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise WrongTable(f"{table.label}的“{column.label}”（{column.name}）读不出来：{error}") from error


def _without_blanks(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Blank text is nothing."""
    blank = pc.equal(pc.binary_length(values), 0)
    return pc.if_else(blank, None, values) if pc.any(blank).as_py() else values


def _months(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """A day of the month → year * 12 + month - 1."""
    days = values.cast(pa.date32())
    return pc.add(pc.multiply(pc.year(days), 12), pc.subtract(pc.month(days), 1)).cast(pa.int32())


def _coded(values: pa.ChunkedArray, column: Column) -> pa.ChunkedArray:
    """Stored codes → their numbers; several → bits. What the list does not know is nothing."""
    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        return pa.chunked_array([_bits_of_lists(values, column)])
    if column.has_many:
        return _mapped(values, lambda words: _bits(words, column))
    return _mapped(values, lambda words: column.words.get(words))


def _mapped(values: pa.ChunkedArray, number: Callable[[str], int | None]) -> pa.ChunkedArray:
    """Each different text looked up once."""
    if not pa.types.is_dictionary(values.type):
        values = values.cast(pa.string()).dictionary_encode()
    chunks = []
    for chunk in values.chunks:
        words = [number(text.clean(word)) if word else None for word in chunk.dictionary.cast(pa.string()).to_pylist()]
        chunks.append(pa.array(words, _CODES).take(chunk.indices))
    return pa.chunked_array(chunks, _CODES)


def _bits(words: str, column: Column) -> int | None:
    numbers = [column.words[word] for word in words.split(",") if word in column.words]
    return sum(1 << number for number in set(numbers)) or None


def _bits_of_lists(values: pa.ChunkedArray, column: Column) -> pa.Array:
    lists = values.combine_chunks()
    codes = _mapped(pa.chunked_array([pc.list_flatten(lists)], pa.string()), lambda word: column.words.get(word))
    numbers = pc.fill_null(codes, 0).to_numpy().astype(np.int32)
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy()
    bits = np.zeros(len(lists), dtype=np.int32)
    if np.any(held := lengths > 0):
        starts = (np.cumsum(lengths) - lengths)[held]
        bits[held] = np.bitwise_or.reduceat(np.where(numbers > 0, np.int32(1) << numbers, 0), starts)
    return pa.array(bits, mask=bits == 0)


def _linked(tables: Given, job: Job) -> Given:
    """`_parent`: row of the household; `_place`: county, town and village as one text; and what is taken over from it."""
    found = dict(tables)
    for name in ("households", "villages"):
        if name in found:
            parts = [pc.fill_null(found[name].column(part), "") for part in ("county", "town", "village")]
            places = pc.binary_join_element_wise(*parts, "")
            found[name] = found[name].append_column("_place", pc.if_else(pc.equal(places, ""), None, places))
    if "households" in found:
        homes = found["households"]
        numbers = homes.column("household_no").combine_chunks()
        for name, table in found.items():
            if name == "households":
                found[name] = table.append_column("_parent", table.column("_row"))
            elif name != "villages":
                found[name] = _at_home(table, homes, numbers, job.derived(name))
    return found


def _at_home(table: pa.Table, homes: pa.Table, numbers: pa.Array, derived: Collection[Derived]) -> pa.Table:
    rows = _rows_of(table.column("household_no").combine_chunks(), numbers)
    table = table.append_column("_parent", rows)
    for shape in derived:
        if shape.how == "from":
            table = table.append_column(shape.column.name, homes.column(shape.of).combine_chunks().take(rows))
    return table


def _rows_of(given: pa.Array, numbers: pa.Array) -> pa.Array:
    """Place of each household number among all. Those of one household mostly stand together: looked up once."""
    if not len(given):
        return pa.array([], pa.int32())
    changes = pc.fill_null(pc.not_equal(given.slice(1), given.slice(0, len(given) - 1)), True)
    starts = np.concatenate([[True], changes.to_numpy(zero_copy_only=False)])
    firsts, places = given.filter(pa.array(starts)), pa.array((np.cumsum(starts) - 1).astype(np.int32))
    if firsts.equals(numbers) and firsts.null_count == 0 and pc.count_distinct(numbers).as_py() == len(numbers):
        return places  # in the order of the households, as they are exported
    return pc.index_in(firsts, value_set=numbers, skip_nulls=True).take(places)
