"""Rows of COPY text made from numpy columns, some ten thousand at a time, without a Python step per row.

A piece is a matrix of bytes, one row per row of the table, padded with NUL. NUL cannot stand in PostgreSQL text, so all
padding falls out in one go when the pieces lie side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Piece = NDArray[np.uint8]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

_NULL = np.frombuffer(rb"\N", dtype=np.uint8)
_ZERO = ord("0")


class Words:
    """Strings to pick from by number: `words[indexes]` is a piece."""

    def __init__(self, words: Sequence[str]) -> None:
        encoded = [word.encode() for word in words]
        self.table = np.zeros((len(encoded), max(map(len, encoded))), dtype=np.uint8)
        for row, word in zip(self.table, encoded, strict=True):
            row[: len(word)] = np.frombuffer(word, dtype=np.uint8)

    def __getitem__(self, indexes: Ints) -> Piece:
        return self.table[indexes]


YES_NO = Words(("f", "t"))


def yes(mask: Mask) -> Piece:
    return YES_NO[mask.astype(np.int64)]


def constant(text: str, rows: int) -> Piece:
    return np.broadcast_to(np.frombuffer(text.encode(), dtype=np.uint8), (rows, len(text.encode())))


def digits(values: Ints, width: int) -> Piece:
    """Zero-padded to `width`."""
    piece = np.empty((len(values), width), dtype=np.uint8)
    rest = values.astype(np.int64)
    for place in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        piece[:, place] = digit + _ZERO
    return piece


def number(values: Ints) -> Piece:
    """Without leading zeros; not negative."""
    width = len(str(int(values.max()))) if len(values) else 1
    piece = digits(values, width)
    leading = np.logical_and.accumulate(piece == _ZERO, axis=1)
    leading[:, -1] = False
    piece[leading] = 0
    return piece


def hundredths(values: Ints) -> Piece:
    """Fen as yuan, or hundredths of a unit: 1234 → 12.34."""
    whole, part = np.divmod(values, 100)
    return np.concatenate((number(whole), constant(".", len(values)), digits(part, 2)), axis=1)


def day(days: NDArray[np.datetime64]) -> Piece:
    """ISO dates."""
    text = np.datetime_as_string(days.astype("datetime64[D]")).astype("S10")
    return text.view(np.uint8).reshape(len(days), 10)


def join(*pieces: Piece) -> Piece:
    return np.concatenate(pieces, axis=1)


def full_width(piece: Piece) -> Piece:
    """ASCII as some input methods type it: 138 → １３８. Padding stays padding."""
    wide = np.zeros((len(piece), piece.shape[1], 3), dtype=np.uint8)
    code = piece.astype(np.int64) - 0x20 + 0xFF00
    wide[..., 0] = 0xE0 | code >> 12
    wide[..., 1] = 0x80 | code >> 6 & 0x3F
    wide[..., 2] = 0x80 | code & 0x3F
    wide[piece == 0] = 0
    return wide.reshape(len(piece), -1)


def either(first: Mask, one: Piece, other: Piece) -> Piece:
    """One where `first` holds, the other elsewhere."""
    return join(only(first, one), only(~first, other))


def only(keep: Mask, piece: Piece) -> Piece:
    """Nothing where `keep` is false."""
    kept = piece.copy()
    kept[~keep] = 0
    return kept


def null_unless(keep: Mask, piece: Piece) -> Piece:
    r"""`\N` where `keep` is false."""
    wide = piece if piece.shape[1] >= 2 else join(piece, np.zeros((len(piece), 1), dtype=np.uint8))
    kept = only(keep, wide)
    kept[~keep, :2] = _NULL
    return kept


def copy_text(columns: Mapping[str, Piece]) -> bytes:
    """The rows as COPY text, columns in the order of the mapping."""
    pieces: list[Piece] = []
    rows = len(next(iter(columns.values())))
    for piece in columns.values():
        pieces += [piece, constant("\t", rows)]
    pieces[-1] = constant("\n", rows)
    flat = np.concatenate(pieces, axis=1).ravel()
    return bytes(flat[flat != 0])
