"""Pages that anybody may read: kept as they were answered last, until a row they show changes.

Whether one changed is asked of the history, which sees every write: a withdrawn row vanishes with the next request.
A browser keeps its copy too, but asks each time whether it still holds (304).
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from bangfu.kernel import dates

LARGE_TYPE_COOKIE = "large_type"
#: so long a page is kept; a change that the last events do not show is seen after it
KEPT_SECONDS = 60
#: of so many last events of a table it is counted how many are written: one that commits late changes the number
LOOKED_BACK = 100
QUERY_LENGTH = 200

Page = Callable[..., tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Kept:
    body: bytes
    packed: bytes
    tag: str


def open_page(watched: Callable[..., Sequence[type[models.Model]]]) -> Callable[[Page], Callable[..., HttpResponse]]:
    """For a view that gives (template, context). `watched`: the ledgers' models whose rows its pages show, asked with
    the parts of the address."""

    def decorate(page: Page) -> Callable[..., HttpResponse]:
        @login_not_required
        @require_safe
        @wraps(page)
        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            key = _key(request, stamp(tuple(watched(*args, **kwargs))))
            kept: Kept | None = caches["default"].get(key)
            if kept is None:
                template, context = page(request, *args, **kwargs)
                kept = _packed(get_template(template).render(framed(request) | context))
                caches["default"].set(key, kept, KEPT_SECONDS)
            return _answer(request, kept)

        return view

    return decorate


def framed(request: HttpRequest) -> dict[str, Any]:
    """What the frame shows; nothing of who looks, so that one page serves everybody."""
    return {
        "large_type": request.COOKIES.get(LARGE_TYPE_COOKIE) == "1",
        "address": request.build_absolute_uri(request.path),
        "origin": request.build_absolute_uri("/").rstrip("/"),
    }


def _key(request: HttpRequest, version: str) -> str:
    large = request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"
    query = request.META.get("QUERY_STRING", "")
    parts = (request.scheme, request.get_host(), request.path, query, large, dates.today(), version)
    return "open:" + hashlib.sha256(repr(parts).encode()).hexdigest()


def _packed(text: str) -> Kept:
    body = text.encode()
    return Kept(body, gzip.compress(body, 6, mtime=0), f'W/"{hashlib.sha256(body).hexdigest()[:32]}"')


def _answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    if kept.tag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(kept.packed, headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(kept.body)
    response["ETag"] = kept.tag
    response["Cache-Control"] = "public, no-cache"
    response["Vary"] = "Accept-Encoding, Cookie"
    return response


def stamp(watched: tuple[type[models.Model], ...]) -> str:
    """Another text after every committed write of a row of these ledgers. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_stamp_sql(watched))
        return repr(cursor.fetchall())


@cache
def _stamp_sql(watched: tuple[type[models.Model], ...]) -> str:
    return " UNION ALL ".join(
        f"SELECT {place}, last, (SELECT count(*) FROM {table} WHERE pgh_id > last - {LOOKED_BACK}) "  # noqa: S608
        f"FROM (SELECT coalesce(max(pgh_id), 0) AS last FROM {table}) AS newest_{place}"
        for place, table in enumerate(map(_events, watched))
    )


def _events(model: Any) -> str:
    """Table of a model's history."""
    return str(model._meta.get_field("history").related_model._meta.db_table)


def described(thing: dict[str, Any]) -> SafeString:
    """Structured data (schema.org) for search engines: data, which no browser runs; a story can't end the element."""
    text = json.dumps({"@context": "https://schema.org"} | thing, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above


def asked(request: HttpRequest, name: str) -> str:
    """A parameter of the address, bounded: nobody searches by a book."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:QUERY_LENGTH]
