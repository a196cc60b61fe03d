"""The guideline to read: chapters and articles, their parameters with dates and sources, the working days."""

from __future__ import annotations

from typing import Protocol

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.divisions.scope import Scope
from bangfu.kernel import dates
from bangfu.kernel.dates import DateError
from bangfu.lawbook.models import Holiday
from bangfu.lawbook.pages import Reader, spans
from bangfu.policy import guideline, holidays


class Viewer(Protocol):
    """What is asked of request.actor; its class lies in a package to the right of this one."""

    place: int | None

    def scope(self, act: str) -> Scope: ...


class Request(HttpRequest):
    actor: Viewer


@require_GET
def index(request: Request) -> HttpResponse:
    reader = _reader(request)
    chapters = [
        (chapter, [reader.article(article.number) for article in chapter.articles])
        for chapter in reader.guideline.chapters
    ]
    return render(request, "lawbook/index.html", {**_context(reader), "chapters": chapters})


@require_GET
def article(request: Request, number: str) -> HttpResponse:
    reader = _reader(request)
    if number not in reader.guideline.articles:
        raise Http404(f"指引没有第 {number} 条")
    numbers = list(reader.guideline.articles)
    place = numbers.index(number)
    chapter = reader.guideline.chapters[reader.guideline.articles[number].chapter - 1]
    around = {"before": numbers[place - 1] if place else None, "after": (*numbers, None)[place + 1]}
    context = {**_context(reader), **around, "page": reader.article(number), "chapter": chapter}
    return render(request, "lawbook/article.html", context)


@require_GET
def working_days(request: Request) -> HttpResponse:
    arrangements = [(item, spans(item)) for item in reversed(holidays.arrangements())]
    context = {"arrangements": arrangements, "rows": Holiday.objects.order_by("-day")}
    return render(request, "lawbook/working_days.html", context)


def _reader(request: Request) -> Reader:
    """`?day=` shows the law of another day; a wrong one is as if not said."""
    try:
        day = dates.parse_date(request.GET["day"])
    except (KeyError, DateError):
        day = dates.today()
    scope = request.actor.scope("read")
    return Reader(guideline.in_force(day), day, _place(request.actor, scope), scope)


def _place(actor: Viewer, scope: Scope) -> int | None:
    """The chosen place; else the viewer's own, when it is one."""
    if actor.place is None and len(scope.ranges) == 1:
        return scope.ranges[0][0]
    return actor.place


def _context(reader: Reader) -> dict[str, object]:
    return {"guideline": reader.guideline, "day": reader.on, "today": dates.today(), "where": reader.where}
