"""Pages about ledgers as such: the menu by chapter and article, the figures, what the search box finds."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act
from bangfu.ledger import maps, registry, search
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.entry import ledger_view
from bangfu.ledger.filters import Selection
from bangfu.ledger.stats import summary
from bangfu.ledger.tables import MOST_BARS, figures_by_place, ranked
from bangfu.policy import guideline


@require_GET
@login_required
def menu(request: Request) -> HttpResponse:
    """Five chapters, 24 articles, their ledgers: the table of contents of the product."""
    chapters = []
    for chapter in guideline.load().chapters:
        found = [(article, _ledgers_of(request, article.number)) for article in chapter.articles]
        chapters.append((chapter, [(article, mine, _work_of(request, mine)) for article, mine in found]))
    return render(request, "ledger/menu.html", {"chapters": chapters})


def _work_of(request: Request, mine: list[Ledger]) -> list[tuple[str, str]]:
    """Pages where one works: rows of a ledger of acts are added there and nowhere else. Each once."""
    return list(dict.fromkeys(each.work_page for each in mine if each.acts_only and each.works(request.actor)))


def _ledgers_of(request: Request, article: str) -> list[Ledger]:
    mine = [ledger for ledger in registry.all_ledgers() if ledger.article == article and ledger.in_menu]
    return [ledger for ledger in mine if ledger.may(request.actor, Act.READ)]


@require_GET
@login_required
def figures(request: Request) -> HttpResponse:
    """Every ledger with figures: the way to its table by division and its map."""
    ledgers = [ledger for ledger in registry.all_ledgers() if ledger.stats and ledger.may(request.actor, Act.READ)]
    return render(request, "ledger/figures.html", {"ledgers": ledgers})


@require_GET
@login_required
def search_page(request: Request) -> HttpResponse:
    text, groups = search.find(request.actor, request.GET.get("q", ""))
    template = "site/_search_results.html" if request.htmx else "site/search.html"
    return render(request, template, {"text": text, "groups": groups})


@require_GET
@ledger_view(Act.READ)
def strip(request: Request, ledger: Ledger) -> HttpResponse:
    """The figures above a list, fetched after the rows are on the screen."""
    selection = Selection(ledger, request.actor, request.GET)
    return render(request, "ledger/_figures.html", {"figures": summary(ledger, selection, request.GET.urlencode())})


@require_GET
@ledger_view(Act.READ)
def stats_page(request: Request, ledger: Ledger) -> HttpResponse:
    found = figures_by_place(request.actor, ledger, request.GET)
    base = {name: str(value) for name, value in request.GET.items() if name != "column"}
    context = {
        **vars(found),
        "bars": ranked(found.table, found.columns.index(found.column)),
        "most_bars": MOST_BARS,
        "base": urlencode(base),
        "query": request.GET.urlencode(),
    }
    return render(request, "ledger/stats.html", context)


map_page = require_GET(ledger_view(Act.READ)(maps.map_page))
points = require_GET(ledger_view(Act.READ)(maps.points))
