"""What the picker offers: at most twenty divisions for a few typed signs, or the children of one, inside a scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, IntegerField, Q, QuerySet, Value, When

from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.kernel.text import bigrams, clean


@dataclass(frozen=True)
class Reach:
    """What may be offered: the scope, and the divisions above it, so that a path can be walked down."""

    scope: Scope
    above: frozenset[int]

    @classmethod
    def of(cls, scope: Scope, within: Iterable[int] = ()) -> Reach:
        narrow = Scope.of(within)
        reached = scope.intersect(narrow) if narrow else scope
        return cls(reached, frozenset(code for low, _ in reached.ranges for code in codes.ancestors(low)))

    def __contains__(self, code: int) -> bool:
        return code in self.scope or code in self.above

    @property
    def q(self) -> Q:
        return self.scope.q("code") | Q(code__in=self.above)


def suggest(text: str, reach: Reach, levels: Collection[int], place: int | None, limit: int) -> list[dict[str, Any]]:
    """Best matches first: the name itself, then here (`place`), then the higher level; ended codes last.

    Chinese: any part of the name, or a town before it (东华光明, 东华 光明). Letters: start of the initials or of the
    pinyin. Digits: start of the code. At most two queries.
    """
    words = clean(text).lower().split(" ")
    if not words[-1] or not reach.scope:
        return []
    rows = Division.objects.filter(reach.q, level__in=levels)
    found = _best(rows.filter(_matches(words)), words[-1], place, limit)
    if not found and len(words) == 1 and len(words[0]) > 2:
        found = _best(rows.filter(_split(words[0])), words[0], place, limit)
    return [_row(division) for division in found]


def children(parent: int | None, reach: Reach, levels: Collection[int]) -> dict[str, Any] | None:
    """One step of the cascade: {"path": from the top, "results": divisions in force}. None: not in reach.

    Without a parent it starts where the choice begins: below the only root of the scope, or with the roots.
    """
    roots = [low for low, _ in reach.scope.ranges]
    if parent is None and len(roots) == 1 and codes.level_of(roots[0]) < max(levels):
        parent = roots[0]
    if parent is None:
        rows = Division.objects.filter(code__in=roots, valid_to=None)
        return {"path": [], "results": [_step(row, levels) for row in rows.order_by("code")]}
    if parent not in reach:
        return None
    way = reach.scope.q("code") if len(roots) == 1 else reach.q  # above the only root there is nothing to choose
    path = Division.objects.filter(way, code__in=[*codes.ancestors(parent), parent]).order_by("level")
    rows = Division.objects.filter(reach.q, parent=parent, valid_to=None, level__lte=max(levels)).order_by("code")
    return {"path": [_step(row, levels) for row in path], "results": [_step(row, levels) for row in rows]}


def _matches(words: list[str]) -> Q:
    """The last word is about the division itself, the words before it about the divisions above."""
    condition = _own(words[-1])
    for word in words[:-1]:
        if word.isascii():
            condition &= Q(parent__initials__startswith=word) | Q(parent__parent__initials__startswith=word)
        else:
            condition &= Q(full_name__contains=word)
    return condition


def _own(word: str) -> Q:
    if word.isascii() and word.isdigit():
        if len(word) > 12:
            return Q(pk__in=[])
        width = 10 ** (12 - len(word))
        return Q(code__gte=int(word) * width, code__lt=(int(word) + 1) * width)
    if word.isascii():
        return Q(initials__startswith=word) | Q(pinyin__startswith=word)
    return Q(grams__contains=bigrams(word), full_name__contains=word)


def _split(word: str) -> Q:
    """东华光明 → 光明 below something that reads 东…华: every cut of the word."""
    condition = Q(pk__in=[])
    for cut in range(1, len(word) - 1):
        above, own = word[:cut], word[cut:]
        condition |= Q(
            grams__contains=bigrams(own), full_name__regex=".*".join(map(_literal, above)) + ".*" + _literal(own)
        )
    return condition


def _literal(text: str) -> str:
    return "".join(sign if sign.isalnum() else f"\\{sign}" for sign in text)


def _best(rows: QuerySet[Division], word: str, place: int | None, limit: int) -> list[Division]:
    low, high = codes.bounds(place) if place else (0, 0)
    is_exact = Q(match_key=word) | Q(name=word) | Q(pinyin=word) | Q(initials=word)
    ranked = rows.annotate(
        has_stopped=Case(When(valid_to=None, then=Value(False)), default=Value(True), output_field=BooleanField()),
        closeness=Case(
            When(is_exact, then=Value(0)),
            When(name__startswith=word, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        ),
        is_elsewhere=Case(
            When(code__gte=low, code__lte=high, then=Value(False)), default=Value(True), output_field=BooleanField()
        ),
    )
    return list(ranked.order_by("has_stopped", "closeness", "is_elsewhere", "level", "code")[:limit])


def _row(division: Division) -> dict[str, Any]:
    return {
        "value": str(division.code),
        "label": division.label,
        "text": division.full_name,
        "note": f"{division.full_name.removesuffix(division.label)} {division.code}".strip(),
        "level": division.level,
        "ended": division.valid_to.isoformat() if division.valid_to else None,
    }


def _step(division: Division, levels: Collection[int]) -> dict[str, Any]:
    return {
        "value": str(division.code),
        "label": division.label,
        "text": division.full_name,
        "level": division.level,
        "functional": division.is_functional,
        "choosable": division.level in levels,
        "opens": division.level < max(levels) and division.level < Level.VILLAGE,
    }
