"""The map of a ledger: its rows as points, or a figure by county; no tiles, nothing from outside."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from bangfu.divisions.models import Division
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import shown
from bangfu.ledger.filters import Selection
from bangfu.ledger.stats import by_division, columns


def map_page(request: HttpRequest, ledger: Ledger) -> HttpResponse:
    selection = Selection(ledger, request.actor, request.GET)
    context = {"ledger": ledger, "selection": selection, "columns": columns(ledger), "query": request.GET.urlencode()}
    return render(request, "ledger/map.html", context)


def points(request: HttpRequest, ledger: Ledger) -> HttpResponse:
    """At most MAP_POINTS rows with a place: {"points": [[lat, lng, title, url]], "is_capped": bool}."""
    if not ledger.point:
        raise Http404("这本台账没有坐标")
    longitude, latitude = ledger.point
    rows = Selection(ledger, request.actor, request.GET).queryset
    located = rows.filter(**{f"{longitude}__isnull": False, f"{latitude}__isnull": False})
    title = shown(ledger, ledger.columns[0])
    related = [title.name] if title.is_relation else []
    chosen: list[Any] = list(located.select_related(*related).order_by("pk")[: settings.MAP_POINTS + 1])
    found = [
        [float(getattr(row, latitude)), float(getattr(row, longitude)), title.text(row), ledger.record_url(row.pk)]
        for row in chosen[: settings.MAP_POINTS]
    ]
    return JsonResponse({"points": found, "is_capped": len(chosen) > settings.MAP_POINTS})


def areas(request: HttpRequest, ledger: Ledger) -> HttpResponse:
    """One figure per division below the place: {"title", "unit", "values": {code: number}, "urls": {code: address}}."""
    all_columns = columns(ledger)
    keys = [column.key for column in all_columns]
    wanted = request.GET.get("column", keys[0])
    if wanted not in keys:
        raise Http404("没有这项指标")
    place = request.actor.place or settings.PROVINCE
    division = Division.objects.filter(code=place).first()
    lines = by_division(ledger, Selection(ledger, request.actor, request.GET), division, {})
    number = keys.index(wanted)
    values = {str(line.code): float(line.figures[number].text) for line in lines if line.code and _is_number(line.figures[number].text)}
    urls = {str(line.code): line.figures[number].url for line in lines if line.code}
    return JsonResponse({"title": all_columns[number].title, "values": values, "urls": urls})


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace("-", "", 1).isdigit()
