"""A Poisson control chart: whether so many in one month is more than chance, given what was usual.

Counts of rare things in a place follow Poisson's law while nothing changes (Shewhart's c chart with probability limits).
"""

from __future__ import annotations

from math import exp, lgamma, log


def chance_of_at_least(count: int, expected: float) -> float:
    """How likely `count` or more are when `expected` are usual."""
    if count <= 0:
        return 1.0
    if expected <= 0:
        return 0.0
    if count <= expected:  # the sum below is short on this side
        return max(0.0, 1 - sum(_chance(k, expected) for k in range(count)))
    total, k = 0.0, count
    while (part := _chance(k, expected)) > total * 1e-12:
        total += part
        k += 1
    return min(1.0, total)


def _chance(count: int, expected: float) -> float:
    return exp(count * log(expected) - expected - lgamma(count + 1))
