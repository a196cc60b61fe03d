"""资产收益总账 (1.4): what came in, was used and is left by place, read from the books; closing a year of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act, Role
from bangfu.assets.operating import part, purses
from bangfu.bookkeeping import balances, closing
from bangfu.bookkeeping.models import Account
from bangfu.bookkeeping.posting import Refused
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.funds.book_pages import day_of, place_of
from bangfu.kernel import dates
from bangfu.kernel.codes import Level, ancestors
from bangfu.kernel.money import from_fen


@dataclass
class Line:
    """Of one place, in yuan: what came in, what was used, what is left of each kind."""

    place: Division
    url: str
    came: Decimal = Decimal(0)
    used: Decimal = Decimal(0)
    left: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(purses.LEFT, Decimal(0)))
    closed: int | None = None

    @property
    def all_left(self) -> Decimal:
        return sum(self.left.values(), Decimal(0))

    @property
    def agrees(self) -> bool:
        return self.came == self.used + self.all_left


def lines_of(place: Division, on: date) -> list[Line]:
    """The places right below with their money; a village alone is one line."""
    below = list(Division.objects.filter(parent=place.pk).order_by("code")) if place.level < Level.VILLAGE else []
    lines = {each.pk: Line(each, f"?place={each.pk}") for each in (*below, place)}
    for turnover in balances.turnovers(["kind", "division"], on, kinds=list(purses.KINDS), scope=Scope.of([place.pk])):
        kind, division = turnover.group
        within = [code for code in (*ancestors(division), division) if code in lines and code != place.pk]
        line = lines[within[0] if within else place.pk]
        if kind == purses.PAYER:
            line.came -= from_fen(turnover.left_fen)
        elif kind == purses.USED:
            line.used += from_fen(turnover.left_fen)
        else:
            line.left[kind] += from_fen(turnover.left_fen)
    return [line for line in lines.values() if line.came or line.used]


@require_safe
@needs(Act.READ)
def books(request: Request) -> HttpResponse:
    place, on = place_of(request), day_of(request)
    lines = lines_of(place, on)
    total = Line(place, "")
    for line in lines:
        total.came += line.came
        total.used += line.used
        for kind, yuan in line.left.items():
            total.left[kind] += yuan
    context = {
        "lines": lines, "total": total, "on": on, "place_here": place, "is_today": on == dates.today(),
        "imports": bool(request.actor.scope(Act.IMPORT, part.WRITERS)),
        "closable": len(_open_books(request.actor, dates.today().year - 1)), "last_year": dates.today().year - 1,
    }  # fmt: skip
    return render(request, "assets/books.html", context)


def _open_books(actor: Actor, year: int) -> list[str]:
    """Books of the actor's towns in which the year is not closed yet."""
    scope = actor.scope(Act.EDIT, (Role.TOWN,))
    if not scope:
        return []
    rows = Account.objects.filter(scope.q("division"), kind=purses.PAYER, last_on__isnull=False)
    found = sorted(set(rows.values_list("book", flat=True)))
    closed: defaultdict[str, int] = defaultdict(int, closing.closed_years(found))
    return [book for book in found if closed[book] < year]


@require_POST
def close(request: Request) -> HttpResponse:
    """The town closes last year in the books of its villages; corrections are then dated in the present one."""
    year = dates.today().year - 1
    if not request.actor.scope(Act.EDIT, (Role.TOWN,)):
        raise PermissionDenied("由镇统一结账")
    if request.POST.get("year") != str(year):
        raise Http404("只能结上一年的账")
    count = 0
    for book in _open_books(request.actor, year):
        try:
            closing.close(book, year, by=request.actor)
            count += 1
        except Refused:  # somebody else closed it meanwhile
            continue
    messages.success(request, f"{count} 本账 {year} 年已结账；以后的更正记在当年，注明所冲的凭证")
    return redirect("asset_operation:books")
