"""The public directory (3.5, 4.2): what villages have to show and sell, without log-in and without JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Model, Q, QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse

from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import dates
from bangfu.kernel.codes import CodeError, parse_code
from bangfu.notices.open_pages import asked, described, open_page
from bangfu.notices.shelves import Entry, Shelf, shelves

SHOWN = 24
FIRST = "products"


def _shelf(slug: str) -> Shelf:
    if slug not in shelves:
        raise Http404("名录里没有这一栏")
    return shelves[slug]


def watched(slug: str = FIRST, pk: int = 0) -> Sequence[type[Model]]:
    return _shelf(slug).watched


@open_page(watched)
def shelf_page(request: HttpRequest, slug: str = FIRST) -> tuple[str, dict[str, Any]]:
    """A tab of the directory: searched, by kind, place and season; the next ones by the key of the last."""
    shelf, today = _shelf(slug), dates.today()
    wish = {name: asked(request, name) for name in ("q", "kind", "place", "month")}
    rows = _wished(shelf, shelf.rows(today), wish)
    after = asked(request, "after")
    if after.isdecimal():
        rows = rows.filter(pk__lt=min(int(after), 2**63 - 1))
    found = list(rows.order_by("-pk")[: SHOWN + 1])
    entries = [shelf.show(row) for row in found[:SHOWN]]
    kept = {name: value for name, value in wish.items() if value}
    items = [
        {"@type": "ListItem", "position": place, "name": entry.name, "url": _absolute(request, shelf, entry)}
        for place, entry in enumerate(entries, 1)
    ]
    return "services/directory.html", {
        "shelf": shelf, "shelves": shelves.values(), "entries": entries, "wish": wish, "kinds": _kinds(shelf, kept),
        "next": f"?{urlencode(kept | {'after': entries[-1].pk})}" if len(found) > SHOWN else "",
        "now": _season_chip(kept, today.month) if shelf.has_seasons else None, "place": _place(wish["place"]),
        "without_place": _address({**kept, "place": ""}), "is_later": bool(after),
        "structured": described({"@type": "ItemList", "name": shelf.title, "itemListElement": items}),
    }  # fmt: skip


@open_page(watched)
def entry_page(request: HttpRequest, slug: str, pk: int) -> tuple[str, dict[str, Any]]:
    """One thing at an address that stays; what isn't published, or no longer, is as if it had never been."""
    shelf = _shelf(slug)
    row = shelf.rows(dates.today()).filter(pk=pk).first()
    if row is None:
        raise Http404("这一项没有公开，或已经撤下")
    entry = shelf.show(row)
    thing = dict(entry.thing) | {"url": _absolute(request, shelf, entry)}
    if entry.story:
        thing["description"] = entry.story[:300]
    town = entry.code // 1000 * 1000
    return "services/directory_entry.html", {
        "shelf": shelf, "entry": entry, "structured": described(thing), "told": told(entry),
        "town": Division.objects.filter(code=town).first(),
    }  # fmt: skip


def told(entry: Entry) -> str:
    """What a shared link says under its title."""
    parts = [entry.kind, entry.place, entry.season, entry.price, " ".join(entry.story.split())[:80]]
    return " · ".join(part for part in parts if part)


def _absolute(request: HttpRequest, shelf: Shelf, entry: Entry) -> str:
    return request.build_absolute_uri(reverse("directory:entry", args=[shelf.slug, entry.pk]))


def _wished(shelf: Shelf, rows: QuerySet[Any], wish: dict[str, str]) -> QuerySet[Any]:
    if wish["kind"] in dict(shelf.kinds):
        rows = rows.filter(**{shelf.kind_field: wish["kind"]})
    for word in wish["q"].split()[:4]:
        condition = Q()
        for name in shelf.search:
            condition |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(condition)
    if code := _code(wish["place"]):
        rows = rows.filter(Scope.of([code]).q(shelf.place))
    if shelf.has_seasons and wish["month"].isdecimal() and 1 <= int(wish["month"]) <= 12:
        rows = rows.filter(_in_season(int(wish["month"])))
    return rows


def _in_season(month: int) -> Q:
    """All the year round, or between its months, which may lie over the turn of the year."""
    within = Q(season_from__lte=month, season_to__gte=month)
    over = Q(season_from__gt=F("season_to")) & (Q(season_from__lte=month) | Q(season_to__gte=month))
    return Q(season_from=None) | within | over


def _code(text: str) -> int:
    try:
        return parse_code(text) if text else 0
    except CodeError:
        return 0


def _place(text: str) -> Division | None:
    code = _code(text)
    return Division.objects.filter(code=code).first() if code else None


def _kinds(shelf: Shelf, kept: dict[str, str]) -> list[dict[str, Any]]:
    chosen = kept.get("kind", "")
    choices = [("", "全部"), *shelf.kinds]
    return [
        {"word": word, "url": _address({**kept, "kind": str(value)}), "is_on": str(value) == chosen}
        for value, word in choices
    ]


def _season_chip(kept: dict[str, str], month: int) -> dict[str, Any]:
    is_on = kept.get("month") == str(month)
    return {"url": _address({**kept, "month": "" if is_on else str(month)}), "is_on": is_on}


def _address(kept: dict[str, str]) -> str:
    said = urlencode({name: value for name, value in kept.items() if value})
    return f"?{said}" if said else "."
