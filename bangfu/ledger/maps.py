"""The map of a ledger: its rows as points, and one figure by division as colour; no tiles, nothing from outside."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render

from bangfu.accounts.http import Request
from bangfu.divisions.models import Division
from bangfu.kernel.codes import Level
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import shown
from bangfu.ledger.filters import Selection
from bangfu.ledger.stats import columns, top
from bangfu.ledger.tables import by_division


def map_page(request: Request, ledger: Ledger) -> HttpResponse:
    """Beside the map stands the table it is drawn from."""
    division = Division.objects.filter(code=request.actor.place or top(request.actor, ledger)).first()
    here = division.pk if division and ledger.is_open else None
    selection = Selection(ledger, request.actor, request.GET, place=here)
    all_columns = columns(ledger)
    keys = [column.key for column in all_columns]
    chosen = keys.index(request.GET["column"]) if request.GET.get("column") in keys else 0
    params = {key: str(value) for key, value in request.GET.items() if key not in ("place", "column")}
    table = by_division(ledger, selection, division, params)
    context = {
        "ledger": ledger, "selection": selection, "division": division,
        "columns": all_columns, "column": all_columns[chosen],
        "level": "city" if division and division.level == Level.PROVINCE else "county",
        "values": [(line, line.figures[chosen]) for line in table.lines if line.code], "table": table, "query": request.GET.urlencode(),
    }  # fmt: skip
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
