"""Given tables → what the SQL reads: numbers for codes, what is in a card number, the row of the household."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bangfu.kernel import text
from bangfu.screening import identities
from bangfu.screening.doubts.columns import Column, Table
from bangfu.screening.doubts.needs import ALWAYS
from bangfu.screening.expressions import Kind

Given = Mapping[str, pa.Table]
_MOBILE = r"^1[3-9][0-9]{9}$"
_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int32(),
    Kind.DATE: pa.date32(),
    Kind.FLAG: pa.bool_(),
    Kind.DECIMAL: pa.float64(),
}
_CARD = ("card_length", "card_key", "is_card_checked", "card_area", "card_birth_year", "card_birth_month",
         "card_category", "card_grade")  # fmt: skip


class WrongTable(ValueError):
    """A given table is not as docs/reference/doubts.md says; the message names table and column."""


def converted(given: Given, tables: Mapping[str, Table], needed: Mapping[str, set[str]], as_of: date) -> Given:
    """One Arrow table for each that is needed, all columns present. Errors: WrongTable."""
    found = {}
    for name, wanted in needed.items():
        if wanted:
            rows = given.get(name)
            found[name] = _table(rows if rows is not None else pa.table({}), tables[name], wanted, as_of)
    return _linked(found)


def _table(given: pa.Table, table: Table, wanted: Collection[str], as_of: date) -> pa.Table:
    derived = {name for name in wanted if name in table.derived and table.derived[name].how == "computed"}
    base = sorted((set(wanted) & set(table.columns)) | set(ALWAYS[table.name]))
    arrays = {name: _column(given, table, table.columns[name]) for name in base}
    if derived:
        texts = {
            read: arrays[read] if read in arrays else _column(given, table, table.columns[read])
            for name in derived
            for read in table.derived[name].reads
        }
        arrays |= _computed(derived, texts, as_of)
    arrays["_row"] = pa.array(np.arange(given.num_rows, dtype=np.int32))
    return pa.table(arrays)


def _column(given: pa.Table, table: Table, column: Column) -> pa.ChunkedArray:
    if column.name not in given.column_names:
        kind = pa.int32() if column.codes or column.kind is Kind.MONTH else _TYPES[column.kind]
        return pa.chunked_array([pa.nulls(given.num_rows, kind)])
    values = given.column(column.name)
    try:
        if column.codes:
            return _coded(values, column)
        if column.kind is Kind.MONTH:
            return _months(values)
        if column.kind is Kind.DECIMAL:
            return values if _is_number(values.type) else values.cast(pa.float64())
        return values if values.type == _TYPES[column.kind] else values.cast(_TYPES[column.kind])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise WrongTable(f"{table.label}的“{column.label}”（{column.name}）读不出来：{error}") from error


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


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
        chunks.append(pa.array(words, pa.int32()).take(chunk.indices))
    return pa.chunked_array(chunks, pa.int32())


def _bits(words: str, column: Column) -> int | None:
    numbers = [column.words[word] for word in words.split(",") if word in column.words]
    return sum(1 << number for number in set(numbers)) or None


def _bits_of_lists(values: pa.ChunkedArray, column: Column) -> pa.Array:
    lists = values.combine_chunks()
    bits = np.zeros(len(lists), dtype=np.int32)
    parents = pc.list_parent_indices(lists).to_numpy()
    codes = _mapped(pa.chunked_array([pc.list_flatten(lists)]), lambda word: column.words.get(word))
    numbers = pc.fill_null(codes, 0).to_numpy()
    np.bitwise_or.at(bits, parents, np.where(numbers > 0, np.int32(1) << numbers.astype(np.int32), 0))
    return pa.array(bits, mask=bits == 0)


def _computed(wanted: Collection[str], texts: Mapping[str, pa.ChunkedArray], as_of: date) -> dict[str, pa.Array]:
    found: dict[str, pa.Array] = {}
    if "is_mobile" in wanted:
        phones = texts["phone"]
        found["is_mobile"] = pc.if_else(pc.equal(phones, ""), None, pc.match_substring_regex(phones, _MOBILE))
    if {"age", *_CARD} & set(wanted):
        found |= _of_cards(texts["card_no"], texts.get("born_on"), as_of)
    return {name: array for name, array in found.items() if name in wanted}


def _of_cards(cards: pa.ChunkedArray, born: pa.ChunkedArray | None, as_of: date) -> dict[str, pa.Array]:
    """What a card number says. Area and birth are read of the first 17 digits also when the check character is wrong."""
    whole = cards.combine_chunks()
    numbers = identities.read(whole)
    known = numbers.state == identities.State.WELL_FORMED
    lengths = pc.utf8_length(pc.if_else(pc.equal(whole, ""), None, whole))
    is_long = pc.fill_null(pc.greater_equal(lengths, 20), False).to_numpy(zero_copy_only=False)
    key = numbers.key
    found = {
        "card_length": lengths,
        "card_key": pa.array(key, mask=~known),
        "is_card_checked": pa.array(known & numbers.checks_hold(), mask=pc.is_null(lengths).to_numpy(False)),
        "card_area": pa.array((key // 10**11).astype(np.int32), mask=~known),
        "card_birth_year": pa.array((key // 10**7 % 10**4).astype(np.int32), mask=~known),
        "card_birth_month": pa.array((key // 10**5 % 100).astype(np.int32), mask=~known),
        "age": _ages(key, known, born, as_of),
    }
    for name, place in (("card_category", 18), ("card_grade", 19)):
        found[name] = _digit(whole, place, is_long & known)
    return found


def _digit(cards: pa.Array, place: int, held: NDArray[np.bool_]) -> pa.Array:
    digits = np.zeros(len(held), dtype=np.int32)
    rows = np.flatnonzero(held)
    if len(rows):
        some = pc.utf8_slice_codeunits(cards.take(pa.array(rows)), place, place + 1)
        digits[rows] = [int(sign) if sign.isdigit() else 0 for sign in some.to_pylist()]
    return pa.array(digits, mask=digits == 0)


def _ages(key: NDArray[np.int64], known: NDArray[np.bool_], born: pa.ChunkedArray | None, as_of: date) -> pa.Array:
    """Full years on that day; of the birth date, else of the card number."""
    today = as_of.year * 10_000 + as_of.month * 100 + as_of.day
    days, fits = identities.births(key)
    valid = known & fits
    if born is not None:
        given = born.combine_chunks()
        told = pc.is_valid(given).to_numpy(zero_copy_only=False)
        days = np.where(told, pc.fill_null(given.cast(pa.int32()), 0).to_numpy(), days)
        valid = valid | told
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month = months.astype(np.int64)
    stamp = (month // 12 + 1970) * 10_000 + (month % 12 + 1) * 100 + (dates - months).astype(np.int64) + 1
    return pa.array(((today - stamp) // 10_000).astype(np.int32), mask=~valid)


def _linked(tables: Given) -> Given:
    """`_parent`: row of the household; `_place`: county, town and village as one text."""
    found = dict(tables)
    for name in ("households", "villages"):
        if name in found:
            parts = [pc.fill_null(found[name].column(part), "") for part in ("county", "town", "village")]
            places = pc.binary_join_element_wise(*parts, "")
            found[name] = found[name].append_column("_place", pc.if_else(pc.equal(places, ""), None, places))
    if "households" in found:
        numbers = found["households"].column("household_no")
        for name, table in found.items():
            if name == "households":
                found[name] = table.append_column("_parent", table.column("_row"))
            elif name != "villages":
                rows = pc.index_in(table.column("household_no"), value_set=_known(numbers))
                found[name] = table.append_column("_parent", rows)
    return found


def _known(numbers: pa.ChunkedArray) -> pa.Array:
    """Household numbers in which an empty one is nobody's."""
    return pc.if_else(pc.equal(numbers, ""), None, numbers).combine_chunks()
