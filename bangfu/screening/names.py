"""Whether a name in a file can be that of the person with this number: equal, or different in a declared way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from bangfu.kernel import text
from bangfu.policy import source
from bangfu.screening import hashing

_HAN = r"^[\p{Han}]+$"
_HIDDEN = re.compile(r"[*＊×某XxＸ]")
_SHORTEST_PART = 2


@dataclass(frozen=True)
class Tolerance:
    """Differences that guideline/<version>/screening/matching.yaml allows. `variants`: character → its plain form."""

    same_sound: bool
    masked: bool
    truncated: bool
    variants: Mapping[int, str]

    def accepts(self, written: str, registered: str) -> bool:
        """Whether both can be the same person's name."""
        first, second = (text.person_name(name).translate(self.variants) for name in (written, registered))
        if not first or not second:
            return False
        if first == second:
            return True
        if self.masked and len(first) == len(second) and _HIDDEN.search(first[1:]):
            return all(a == b or _HIDDEN.fullmatch(a) for a, b in zip(first, second, strict=True))
        if self.truncated and "·" in first + second:
            short, long = sorted((first, second), key=len)
            if len(short) >= _SHORTEST_PART and long.startswith(short):
                return True
        return self.same_sound and len(first) == len(second) and text.pinyin(first) == text.pinyin(second)


@cache
def tolerance(version: str = "2023", root: Path = source.ROOT) -> Tolerance:
    """Errors: PolicyError."""
    top = source.read(root / version / "screening" / "matching.yaml")
    top.only("names")
    entry = top.entry("names")
    entry.only("same_sound", "masked", "truncated", "variants")
    variants = {ord(other): group[0] for group in entry.texts("variants") for other in group[1:]}
    return Tolerance(entry.flag("same_sound"), entry.flag("masked"), entry.flag("truncated"), variants)


def cleaned(names: pa.Array) -> pa.Array:
    """Names of the registry as they are compared: no blanks, one kind of dot."""
    texts = hashing.large_strings(names)
    odd = pc.invert(pc.match_substring_regex(texts, _HAN))
    if not pc.any(odd).as_py():
        return texts
    mended = pa.array([text.person_name(name) for name in texts.filter(odd).to_pylist()], pa.large_string())
    return pc.replace_with_mask(texts, odd, mended)
