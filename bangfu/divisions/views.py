"""What pages ask the divisions for: suggestions, children, outlines. Answers stay inside the actor's scope."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_GET

from bangfu.divisions import boundaries, suggest
from bangfu.divisions.scope import Scope
from bangfu.divisions.suggest import Reach
from bangfu.kernel import codes
from bangfu.kernel.codes import Level

#: acts a picker may be about; the values of accounts.roles.Act, which lies to the right of this package
ACTS = ("read", "edit", "import", "bulk", "policy", "grant", "audit", "operate")


class BadQuery(ValueError):
    """The address carries something that isn't a code, a level or an act."""


@require_GET
@cache_control(private=True, max_age=60)
def suggestions(request: HttpRequest) -> HttpResponse:
    """?q= typed text, ?level=4,5, ?within=code,code, ?act=read → {"results": [{value, label, text, note, …}]}"""
    try:
        reach, levels = _reach(request), _levels(request)
    except BadQuery as error:
        return _refuse(error)
    place = request.actor.place  # type: ignore[attr-defined]
    found = suggest.suggest(
        request.GET.get("q", "")[:60].replace("\x00", ""), reach, levels, place, settings.SUGGESTIONS
    )
    return JsonResponse({"results": found})


@require_GET
@cache_control(private=True, max_age=60)
def children(request: HttpRequest) -> HttpResponse:
    """?of=code (none: where the choice begins), and as above → {"path": […], "results": […]}"""
    try:
        found = suggest.children(_code(request, "of"), _reach(request), _levels(request))
    except BadQuery as error:
        return _refuse(error)
    if found is None:
        return JsonResponse({"detail": "这个地方不在您的范围内"}, status=404)
    return JsonResponse(found)


def _layer(request: HttpRequest) -> tuple[int, int] | None:
    """(within, level) of the wanted layer; by default what the actor looks at, drawn by counties. None: bad address."""
    names = {"city": Level.CITY, "county": Level.COUNTY}
    level = names.get(request.GET.get("level", "county"))
    try:
        within = _code(request, "within") or _own_place(request)
    except BadQuery:
        return None
    return (within, level) if level and within else None


def _own_place(request: HttpRequest) -> int | None:
    actor: Any = request.actor  # type: ignore[attr-defined]
    place: int | None = actor.place or next((low for low, _ in actor.scope("read").ranges), None)
    if place and codes.level_of(place) > Level.COUNTY:
        return place // codes.SPANS[Level.COUNTY] * codes.SPANS[Level.COUNTY]
    return place


def _etag(request: HttpRequest) -> str | None:
    layer = _layer(request)
    return f'"{boundaries.version(*layer)}"' if layer else None


@require_GET
@cache_control(private=True, no_cache=True)
@gzip_page
@condition(etag_func=_etag)
def outlines(request: HttpRequest) -> HttpResponse:
    """?within=code&level=county|city → GeoJSON. No scope: outlines are no data of people; a log-in is asked for."""
    layer = _layer(request)
    if layer is None:
        return JsonResponse({"detail": "请在地址里写明 within=区划代码 和 level=county 或 city"}, status=400)
    return HttpResponse(boundaries.collection(*layer), content_type="application/geo+json")


def _reach(request: HttpRequest) -> Reach:
    act = request.GET.get("act", "read")
    if act not in ACTS:
        raise BadQuery(f"没有“{act[:20]}”这种操作")
    scope: Scope = request.actor.scope(act)  # type: ignore[attr-defined]
    return Reach.of(scope, [_parse(code) for code in _list(request, "within")])


def _levels(request: HttpRequest) -> list[int]:
    wanted = _list(request, "level")
    if any(each not in "12345" or len(each) != 1 for each in wanted):
        raise BadQuery("层级应为 1（省）到 5（村）")
    return [int(each) for each in wanted] or [int(level) for level in Level]


def _list(request: HttpRequest, name: str) -> list[str]:
    return [each for each in request.GET.get(name, "").split(",") if each]


def _code(request: HttpRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    return _parse(given) if given else None


def _parse(text: str) -> int:
    try:
        return codes.parse_code(text)
    except codes.CodeError as error:
        raise BadQuery(str(error)) from error


def _refuse(error: BadQuery) -> HttpResponse:
    return JsonResponse({"detail": str(error)}, status=400)
