"""From where a request comes, behind as many reverse proxies as are trusted, and whether it wants a page."""

from __future__ import annotations

from ipaddress import ip_address

import structlog
from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str | None:
    """The client's address. Of X-Forwarded-For only what trusted proxies wrote counts: the rest can be forged."""
    hops: list[str] = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    trusted = int(settings.TRUSTED_PROXIES)
    told = hops[-trusted] if trusted and len(hops) >= trusted else str(request.META.get("REMOTE_ADDR", ""))
    return told if _is_address(told) else None


def _is_address(text: str) -> bool:
    """A socket file has none, and what a proxy writes may be no address at all."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def wants_page(request: HttpRequest) -> bool:
    """A person opens a page; otherwise a script fetches, and a log-in page would be no answer."""
    if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
        return False
    if request.headers.get("Sec-Fetch-Dest", "document") not in ("document", "iframe", "frame"):
        return False
    accept = request.headers.get("Accept", "")
    return not accept or "text/html" in accept or "json" not in accept


def current_request_id() -> str:
    """The id that the outermost middleware gave this request; empty outside a request."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
