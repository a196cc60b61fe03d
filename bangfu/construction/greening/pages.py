"""绿美广东 for everybody (2.4): the sites, one site, the money; without log-in and JavaScript, kept until a row changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.http import Http404, HttpRequest
from django.urls import reverse

from bangfu.construction.greening import sites, sketch
from bangfu.construction.greening.pledge_pages import room_of
from bangfu.construction.models import AncientTree, GreenSite, PublicBenefitEntry, TendingRound, TreePledge
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import dates
from bangfu.kernel.codes import CodeError, parse_code
from bangfu.notices.open_pages import asked, described, open_page

SHOWN = 24


def watched(pk: int = 0) -> Sequence[type[Model]]:
    return (GreenSite, TreePledge, TendingRound, PublicBenefitEntry, AncientTree)


def _place(text: str) -> Division | None:
    try:
        code = parse_code(text) if text else 0
    except CodeError:
        return None
    return Division.objects.filter(code=code).first() if code else None


@open_page(watched)
def home(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    today, kind, place = dates.today(), asked(request, "kind"), _place(asked(request, "place"))
    scope = Scope.of([place.code]) if place else None
    rows = sites.listed(scope)
    if kind in GreenSite.Kind.values:
        rows = rows.filter(kind=kind)
    kept = {name: value for name, value in (("kind", kind), ("place", place.code if place else "")) if value}
    after = asked(request, "after")
    if after.isdecimal():
        rows = rows.filter(pk__lt=min(int(after), 2**63 - 1))
    found = list(rows.order_by("-pk")[: SHOWN + 1])
    shown = found[:SHOWN]
    kinds = [("", "全部"), *GreenSite.Kind.choices]
    places = sites.by_place(scope, place)
    address = request.build_absolute_uri(reverse("greening:home"))
    return "construction/greening.html", {
        "sites": shown, "figures": sites.figures(places, scope), "places": places, "place": place, "named": sites.named_trees(scope, today),
        "kinds": [(f"?{urlencode({**kept, 'kind': value})}", word, value == kind) for value, word in kinds],
        "next": f"?{urlencode(kept | {'after': shown[-1].pk})}" if len(found) > SHOWN else "",
        "money": sites.money(scope),
        "sketch": sketch.of(place, shown), "today": today,
        "structured": described(
            {"@type": "CollectionPage", "name": f"{place.label if place else ''}绿美广东", "url": address}
        ),
    }  # fmt: skip


@open_page(watched)
def site_page(request: HttpRequest, pk: int) -> tuple[str, dict[str, Any]]:
    site = sites.listed(None).filter(pk=pk).first()
    if site is None:
        raise Http404("没有这个绿化点，或已经撤下")
    today = dates.today()
    shown, others = sites.donors(site, today)
    thing: dict[str, Any] = {"@type": "Park", "name": site.name, "address": site.village.full_name}
    if site.longitude is not None and site.latitude is not None:
        thing["geo"] = {"@type": "GeoCoordinates", "longitude": site.longitude, "latitude": site.latitude}
    thing["url"] = request.build_absolute_uri(reverse("greening:site", args=[site.pk]))
    return "construction/green_site.html", {
        "site": site, "room": room_of(site), "is_open": sites.open_sites(today).filter(pk=pk).exists(),
        "donors": shown, "others": others, "structured": described(thing), "today": today,
        "town": Division.objects.filter(code=site.village_id // 1000 * 1000).first(),
    }  # fmt: skip
