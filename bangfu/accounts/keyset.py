"""Pages of accounts and traces by key, newest first: the thousandth page costs what the first does."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict


def page(rows: QuerySet[Any], query: QueryDict) -> tuple[list[Any], str]:
    """One page of rows by falling id, and the query string of the next one ("" at the end)."""
    before = query.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: settings.PAGE_SIZE + 1])
    if len(found) <= settings.PAGE_SIZE:
        return found, ""
    shown = found[: settings.PAGE_SIZE]
    following = query.copy()
    following["before"] = str(shown[-1].pk)
    return shown, following.urlencode()
