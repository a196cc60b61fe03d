"""Which division codes a viewer may see: a union of inclusive code ranges, never a list of divisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from bangfu.kernel import codes


@dataclass(frozen=True)
class Scope:
    """Sorted, disjoint inclusive ranges of 12-digit codes."""

    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, divisions: Iterable[int]) -> Scope:
        """The subtrees of the given codes; subtrees inside others fold into them."""
        merged: list[tuple[int, int]] = []
        for low, high in sorted(codes.bounds(code) for code in set(divisions)):
            if not merged or low > merged[-1][1]:
                merged.append((low, high))
        return cls(tuple(merged))

    @classmethod
    def nothing(cls) -> Scope:
        return cls(())

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __contains__(self, code: int) -> bool:
        return any(low <= code <= high for low, high in self.ranges)

    def q(self, field: str) -> Q:
        """Condition on a foreign key to Division (or an integer code column)."""
        condition = Q(pk__in=[])
        for low, high in self.ranges:
            condition |= Q(**{f"{field}__gte": low, f"{field}__lte": high})
        return condition

    def intersect(self, other: Scope) -> Scope:
        """Subtrees either nest or are apart, so the smaller of each overlapping pair is the intersection."""
        both = [(max(a, c), min(b, d)) for a, b in self.ranges for c, d in other.ranges if a <= d and c <= b]
        return Scope(tuple(sorted(both)))
