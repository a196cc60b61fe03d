"""Pages by key: the next page starts behind the last row seen, however deep; no OFFSET and no exact count."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

from bangfu.ledger.declaration import Ledger


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    #: the key after which the next page starts; empty on the last page
    after: str
    #: rows in all up to the cap, and whether there are more
    count: int
    is_capped: bool

    @property
    def count_text(self) -> str:
        return f"超过 {self.count} 条" if self.is_capped else f"{self.count} 条"


class BadKey(ValueError):
    """The key in the address is not one of ours (forged or from another sorting)."""


def page(ledger: Ledger, queryset: QuerySet[Any], *, sort: str, after: str, size: int, cap: int) -> Page:
    """One page of `size` rows. `sort` is "" (scope, id) or one of the ledger's sorts, "-" for descending.

    Errors: BadKey.
    """
    if sort.lstrip("-") not in (*ledger.sorts, ""):
        raise BadKey(sort)
    ordered = _ordered(ledger, queryset, sort)
    if after:
        ordered = ordered.filter(_behind(ledger, sort, after))
    rows = list(ordered[: size + 1])
    following = _key(ledger, sort, rows[size - 1]) if len(rows) > size else ""
    cap = min(cap, settings.VAST_COUNT_CAP) if ledger.is_vast else cap
    count = _count(queryset, len(rows), size, cap) if not after else 0
    return Page(rows[:size], following, min(count, cap), count > cap)


def _count(queryset: QuerySet[Any], found: int, size: int, cap: int) -> int:
    """Up to one above the cap; a page that is not full has been counted already."""
    return queryset.order_by().values("pk")[: cap + 1].count() if cap and found > size else found


def _column(ledger: Ledger, sort: str) -> str:
    return ledger.model._meta.get_field(sort.lstrip("-") or ledger.scope).attname  # type: ignore[union-attr]


def _ordered(ledger: Ledger, queryset: QuerySet[Any], sort: str) -> QuerySet[Any]:
    column = F(_column(ledger, sort))
    return queryset.order_by(
        column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True), "pk"
    )


def _key(ledger: Ledger, sort: str, row: Any) -> str:
    value = getattr(row, _column(ledger, sort))
    plain = value if isinstance(value, (int, str, type(None))) else str(value)
    return signing.dumps([sort, plain, row.pk], salt=ledger.slug, serializer=_Compact, compress=False)


def _behind(ledger: Ledger, sort: str, after: str) -> Q | TupleGreaterThan:
    try:
        key_sort, value, pk = signing.loads(after, salt=ledger.slug, serializer=_Compact)
    except (signing.BadSignature, ValueError) as error:
        raise BadKey(after) from error
    if key_sort != sort:
        raise BadKey(after)
    column = _column(ledger, sort)
    if not sort:  # a row comparison walks the index (scope, id)
        return TupleGreaterThan(Tuple(F(column), F("pk")), (value, pk))
    if value is None:
        return Q(**{f"{column}__isnull": True, "pk__gt": pk})
    beyond = "lt" if sort.startswith("-") else "gt"
    return Q(**{f"{column}__{beyond}": value}) | Q(**{column: value, "pk__gt": pk}) | Q(**{f"{column}__isnull": True})


class _Compact:
    def dumps(self, value: Any) -> bytes:
        return json.dumps(value, separators=(",", ":")).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)
