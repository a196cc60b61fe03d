"""结账: a year of a book is closed once; from then on nothing is dated in it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import connection, transaction
from django.db.models import Count, Max, Sum

from bangfu.accounts.actor import Actor
from bangfu.bookkeeping.models import ClosedYear, Posting
from bangfu.bookkeeping.posting import Refused
from bangfu.kernel import dates


def closed_year(book: str) -> int | None:
    """The last year that is closed; earlier ones are with it."""
    last: int | None = ClosedYear.objects.filter(book=book).aggregate(last=Max("year"))["last"]
    return last


def closed_years(books: Collection[str]) -> dict[str, int]:
    rows = ClosedYear.objects.filter(book__in=books).values_list("book").annotate(last=Max("year")).order_by()
    return dict(rows)


@transaction.atomic
def close(book: str, year: int, *, by: Actor) -> ClosedYear:
    """Waits for whoever is writing in the book; whoever comes later finds the year closed. Errors: Refused."""
    if year >= dates.today().year:
        raise Refused(f"{year} 年还没有过完，到 {year + 1} 年 1 月 1 日起可以结账")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('bookkeeping'), hashtext(%s))", [book])
    last = closed_year(book)
    if last is not None and year <= last:
        raise Refused(f"{year} 年已经结过账")
    rows = Posting.objects.filter(account__book=book, happened_on__lte=date(year, 12, 31))
    of_year = rows.filter(happened_on__gte=date(year, 1, 1)).aggregate(entries=Count("entry", distinct=True))
    user = by.user
    return ClosedYear.objects.create(
        book=book, year=year, entries=of_year["entries"], balance_fen=rows.aggregate(fen=Sum("fen"))["fen"] or 0,
        by=user, by_name=str(user or ""),
    )  # fmt: skip
