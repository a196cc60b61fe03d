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

MOST = 4
_NEAR, _SURE = 0.62, 0.85
_EMPTY_WORDS = re.compile(r"是否|有无|情况|信息|基本|本户|家庭|所在|名称|的|（.*?）|总")


@dataclass(frozen=True)
class Suggestion:
    """What to do with a head: `facts` best first; `why` tells where the best comes from."""

    use: Use
    facts: tuple[Fact, ...] = ()
    why: str = ""
    answer_kind: AnswerKind = AnswerKind.TEXT

    @property
    def fact(self) -> Fact | None:
        return self.facts[0] if self.use is Use.FILL and self.facts else None


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
            told[row.key] = Suggestion(Use(row.use), (), "上次这样办的", kind_of_answer)
        elif fact:
            told[row.key] = Suggestion(Use.FILL, (fact,), "上次这样对的", kind_of_answer)
    return told


def _of_writing(kind: str, names: Sequence[str]) -> Suggestion:
    asked = answer_kind(names)
    table = _names(kind)
    for way in spellings(names):
        if fact := table.get(way):
            return Suggestion(Use.FILL, (fact, *_others(kind, names, fact)), "表头与系统的项目相同", asked)
    if is_total(names):
        return Suggestion(Use.BLANK, (), "合计由表里的数算，不问人", asked)
    near = _near(kind, names)
    if near and near[0][0] >= _SURE:
        return Suggestion(Use.FILL, tuple(fact for _, fact in near), "写法相近，请看一眼", asked)
    return Suggestion(Use.ASK, tuple(fact for _, fact in near), "", asked)


def _others(kind: str, names: Sequence[str], best: Fact) -> tuple[Fact, ...]:
    return tuple(fact for _, fact in _near(kind, names) if fact.code != best.code)[: MOST - 1]


def _near(kind: str, names: Sequence[str]) -> list[tuple[float, Fact]]:
    """Facts whose names are written nearly alike, with how much; best first."""
    ways = [_bare(way) for way in spellings(names)]
    ways = [way for way in ways if len(way) > 1]
    best: dict[str, tuple[float, Fact]] = {}
    for written, fact in _names(kind).items():
        name = _bare(written)
        if len(name) < 2:
            continue
        ratio = max((_alike(way, name) for way in ways), default=0.0)
        if ratio >= _NEAR and ratio > best.get(fact.code, (0.0, fact))[0]:
            best[fact.code] = ratio, fact
    return sorted(best.values(), key=lambda found: -found[0])[:MOST]


def _bare(written: str) -> str:
    return _EMPTY_WORDS.sub("", written)


def _alike(one: str, other: str) -> float:
    """1.0 for the same; letters in common else. Two names that share no half are not looked at closely."""
    if one == other:
        return 1.0
    if len(set(one) & set(other)) * 2 < min(len(one), len(other)):
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
