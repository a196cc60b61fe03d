"""The map of a ledger: its rows as points, and one figure by division as colour; no tiles, nothing from outside."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render

from bangfu.accounts.http import Request
from bangfu.kernel.codes import Level
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import shown
from bangfu.ledger.filters import Selection
from bangfu.ledger.tables import figures_by_place


def map_page(request: Request, ledger: Ledger) -> HttpResponse:
    """Beside the map stands the table it is drawn from."""
    found = figures_by_place(request.actor, ledger, request.GET)
    chosen = found.columns.index(found.column)
    context = {
        **vars(found),
        "level": "city" if found.division and found.division.level == Level.PROVINCE else "county",
        "values": [(line, line.figures[chosen]) for line in found.table.lines if line.code],
        "query": request.GET.urlencode(),
    }
    return render(request, "ledger/map.html", context)


def points(request: Request, ledger: Ledger) -> HttpResponse:
    """GeoJSON of at most MAP_POINTS rows that have a position; `is_capped` tells whether there are more."""
    if not ledger.point:
        raise Http404("这本台账没有坐标")
    longitude, latitude = ledger.point
    rows = Selection(ledger, request.actor, request.GET).queryset
    located = rows.filter(**{f"{longitude}__isnull": False, f"{latitude}__isnull": False})
    title = shown(ledger, ledger.columns[0])
    related = [title.name] if title.is_relation else []
    chosen: list[Any] = list(located.select_related(*related).order_by("pk")[: settings.MAP_POINTS + 1])
    state = next(iter(ledger.tones), "")
    features = [
        {
            "type": "Feature",
            "geometry": {
                "type": "Point",
                "coordinates": [float(getattr(row, longitude)), float(getattr(row, latitude))],
            },
            "properties": {
                "name": title.text(row),
                "state": ledger.tones[state].get(getattr(row, state), "") if state else "",
                "url": ledger.record_url(row.pk),
            },
        }
        for row in chosen[: settings.MAP_POINTS]
    ]
    return JsonResponse(
        {"type": "FeatureCollection", "features": features, "is_capped": len(chosen) > settings.MAP_POINTS}
    )
