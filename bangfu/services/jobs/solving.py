"""The best assignment of wishes to seats over a sparse graph of scored pairs (3.1), by the solver of lapx (LAPMOD).

Why lapx: 15 MB installed against 113 MB of SciPy and 130 MB of OR-Tools with pandas; the same optimum as both, faster than the first.
"""

from __future__ import annotations

from collections.abc import Callable

import lap
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Scores = NDArray[np.int32]
#: of so many seats of a post a wish is offered at most these; which ones differs from wish to wish
COPIES = 10
_MIX, _SWEEPS = 2654435761, 60


def assign(wish: Ints, post: Ints, score: Scores, seats: Ints, wishes: int, copies: int = COPIES) -> Ints:
    """Post of every wish, or -1: the largest sum of scores with each wish once and each post at most `seats` times.

    Pair i is (wish[i], post[i]) and worth score[i] > 0. With `copies` as many as the largest number of seats it is exact.
    """
    chosen = np.full(wishes, -1, np.int64)
    seats = np.minimum(seats, np.bincount(post, minlength=len(seats)))
    kept = seats[post] > 0
    wish, post, score = wish[kept], post[kept], score[kept]
    if not len(wish):
        return chosen
    first = np.concatenate([[0], np.cumsum(seats)])
    pair, seat = _edges(wish, post, seats, first, copies)
    found = _lapmod(wish[pair], seat, score[pair], wishes, int(first[-1]))
    placed = found >= 0
    chosen[placed] = np.searchsorted(first, found[placed], side="right") - 1
    return chosen


def prices(wish: Ints, post: Ints, score: Scores, chosen: Ints, seats: Ints) -> Scores:
    """What a seat of each post costs in points: the least by which every wish that has one would rather keep its own, and
    others could not pay. A post with seats left costs nothing."""
    found = np.zeros(len(seats), np.int32)
    order = np.argsort(post, kind="stable")
    wish, post, score = wish[order], post[order], score[order]
    if not len(wish):
        return found
    starts = np.flatnonzero(np.diff(post, prepend=-1))
    names, placed = post[starts], chosen >= 0
    is_full = np.bincount(chosen[placed], minlength=len(seats))[names] >= seats[names]
    own = np.zeros(len(chosen), np.int32)
    mine = chosen[wish] == post
    own[wish[mine]] = score[mine]
    for _ in range(_SWEEPS):
        left = np.where(placed, own - found[chosen], 0)
        asked = np.where(is_full, np.maximum.reduceat(score - left[wish], starts), 0).astype(np.int32)
        if (asked <= found[names]).all():
            break
        found[names] = np.maximum(found[names], asked)
    return found


def _edges(wish: Ints, post: Ints, seats: Ints, first: Ints, copies: int) -> tuple[Ints, Ints]:
    """(pair, seat): a pair and some neighbouring seats of its post, begun at a place that the wish decides."""
    many = np.minimum(seats[post], copies)
    pair = np.repeat(np.arange(len(post)), many)
    turn = np.arange(len(pair)) - np.repeat(np.cumsum(many) - many, many)
    start = (wish * _MIX >> 7) % seats[post]
    return pair, first[post[pair]] + (start[pair] + turn) % seats[post[pair]]


def _lapmod(wish: Ints, seat: Ints, score: Scores, wishes: int, seats: int) -> Ints:
    """Seat of every wish, or -1. The solver wants a square: wishes that stay out and seats that stay empty meet in a mirror."""
    size, most = wishes + seats, float(score.max() + 1)
    row = np.concatenate([wish, np.arange(wishes), wishes + np.arange(seats), wishes + seat])
    column = np.concatenate([seat, seats + np.arange(wishes), np.arange(seats), seats + wish])
    cost = np.concatenate([most - score, np.full(wishes, most), np.zeros(seats + len(wish))])
    order = np.lexsort((column, row))
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=size))]).astype(np.int32)
    solve: Callable[..., tuple[float, NDArray[np.int32], NDArray[np.int32]]] = lap.lapmod
    _, found, _ = solve(size, cost[order], starts, column[order].astype(np.int32))
    ours = found[:wishes].astype(np.int64)
    return np.where(ours < seats, ours, -1)
