"""The guideline to read: chapters and articles, their parameters with dates and sources."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.divisions.scope import Scope
from bangfu.kernel import dates
from bangfu.kernel.dates import DateError
from bangfu.lawbook.http import POLICY, READ, Actor, Request
from bangfu.lawbook.pages import Reader
from bangfu.policy import guideline


@require_GET
def index(request: Request) -> HttpResponse:
    reader = _reader(request)
    chapters = [
        (chapter, [reader.article(article.number) for article in chapter.articles])
        for chapter in reader.guideline.chapters
    ]
    missing = [shown for _, pages in chapters for page in pages for shown in page.missing if shown.may_register]
    return render(request, "lawbook/index.html", {**_context(reader), "chapters": chapters, "missing": missing})


@require_GET
def article(request: Request, number: str) -> HttpResponse:
    reader = _reader(request, number)
    if number not in reader.guideline.articles:
        raise Http404(f"指引没有第 {number} 条")
    numbers = list(reader.guideline.articles)
    place = numbers.index(number)
    chapter = reader.guideline.chapters[reader.guideline.articles[number].chapter - 1]
    around = {"before": numbers[place - 1] if place else None, "after": (*numbers, None)[place + 1]}
    context = {**_context(reader), **around, "page": reader.article(number), "chapter": chapter}
    return render(request, "lawbook/article.html", context)


def _reader(request: Request, only: str = "") -> Reader:
    """`?day=` shows the law of another day; a wrong one is as if not said."""
    try:
        day = dates.parse_date(request.GET["day"])
    except (KeyError, DateError):
        day = dates.today()
    actor, scope = request.actor, request.actor.scope(READ)
    return Reader(guideline.in_force(day), day, _place(actor, scope), scope, actor.scope(POLICY), only)


def _place(actor: Actor, scope: Scope) -> int | None:
    """The chosen place; else the viewer's own, when it is one."""
    if actor.place is None and len(scope.ranges) == 1:
        return scope.ranges[0][0]
    return actor.place


def _context(reader: Reader) -> dict[str, object]:
    return {"guideline": reader.guideline, "day": reader.on, "today": dates.today(), "where": reader.where}
