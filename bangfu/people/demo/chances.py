"""Picking from unequal chances by group, for many people at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bangfu.people.demo.block import Ints, Mask


class Table:
    """Chances by group (rows) and choice (columns), in any unit; a row need not sum to one."""

    def __init__(self, *rows: Sequence[float]) -> None:
        chances = np.array(rows, dtype=float)
        self._cumulated = np.cumsum(chances / chances.sum(axis=1, keepdims=True), axis=1)

    def pick(self, rng: np.random.Generator, group: Ints) -> Ints:
        drawn = rng.random(len(group))
        return np.asarray((drawn[:, None] > self._cumulated[group][:, :-1]).sum(axis=1), dtype=np.int64)


def happens(rng: np.random.Generator, chance: NDArray[np.float64] | float, count: int) -> Mask:
    return np.asarray(rng.random(count) < chance, dtype=np.bool_)


def log_normal(rng: np.random.Generator, median: float, spread: float, count: int) -> NDArray[np.float64]:
    return median * np.exp(rng.normal(0, spread, count))
