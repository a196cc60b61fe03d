"""The guideline to read: chapters and articles, their parameters with dates and sources."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.divisions.scope import Scope
from bangfu.kernel import dates
from bangfu.kernel.dates import DateError
from bangfu.lawbook import beside
from bangfu.lawbook.beside import Beside
from bangfu.lawbook.http import POLICY, READ, Actor, Request
from bangfu.lawbook.pages import Reader
from bangfu.policy import comparing, guideline


@require_GET
def index(request: Request) -> HttpResponse:
    reader = _reader(request)
    chapters = [
        (chapter, [reader.article(article.number) for article in chapter.articles])
        for chapter in reader.guideline.chapters
    ]
    stands = _stands(request, reader, list(reader.guideline.articles))
    missing = [shown for _, pages in chapters for page in pages for shown in page.missing if shown.may_register]
    return render(
        request, "lawbook/index.html", {**_context(reader), "chapters": chapters, "missing": missing, "stands": stands}
    )


@require_GET
def article(request: Request, number: str) -> HttpResponse:
    reader = _reader(request, number)
    if number not in reader.guideline.articles:
        raise Http404(f"指引没有第 {number} 条")
    numbers = list(reader.guideline.articles)
    place = numbers.index(number)
    chapter = reader.guideline.chapters[reader.guideline.articles[number].chapter - 1]
    around = {"before": numbers[place - 1] if place else None, "after": (*numbers, None)[place + 1]}
    stands = _stands(request, reader, [number])
    context = {**_context(reader), **around, "page": reader.article(number), "chapter": chapter, "stands": stands}
    return render(request, "lawbook/article.html", context)


@require_GET
def compare(request: Request) -> HttpResponse:
    """`?from=2023&to=2024`; default: the two newest versions."""
    versions = guideline.versions()
    older, newer = (request.GET.get(name, "") for name in ("from", "to"))
    newer = newer if newer in versions else versions[-1]
    older = older if older in versions else versions[max(0, versions.index(newer) - 1)]
    both = (guideline.load(older), guideline.load(newer))
    context = {"older": both[0], "newer": both[1], "versions": versions, "changes": comparing.changes(*both)}
    return render(request, "lawbook/compare.html", context)


def _stands(request: Request, reader: Reader, numbers: Sequence[str]) -> dict[str, list[tuple[str, Sequence[Beside]]]]:
    """Article → (heading, what stands beside it), of every package above that has something to say."""
    found: dict[str, list[tuple[str, Sequence[Beside]]]] = {number: [] for number in numbers}
    for heading, source in beside.sources.items():
        for number, lines in source(request.actor, reader.on, numbers).items():
            if lines and number in found:
                found[number].append((heading, lines))
    return found


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
