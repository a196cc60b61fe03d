"""From what people write (a code, 光明村, 东华镇光明村) to one division, or to a sentence that says why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Protocol

from bangfu.divisions import naming
from bangfu.divisions.models import LEVEL_LABELS, Division, Succession
from bangfu.divisions.scope import Scope
from bangfu.divisions.source import Kind
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.kernel.text import clean

LONGEST = 60  # no full name is longer
COLUMNS = ("code", "name", "full_name", "match_key", "level", "kind", "valid_to")
_COMMUNITIES = {Kind.COMMUNITY, Kind.COMMUNITY_LIKE}


class DivisionError(ValueError):
    """No single division is meant; the message is for the user."""


class Candidate(Protocol):
    """A Division, or a row of its `COLUMNS`."""

    code: int
    name: str
    full_name: str
    match_key: str
    level: int
    kind: str
    valid_to: date | None


@dataclass
class Directory:
    """Divisions kept in memory, to resolve many texts without a query each (imports)."""

    rows: Iterable[Candidate]
    levels: frozenset[int] = frozenset(Level)
    by_code: dict[int, Candidate] = field(init=False)
    by_key: dict[str, list[Candidate]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_code = {row.code: row for row in self.rows}
        self.by_key = defaultdict(list)
        for row in self.by_code.values():
            self.by_key[row.match_key].append(row)

    @classmethod
    def of(cls, scope: Scope, levels: Collection[int] = tuple(Level)) -> Directory:
        """Everything of these levels inside the scope, in one query (a county: 300 rows, the province: 29,000)."""
        rows = Division.objects.filter(scope.q("code"), level__in=levels).order_by("code")
        return cls(list(rows.values_list(*COLUMNS, named=True)), frozenset(levels))

    def find(self, text: str, within: int | None = None) -> Candidate:
        """The division that the text means; `within` narrows to a subtree, e.g. the town of the same row.

        Errors: DivisionError.
        """
        wanted = clean(text).replace(" ", "")
        if not wanted:
            raise DivisionError(f"请填写{self._words}的名称或代码")
        if wanted.isdigit():
            return _in_force(self._by_code(wanted, within))
        if len(wanted) > LONGEST:
            raise DivisionError(f"“{wanted[:20]}……”有 {len(wanted)} 个字，不像{self._words}的名称，请核对")
        found = self._named(wanted, within)
        current = [row for row in found if not row.valid_to]
        if len(current) == 1:
            return current[0]
        if len(current) > 1:
            raise DivisionError(_ambiguous(wanted, current))
        if found:
            return _in_force(found[0])
        place = f"“{self.by_code[within].full_name}”里" if within in self.by_code else "您可选的范围里"
        raise DivisionError(f"{place}没有叫“{wanted}”的{self._words}，请核对名称，或改填 12 位区划代码")

    def _by_code(self, digits: str, within: int | None) -> Candidate:
        try:
            code = codes.parse_code(digits)
        except codes.CodeError as error:
            raise DivisionError(str(error)) from error
        row = self.by_code.get(code)
        if row is None or row.level not in self.levels or (within and not codes.contains(within, code)):
            raise DivisionError(f"代码 {digits} 不是您可选范围里的{self._words}，请核对代码")
        return row

    def _named(self, wanted: str, within: int | None) -> list[Candidate]:
        """Best matches: the whole text as a name, then ever shorter ends of it, the rest naming what is above."""
        for start in range(len(wanted)):
            above, name = wanted[:start], wanted[start:]
            keys = {key for level in self.levels for key in spellings(name, level)}
            rows = [row for key in sorted(keys) for row in self.by_key.get(key, ())]
            rows = [row for row in rows if _fits(row, name, above, self.levels)]
            if within:
                rows = [row for row in rows if codes.contains(within, row.code)]
            if rows:
                best = min(_rank(row, wanted, name) for row in rows)
                return [row for row in rows if _rank(row, wanted, name) == best]
        return []

    @property
    def _words(self) -> str:
        return level_words(self.levels)


@lru_cache(maxsize=4096)
def spellings(name: str, level: int) -> tuple[str, ...]:
    """Keys under which a division of this level may be found by this text."""
    return (naming.match_key(name, level),)


def level_words(levels: Collection[int]) -> str:
    """村, 镇或村, 区划 (any)."""
    if len(set(levels)) == len(Level):
        return "区划"
    return "或".join(LEVEL_LABELS[Level(level)] for level in sorted(set(levels)))


def resolve(text: str, levels: Collection[int] = tuple(Level), within: Scope | None = None) -> Division:
    """One division by code or name, in one query (two when the answer is that a code ended).

    Errors: DivisionError.
    """
    wanted = clean(text).replace(" ", "")
    rows = Division.objects.filter(level__in=levels)
    if within is not None:
        rows = rows.filter(within.q("code"))
    if wanted.isdigit():
        rows = rows.filter(code=wanted.ljust(12, "0")) if len(wanted) <= 12 else rows.none()
    else:
        ends = [wanted[start:] for start in range(len(wanted))] if len(wanted) <= LONGEST else []
        rows = rows.filter(match_key__in={key for end in ends for level in levels for key in spellings(end, level)})
    found = Directory(list(rows), frozenset(int(level) for level in levels)).find(wanted)
    if not isinstance(found, Division):
        raise TypeError("resolve looks among divisions only")
    return found


def _fits(row: Candidate, name: str, above: str, levels: Collection[int]) -> bool:
    """The key belongs to the row's own level, and what stands before the name is about the divisions above it."""
    if row.level not in levels or row.match_key not in spellings(name, row.level):
        return False
    return _is_subsequence(above.removeprefix("广东省").removeprefix("广东"), row.full_name)


def _is_subsequence(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)


def _rank(row: Candidate, wanted: str, name: str) -> int:
    shown = naming.label(name)
    if row.full_name == naming.label(wanted):
        return 0
    if naming.label(row.name) == shown:
        return 1
    is_community = row.kind in _COMMUNITIES
    if (shown.endswith("村") and not is_community) or (shown.endswith(("社区", "居委会")) and is_community):
        return 2
    return 3


def _ambiguous(wanted: str, rows: list[Candidate]) -> str:
    shown = "、".join(f"{row.full_name}（{row.code}）" for row in rows[:3])
    more = f"等 {len(rows)} 处" if len(rows) > 3 else f"，共 {len(rows)} 处"
    return f"“{wanted}”不止一处：{shown}{more}；请连同镇名一起写，或改填 12 位区划代码"


def _in_force(row: Candidate) -> Candidate:
    if not row.valid_to:
        return row
    heirs = Succession.objects.filter(old=row.code).select_related("new")
    now = "、".join(f"{heir.new.full_name}（{heir.new_id}）" for heir in heirs)
    raise DivisionError(
        f"{row.full_name}（{row.code}）自 {row.valid_to} 起停用" + (f"，现为 {now}" if now else "，请改选现在的区划")
    )
