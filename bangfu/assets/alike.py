"""How alike two names of things are: by the pairs of neighbouring signs they share, without numbers of form (1.4)."""

from __future__ import annotations

import re

from bangfu.kernel.text import clean

ALIKE = 0.5
_NOISE = re.compile(r"[\s（）()【】\[\]、，,。·\-—_/]")


def key(name: str) -> str:
    return _NOISE.sub("", clean(name)).lower()


def _pairs(name: str) -> set[str]:
    bare = key(name)
    return {bare[at : at + 2] for at in range(len(bare) - 1)} or {bare}


def likeness(one: str, other: str) -> float:
    """0 … 1; a name that lies wholly in the other (水渠, 光明村水渠) counts as much as its share of pairs there."""
    a, b = _pairs(one), _pairs(other)
    shared = len(a & b)
    return max(2 * shared / (len(a) + len(b)), shared / min(len(a), len(b)) * 0.8 if min(len(a), len(b)) > 1 else 0)
