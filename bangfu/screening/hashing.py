"""64-bit hashes of texts and numbers, vectorised, the same on every machine: names are compared and clues remembered by them."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
_FACTORS = tuple(np.uint64(f) for f in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93))
_WORDS = len(_FACTORS)
_BLOCK = 1 << 15
_SHIFT, _LENGTH = np.uint64(31), np.uint64(0x27D4EB2F165667C5)


def large_strings(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """One array of 64-bit offsets without nulls; what is no text yet is written as one."""
    array = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    array = array if array.type == pa.large_string() else array.cast(pa.large_string())
    return array.fill_null("") if array.null_count else array


def of_texts(texts: pa.Array | pa.ChunkedArray) -> Hashes:
    """Texts of up to 32 bytes by four words of 64 bits; the few longer ones by their checksum."""
    array = large_strings(texts)
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    result = np.zeros(len(array), dtype=np.uint64)
    if not len(array):
        return result
    first, last = int(offsets[0]), int(offsets[-1])
    data = np.zeros(last - first + 8 * _WORDS, dtype=np.uint8)
    if last > first:
        data[: last - first] = np.frombuffer(array.buffers()[2], dtype=np.uint8)[first:last]
    words = np.ndarray(len(data) - 7, "<u8", data.data, 0, (1,))
    for start in range(0, len(array), _BLOCK):
        begin = offsets[start : min(start + _BLOCK, len(array))] - first
        length = offsets[start + 1 : start + 1 + len(begin)] - first - begin
        result[start : start + len(begin)] = _block(words, begin, length)
    for row in np.flatnonzero(np.diff(offsets) > 8 * _WORDS).tolist():
        raw = array[row].as_py().encode()
        result[row] = np.uint64(zlib.crc32(raw) << 32 | zlib.crc32(raw[::-1]))
    return result


def _block(words: Any, begin: NDArray[np.int64], length: NDArray[np.int64]) -> Hashes:
    total = length.astype(np.uint64) * _LENGTH
    for place in range(min(_WORDS, int(length.max(initial=0) + 7) // 8)):
        left = np.clip(length - 8 * place, 0, 8)
        word = words[begin + 8 * place]
        keep = np.uint64(8) * left.astype(np.uint64)
        mask = np.where(left == 8, np.uint64(2**64 - 1), (np.uint64(1) << keep % np.uint64(64)) - np.uint64(1))
        mixed_in = (total ^ (word & mask)) * _FACTORS[place]
        total = np.where(left > 0, mixed_in ^ mixed_in >> _SHIFT, total)  # the same, however long the others are
    return _finished(total)


def _finished(total: Hashes) -> Hashes:
    total = (total ^ total >> np.uint64(33)) * _FACTORS[1]
    return total ^ total >> np.uint64(29)


def of_text(text: str) -> int:
    return int(of_texts(pa.array([text], pa.large_string()))[0])


def mixed(*parts: NDArray[Any] | int) -> Hashes:
    """One hash of several columns of whole numbers or hashes, in this order."""
    total = np.array([len(parts)], dtype=np.uint64) * _LENGTH
    for part in parts:
        values = np.array([part], dtype=np.uint64) if isinstance(part, int) else np.asarray(part).astype(np.uint64)
        total = _finished((total ^ values) * _FACTORS[0])
    return total
