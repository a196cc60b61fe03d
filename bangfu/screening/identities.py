"""Identity numbers by the million: normalised to the first 17 digits and the check character, on the bytes of Arrow.

The 18-character path reads eight digits at a time as one 64-bit word: no loop, no compiler. Everything else (15 digits,
full-width, blanks, disability cards) is brought to that form first; what is left is explained one by one by the kernel.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bangfu.kernel import identity

Keys = NDArray[np.int64]
BLOCK = 1 << 14  # rows at a time, so that what is worked on stays in the cache
_ZEROS = np.uint64(0x3030303030303030)
_HIGH = np.uint64(0x8080808080808080)
_OVER_NINE = np.uint64(0x4646464646464646)
_BYTES, _PAIRS, _FOURS = (np.uint64(m) for m in (0x0F0F0F0F0F0F0F0F, 0x00FF00FF00FF00FF, 0x0000FFFF0000FFFF))
_CHECKS = np.frombuffer(identity.CHECK_CHARACTERS.encode(), dtype=np.uint8)
_X, _LOWER = np.uint8(ord("X")), np.uint8(0x20)


class State(IntEnum):
    """What became of a text. Only WELL_FORMED has a key; its check character is still to be judged."""

    WELL_FORMED = 0
    EMPTY = 1
    MALFORMED = 2


@dataclass(frozen=True)
class Numbers:
    """`key`: first 17 digits, 0 where there is none; `check`: the 18th character; `state`: see State."""

    key: Keys
    check: NDArray[np.uint8]
    state: NDArray[np.uint8]

    def checks_hold(self) -> NDArray[np.bool_]:
        """Whether each check character belongs to its 17 digits (GB 11643)."""
        return np.asarray(check_characters(self.key) == self.check)


def read(texts: pa.Array) -> Numbers:
    """Numbers of a text column, in whatever form they were typed."""
    texts = _as_strings(texts)
    rows = len(texts)
    numbers = Numbers(np.zeros(rows, np.int64), np.zeros(rows, np.uint8), np.zeros(rows, np.uint8))
    lengths = _lengths(texts)
    if len(texts) and texts.null_count == 0 and (lengths == 18).all():
        _read_18(_bytes(texts), None, numbers, slice(0, len(texts)))
        rest = np.flatnonzero(numbers.state)
    else:
        plain = np.flatnonzero(lengths == 18)
        _read_18(_whole(texts), _offsets(texts)[plain], numbers, plain)
        rest = np.flatnonzero((lengths != 18) | (numbers.state != State.WELL_FORMED))
    if len(rest):
        _read_rest(texts, rest, numbers)
    return numbers


def check_characters(keys: Keys) -> NDArray[np.uint8]:
    """GB 11643: the 18th character of each 17 digits. The weights are powers of two modulo 11."""
    total = np.zeros(len(keys), dtype=np.int64)
    left = keys.copy()
    weights = np.array(identity.WEIGHTS[::-1], dtype=np.int64)
    for weight in weights:
        left, digit = np.divmod(left, 10)
        total += digit * weight
    return np.asarray(_CHECKS[total % 11])


def well_formed(texts: pa.Array) -> NDArray[np.bool_]:
    """Normalised and with the right check character: what the bench measures as "normalise + check"."""
    texts = _as_strings(texts)
    if not len(texts) or texts.null_count or not (_lengths(texts) == 18).all():
        numbers = read(texts)
        return np.asarray((numbers.state == State.WELL_FORMED) & numbers.checks_hold())
    data, holds = _bytes(texts), np.empty(len(texts), dtype=np.bool_)
    for start in range(0, len(texts), BLOCK):
        holds[start : start + BLOCK] = _block(*_words(data, None, start, min(start + BLOCK, len(texts))))[3]
    return holds


def reason(text: str, today: date) -> str:
    """Why the kernel refuses a number, in Chinese; "" when it does not."""
    try:
        identity.parse(text, today=today)
    except identity.IdentityError as error:
        return str(error)
    return ""


def births(keys: Keys) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """(birth date as the number 19700131, whether there is such a day) of numbers."""
    stamp = keys // 1000 % 10**8
    year, month, day = stamp // 10_000, stamp // 100 % 100, stamp % 100
    fits = (year >= 1900) & (year < 2100) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(fits, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    first = months.astype("datetime64[D]")
    length = ((months + 1).astype("datetime64[D]") - first).astype(np.int64)
    return stamp.astype(np.int32), fits & (day <= length)


def sexes(keys: Keys) -> NDArray[np.int8]:
    """GB/T 2261.1: 1 male, 2 female."""
    return (2 - keys % 2).astype(np.int8)


def _as_strings(texts: pa.Array) -> pa.Array:
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if pa.types.is_dictionary(texts.type):
        texts = texts.dictionary_decode()
    return texts if texts.type == pa.large_string() else texts.cast(pa.large_string())


def _offsets(texts: pa.Array) -> NDArray[np.int64]:
    whole = np.frombuffer(texts.buffers()[1], dtype=np.int64)
    return whole[texts.offset : texts.offset + len(texts) + 1]


def _lengths(texts: pa.Array) -> NDArray[np.int64]:
    return np.diff(_offsets(texts)) if len(texts) else np.zeros(0, dtype=np.int64)


def _bytes(texts: pa.Array) -> NDArray[np.uint8]:
    """The bytes of a column without gaps."""
    offsets = _offsets(texts)
    return np.frombuffer(texts.buffers()[2], dtype=np.uint8)[offsets[0] : offsets[-1]]


def _read_18(data: NDArray[np.uint8], starts: NDArray[np.int64] | None, numbers: Numbers, rows: Any) -> None:
    """Numbers of 18 bytes. `starts`: where each begins; None: one after the other."""
    count = len(data) // 18 if starts is None else len(starts)
    key, check, state = (np.empty(count, dtype=array.dtype) for array in (numbers.key, numbers.check, numbers.state))
    for begin in range(0, count, BLOCK):
        end = min(begin + BLOCK, count)
        key[begin:end], check[begin:end], good, _ = _block(*_words(data, starts, begin, end), judged=False)
        state[begin:end] = np.where(good, State.WELL_FORMED, State.MALFORMED)
    numbers.key[rows], numbers.check[rows], numbers.state[rows] = key, check, state


def _words(
    data: NDArray[np.uint8], starts: NDArray[np.int64] | None, begin: int, end: int
) -> tuple[Any, Any, Any, Any]:
    """(first eight bytes, next eight, seventeenth, eighteenth) of each number of a block."""
    if starts is None:
        part = data[18 * begin : 18 * end]
        first, second = (np.ndarray(end - begin, "<u8", part.data, place, (18,)).copy() for place in (0, 8))
        return first, second, part[16::18], part[17::18]
    at = starts[begin:end]
    eights = np.ndarray(len(data) - 7, "<u8", data.data, 0, (1,))
    return eights[at], eights[at + 8], data[at + 16], data[at + 17]


def _block(first: Any, second: Any, digit17: Any, last: Any, judged: bool = True) -> tuple[Any, Any, Any, Any]:
    """(key, check character, whether all are digits, whether the check character holds)."""
    digit17 = digit17 - np.uint8(48)
    check = np.where((last | _LOWER) == _X | _LOWER, _X, last)
    wrong = _not_digits(first) | _not_digits(second)
    good = (wrong == 0) & (digit17 <= 9) & ((check - np.uint8(48) <= 9) | (check == _X))
    first, second = (word - _ZEROS & _BYTES for word in (first, second))
    key = (_folded(first, 10) * np.uint64(10**8) + _folded(second, 10)) * np.uint64(10) + digit17
    key = np.where(good, key.astype(np.int64), 0)
    if not judged:
        return key, check, good, None
    weighted = ((_folded(first, 2) * np.uint64(256) + _folded(second, 2)) * np.uint64(2) + digit17) * np.uint64(2)
    return key, check, good, good & (_CHECKS[(weighted % np.uint64(11)).astype(np.intp)] == check)


def _not_digits(word: Any) -> Any:
    return (word + _OVER_NINE | word - _ZEROS) & _HIGH


def _folded(word: Any, base: int) -> Any:
    """Eight digits, one a byte, as a number to the base: pairs, then fours, then all."""
    word = word * np.uint64(base * 2**8 + 1) >> np.uint64(8) & _PAIRS
    word = word * np.uint64(base**2 * 2**16 + 1) >> np.uint64(16) & _FOURS
    return word * np.uint64(base**4 * 2**32 + 1) >> np.uint64(32)


def _whole(texts: pa.Array) -> NDArray[np.uint8]:
    """The bytes that the offsets count from."""
    return np.frombuffer(texts.buffers()[2], dtype=np.uint8) if texts.buffers()[2] else np.zeros(0, dtype=np.uint8)


def _read_rest(texts: pa.Array, rows: NDArray[np.intp], numbers: Numbers) -> None:
    """Blanks, dashes, full-width signs, lower case; 15 digits; disability cards, whose first 18 are the number."""
    some = pc.fill_null(texts.take(pa.array(rows)), "")
    plain = pc.replace_substring_regex(pc.utf8_normalize(some, "NFKC"), r"[\s\-'’‘`\x{200b}\x{feff}]|\.0$", "")
    plain = pc.utf8_upper(plain)
    lengths = _lengths(plain)
    numbers.key[rows], numbers.check[rows] = 0, 0
    numbers.state[rows] = np.where(lengths == 0, State.EMPTY, State.MALFORMED)
    for length in (18, 20, 22):
        if len(held := np.flatnonzero(lengths == length)):
            first = pc.utf8_slice_codeunits(plain.take(pa.array(held)), 0, 18)
            held = held[exact := np.flatnonzero(_lengths(first) == 18)]
            if len(held):
                some_first = pa.concat_arrays([first.take(pa.array(exact))])
                _read_18(_bytes(some_first), None, numbers, rows[held])
    if len(held := np.flatnonzero(lengths == 15)):
        _read_15(plain.take(pa.array(held)), numbers, rows[held])


def _read_15(texts: pa.Array, numbers: Numbers, rows: NDArray[np.intp]) -> None:
    digits = pc.match_substring_regex(texts, "^[0-9]{15}$").to_numpy(zero_copy_only=False)
    held = rows[digits]
    if len(held):
        short = pc.cast(texts.filter(pa.array(digits)), pa.int64()).to_numpy(zero_copy_only=False)
        key = (short // 10**9 * 100 + 19) * 10**9 + short % 10**9
        numbers.key[held], numbers.check[held], numbers.state[held] = key, check_characters(key), State.WELL_FORMED
