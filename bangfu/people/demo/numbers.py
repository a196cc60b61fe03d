"""Identity numbers of invented people: area code 990000, valid check characters, none given twice.

The last three digits count people of one sex born on one day: 500 of each. When a day is full, people are born a little
earlier; 90 years of days hold some 33 million.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bangfu.kernel.identity import CHECK_CHARACTERS, WEIGHTS
from bangfu.people.demo.block import Ints, Piece, Words, digits, join

AREA = 990_000
_FIRST_DAY = np.datetime64("1900-01-01", "D")
_DAYS = 366 * 150
_PER_DAY = 500
_CHECKS = Words(CHECK_CHARACTERS)


class Numbers:
    """Gives numbers out; remembers how many of each day and sex are gone."""

    def __init__(self) -> None:
        self._given = np.zeros(_DAYS * 2, dtype=np.int64)

    def give(
        self, rng: np.random.Generator, born: NDArray[np.datetime64], sex: Ints
    ) -> tuple[NDArray[np.datetime64], Ints]:
        """Birth dates (changed where a day was full) and the first 17 digits of each number."""
        day = (born.astype("datetime64[D]") - _FIRST_DAY).astype(np.int64)
        rank = self._ranks(day, sex)
        while len(late := np.flatnonzero(rank >= _PER_DAY)):
            day[late] -= rng.integers(1, 200, len(late))
            rank[late] = self._ranks(day[late], sex[late])
        born = _FIRST_DAY + day
        written = np.datetime_as_string(born).astype("S10").view(np.uint8).reshape(-1, 10)[:, [0, 1, 2, 3, 5, 6, 8, 9]]
        ymd = (written - ord("0")).astype(np.int64) @ (10 ** np.arange(7, -1, -1))
        return born, AREA * 10**11 + ymd * 1000 + rank * 2 + (sex == 1)

    def _ranks(self, day: Ints, sex: Ints) -> Ints:
        """How many of the same day and sex came before, in this block and in earlier ones."""
        group = day * 2 + (sex - 1)
        if not len(group):
            return group
        order = np.argsort(group, kind="stable")
        ordered = group[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        counts = np.diff(np.r_[starts, len(ordered)])
        rank = np.empty(len(group), dtype=np.int64)
        rank[order] = (
            np.arange(len(group)) - np.repeat(starts, counts) + np.repeat(self._given[ordered[starts]], counts)
        )
        self._given[ordered[starts]] += counts
        return rank


def check(keys: Ints) -> Ints:
    """Place of the check character of each 17-digit number in CHECK_CHARACTERS."""
    rest, total = keys.copy(), np.zeros(len(keys), dtype=np.int64)
    for weight in reversed(WEIGHTS):
        rest, digit = np.divmod(rest, 10)
        total += digit * weight
    return total % 11


def text18(keys: Ints) -> Piece:
    return join(digits(keys, 17), _CHECKS[check(keys)])


def tail(keys: Ints, length: int) -> Piece:
    """The last `length` characters of the 18."""
    return text18(keys)[:, 18 - length :]
