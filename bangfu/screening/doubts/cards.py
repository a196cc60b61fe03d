"""What card numbers, birth dates and phones say, a million at a time: columns that no SQL should have to work out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bangfu.screening import identities

Mask = NDArray[np.bool_]
_PLAIN, _LONG = 18, 20  # characters of a resident number; of a disability card at least


def computed(wanted: Collection[str], given: Mapping[str, pa.ChunkedArray], as_of: date) -> dict[str, pa.Array]:
    """The wanted ones of the columns declared as `computed`."""
    found: dict[str, pa.Array] = {}
    if "is_mobile" in wanted:
        found["is_mobile"] = _mobile(given["phone"].combine_chunks())
    if set(wanted) - {"is_mobile"}:
        found |= _of_cards(given["card_no"].combine_chunks(), given.get("born_on"), as_of)
    return {name: array for name, array in found.items() if name in wanted}


def _of_cards(cards: pa.Array, born: pa.ChunkedArray | None, as_of: date) -> dict[str, pa.Array]:
    """Area and birth are read of the first 17 digits also when the check character is wrong."""
    lengths = pc.utf8_length(cards)
    plain = pc.equal(lengths, _PLAIN)
    key, known, checked = (np.zeros(len(cards), dtype=kind) for kind in (np.int64, bool, bool))
    for rows in (plain, pc.invert(plain)):  # those of 18 characters stand without gaps, which is read much faster
        held = pc.fill_null(rows, False)
        some = cards.filter(held)
        if len(some):
            at = held.to_numpy(zero_copy_only=False)
            numbers = identities.read(some)
            key[at], known[at] = numbers.key, numbers.state == identities.State.WELL_FORMED
            checked[at] = identities.well_formed(some)
    found = {
        "card_length": lengths,
        "card_key": pa.array(key, mask=~known),
        "is_card_checked": pa.array(checked, mask=pc.is_null(cards).to_numpy(zero_copy_only=False)),
        "card_area": pa.array((key // 10**11).astype(np.int32), mask=~known),
        "card_birth_year": pa.array((key // 10**7 % 10**4).astype(np.int32), mask=~known),
        "card_birth_month": pa.array((key // 10**5 % 100).astype(np.int32), mask=~known),
        "age": _ages(key, known, born, as_of),
    }
    long = pc.fill_null(pc.greater_equal(lengths, _LONG), False).to_numpy(zero_copy_only=False) & known
    return {**found, "card_category": _digit(cards, 18, long), "card_grade": _digit(cards, 19, long)}


def _digit(cards: pa.Array, place: int, held: Mask) -> pa.Array:
    digits = np.zeros(len(held), dtype=np.int32)
    rows = np.flatnonzero(held)
    if len(rows):
        some = pc.utf8_slice_codeunits(cards.take(pa.array(rows)), place, place + 1)
        digits[rows] = [int(sign) if sign.isdigit() else 0 for sign in some.to_pylist()]
    return pa.array(digits, mask=digits == 0)


def _ages(key: NDArray[np.int64], known: Mask, born: pa.ChunkedArray | None, as_of: date) -> pa.Array:
    """Full years on that day; of the birth date, else of the card number."""
    today = as_of.year * 10_000 + as_of.month * 100 + as_of.day
    told, stamps = np.zeros(len(key), dtype=bool), np.zeros(len(key), dtype=np.int64)
    if born is not None:
        given = born.combine_chunks()
        told = pc.is_valid(given).to_numpy(zero_copy_only=False)
        stamps = _stamps(pc.fill_null(given.cast(pa.int32()), 0).to_numpy())
    rest = np.flatnonzero(known & ~told)
    if len(rest):
        stamps[rest] = key[rest] // 1000 % 10**8
        told = told.copy()
        told[rest] = identities.births(key[rest])[1]
    return pa.array(((today - stamps) // 10_000).astype(np.int32), mask=~told)


def _stamps(days: NDArray[np.int32]) -> NDArray[np.int64]:
    """Days since 1970 as the number 19700131. Each different day is worked out once."""
    first = int(days.min()) if len(days) else 0
    span = np.arange(first, int(days.max()) + 1 if len(days) else 0, dtype=np.int64)
    dates = span.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month = months.astype(np.int64)
    stamps = (month // 12 + 1970) * 10_000 + (month % 12 + 1) * 100 + (dates - months).astype(np.int64) + 1
    return np.asarray(stamps[days - first])


def _mobile(phones: pa.Array) -> pa.Array:
    """1, then 3 to 9, then nine digits; no phone: unknown."""
    fits = np.zeros(len(phones), dtype=bool)
    held = pc.fill_null(pc.equal(pc.binary_length(phones), 11), False)
    some = phones.filter(held)  # anew, so its bytes stand without gaps from the start
    if len(some):
        digits = np.frombuffer(some.buffers()[2], dtype=np.uint8)[: 11 * len(some)] - np.uint8(48)
        good = (digits[::11] == 1) & (digits[1::11] >= 3)
        good[np.flatnonzero(digits > 9) // 11] = False
        fits[held.to_numpy(zero_copy_only=False)] = good
    return pa.array(fits, mask=pc.is_null(phones).to_numpy(zero_copy_only=False))
