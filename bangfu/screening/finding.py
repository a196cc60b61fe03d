"""Where a 64-bit key stands among the millions of the registry: buckets by hash, looked up by the million in numpy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd, so that different keys stay different
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))
_BLOCK = 1 << 16


@dataclass(frozen=True)
class Finder:
    """`hashed` is sorted; bucket b of the first bits holds hashed[starts[b]:starts[b + 1]]; `places`: what was asked for."""

    hashed: NDArray[np.uint64]
    places: NDArray[np.int32]
    starts: NDArray[np.int32]

    @classmethod
    def of(cls, keys: NDArray[Any]) -> Finder:
        """Places are 0, 1, 2 … of the keys; of keys that are there twice the first is found. Key 0 is nobody's."""
        hashed = keys.astype(np.uint64) * _MULTIPLIER
        order = np.argsort(hashed, kind="stable").astype(np.int32)
        order = order[np.searchsorted(hashed[order], 1) :] if len(order) and (keys == 0).any() else order
        hashed = hashed[order]
        bits = max(1, int(len(hashed)).bit_length())
        counts = np.bincount((hashed >> np.uint64(64 - bits)).astype(np.int64), minlength=2**bits)
        starts = np.zeros(2**bits + 1, dtype=np.int32)
        np.cumsum(counts, out=starts[1:])
        return cls(hashed, order, starts)

    def doubled(self) -> NDArray[np.int32]:
        """Places whose key stood before: the same person a second time."""
        again = np.zeros(len(self.hashed), dtype=np.bool_)
        again[1:] = self.hashed[1:] == self.hashed[:-1]
        return np.sort(self.places[again])

    def firsts(self) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        """(hashed keys without repetition, sorted; the place that is found for each)."""
        first = np.ones(len(self.hashed), dtype=np.bool_)
        first[1:] = self.hashed[1:] != self.hashed[:-1]
        return self.hashed[first], self.places[first]

    @staticmethod
    def numbers(hashed: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The keys that were hashed to these."""
        return (hashed * _INVERSE).astype(np.int64)

    def find(self, keys: NDArray[Any]) -> NDArray[np.int32]:
        """Place of each key; -1 where there is none."""
        found = np.full(len(keys), -1, dtype=np.int32)
        if len(self.hashed):
            for start in range(0, len(keys), _BLOCK):
                found[start : start + _BLOCK] = self._find(keys[start : start + _BLOCK])
        return found

    def _find(self, keys: NDArray[Any]) -> NDArray[np.int32]:
        wanted = keys.astype(np.uint64) * _MULTIPLIER
        bucket = (wanted >> np.uint64(64 - self._bits)).astype(np.int64)
        at, end = self.starts[bucket], self.starts[bucket + 1]
        found = np.full(len(keys), -1, dtype=np.int32)
        rows = np.flatnonzero(at < end)
        at, end, wanted = at[rows], end[rows], wanted[rows]
        while len(rows):
            hit = self.hashed[at] == wanted
            found[rows[hit]] = self.places[at[hit]]
            at = at + 1
            left = np.flatnonzero(~hit & (at < end))
            rows, at, end, wanted = rows[left], at[left], end[left], wanted[left]
        return found

    @property
    def _bits(self) -> int:
        return (len(self.starts) - 1).bit_length() - 1

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("hashed", "places", "starts"):
            np.save(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def open(cls, folder: Path) -> Finder:
        return cls(*(np.load(folder / f"{name}.npy") for name in ("hashed", "places", "starts")))
