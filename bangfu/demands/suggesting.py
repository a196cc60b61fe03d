"""Which known fact a head may mean: how officers mapped it before, the labels and aliases of ledgers, the glossary, and
what is nearly the same in writing. The officer decides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from django.db.models import Q

from bangfu.demands.demand_parts import DemandHead
from bangfu.demands.kinds import facts
from bangfu.demands.sources import Fact
from bangfu.demands.spelling import answer_kind, head_key, is_total, spellings
from bangfu.demands.states import AnswerKind, State, Use
from bangfu.exchange.heads import key, short_key

_NEAR, _SURE = 0.62, 0.85
_EMPTY_WORDS = re.compile(r"是否|有无|情况|信息|基本|本户|家庭|所在|名称|的|（.*?）|总")


@dataclass(frozen=True)
class Suggestion:
    """What to do with a head; `fact` may also be given where it is better asked; `why` tells where it comes from."""

    use: Use
    fact: Fact | None = None
    why: str = ""
    answer_kind: AnswerKind = AnswerKind.TEXT


@cache
def _names(kind: str) -> dict[str, Fact]:
    """Spelling → fact; the row's own columns before those of other rows, a label before an alias."""
    table: dict[str, Fact] = {}
    for spell in (key, short_key):
        for fact in facts(kind).values():
            table.setdefault(spell(fact.label), fact)
    for spell in (key, short_key):
        for fact in facts(kind).values():
            for alias in fact.aliases:
                table.setdefault(spell(alias), fact)
    table.pop("", None)
    return table


def suggest(kind: str, heads: Sequence[Sequence[str]], *, without: int = 0) -> list[Suggestion]:
    """One suggestion a head, two queries in all. `without`: the demand whose own mapping does not count."""
    remembered = _remembered(kind, [head_key(names) for names in heads], without)
    return [remembered.get(head_key(names)) or _of_writing(kind, names) for names in heads]


def _remembered(kind: str, keys: Iterable[str], without: int) -> dict[str, Suggestion]:
    """How the same heads were mapped in the last demand of this row kind."""
    rows = DemandHead.objects.filter(
        ~Q(demand__state__in=[State.DRAFT, State.REFUSED]),
        key__in=list(keys), demand__row_kind=kind, demand__withdrawn_at=None,
    ).exclude(demand=without or None).order_by("demand_id")  # fmt: skip
    told: dict[str, Suggestion] = {}
    for row in rows:
        fact = facts(kind).get(row.fact)
        kind_of_answer = AnswerKind(row.answer_kind)
        if row.use != Use.FILL:
            told[row.key] = Suggestion(Use(row.use), None, "上次这样办的", kind_of_answer)
        elif fact:
            told[row.key] = Suggestion(Use.FILL, fact, "上次这样对的", kind_of_answer)
    return told


def _of_writing(kind: str, names: Sequence[str]) -> Suggestion:
    asked = answer_kind(names)
    table = _names(kind)
    for way in spellings(names):
        if fact := table.get(way):
            return Suggestion(Use.FILL, fact, "", asked)
    if is_total(names):
        return Suggestion(Use.BLANK, None, "合计由表里的数算，不问人", asked)
    ratio, near = _nearest(kind, names)
    if near and ratio >= _SURE:
        return Suggestion(Use.FILL, near, "写法相近，请看一眼", asked)
    return Suggestion(Use.ASK, near, "可能是这一项，是就改成“系统里有”" if near else "", asked)


@cache
def _written(kind: str) -> tuple[list[tuple[str, Fact]], dict[str, list[int]]]:
    """All names without empty words, and in which of them two neighbouring signs stand."""
    told = [(bare, fact) for written, fact in _names(kind).items() if len(bare := _bare(written)) > 1]
    places: dict[str, list[int]] = {}
    for at, (bare, _) in enumerate(told):
        for pair in _pairs(bare):
            places.setdefault(pair, []).append(at)
    return told, places


def _nearest(kind: str, names: Sequence[str]) -> tuple[float, Fact | None]:
    """The fact written most nearly alike among those that share two neighbouring signs, and how much."""
    told, places = _written(kind)
    best: tuple[float, Fact | None] = (_NEAR, None)
    for way in {bare for way in spellings(names) if len(bare := _bare(way)) > 1}:
        for at in {at for pair in _pairs(way) for at in places.get(pair, ())}:
            name, fact = told[at]
            matcher = SequenceMatcher(None, way, name, autojunk=False)
            if matcher.real_quick_ratio() > best[0] and matcher.quick_ratio() > best[0]:
                best = max(best, (matcher.ratio(), fact), key=lambda found: found[0])
    return best


def _bare(written: str) -> str:
    return _EMPTY_WORDS.sub("", written)


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
