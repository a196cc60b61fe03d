"""The board: all indicators of a place by chapter and article; one of them by the places below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.divisions.models import Division
from bangfu.indicators import figures
from bangfu.indicators.counting import View
from bangfu.indicators.figures import Figure, Figures
from bangfu.indicators.spans import Span
from bangfu.indicators.tallies import Reckoning
from bangfu.kernel.codes import Level
from bangfu.policy import guideline
from bangfu.policy.guideline import Article, Chapter
from bangfu.policy.indicator import Indicator

MOST_BARS = 20
OWN = "本级"


@dataclass(frozen=True)
class Line:
    """One place below; `division` None: what belongs to the place itself and to none below."""

    name: str
    code: int
    figure: Figure
    goes_on: bool


@dataclass(frozen=True)
class Board:
    """`articles` of a chapter → figures."""

    chapters: list[tuple[Chapter, list[tuple[Article, list[Figure]]]]]
    figures: Figures


def view_of(actor: Actor, params: Any) -> View:
    """The place chosen, else the person's only one; else wherever the person has rows."""
    unit = params.get("unit", "")
    homes = actor.homes
    place = actor.place or (homes[0].code if len(homes) == 1 and not any(g.unit_id for g in actor.grants) else None)
    return View(actor, place, int(unit) if unit.isdecimal() and len(unit) < 19 else None)


def unit_of(view: View) -> Unit | None:
    return Unit.objects.filter(pk=view.unit).first() if view.unit else None


def of_place(view: View, span: Span, reckoning: Reckoning, articles: Sequence[str] = ()) -> Board:
    law = guideline.in_force(span.period.last)
    chosen = [each for each in law.indicators.values() if not articles or each.article in articles]
    seen = figures.seen(view, chosen)
    found = figures.reckon(view, seen, span, reckoning)
    chapters = []
    for chapter in law.chapters:
        told = [(article, _of_article(article, seen, found)) for article in chapter.articles]
        if any(each for _, each in told):
            chapters.append((chapter, [(article, each) for article, each in told if each]))
    return Board(chapters, found)


def _of_article(article: Article, seen: Sequence[Indicator], found: Figures) -> list[Figure]:
    return [found.of(each) for each in seen if each.article == article.number]


def below(view: View, indicator: Indicator, span: Span, reckoning: Reckoning) -> Iterator[Line]:
    """One figure per division below, in the order of codes, then the place's own."""
    children = list(Division.objects.filter(parent=view.place, valid_to=None)) if view.place else []
    if not children:
        return
    found = figures.reckon(view, [indicator], span, reckoning, [child.code for child in children])
    for child in children:
        yield Line(child.label, child.code, found.of(indicator, child.code), goes_on=child.level < Level.VILLAGE)
    own = found.found.get((indicator.code, view.place or 0))
    if own and (own.top or own.over):
        yield Line(OWN, 0, own, goes_on=False)


def ranked(lines: Sequence[Line]) -> list[Line]:
    """The places with the largest numbers, for a picture; none where there is nothing to compare."""
    told = [line for line in lines if line.code and line.figure.number is not None]
    found = sorted(told, key=lambda line: -(line.figure.number or 0))[:MOST_BARS]
    return found if len(found) > 1 and found[0].figure.number else []
