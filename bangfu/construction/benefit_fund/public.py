"""公益基金公开 (2.5): what a fund got, spent and holds, for everybody, without log-in. Names only of donors who agreed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bangfu.construction import fund_balance
from bangfu.construction.public_benefit_entry import PublicBenefitEntry
from bangfu.divisions.models import Division
from bangfu.kernel import dates

SHOWN = 200
NAMELESS = "不公开姓名的捐赠人"
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Sums:
    """Yuan of a fund: in a year or ever."""

    came: Decimal
    went: Decimal

    @classmethod
    def of(cls, rows: QuerySet[PublicBenefitEntry]) -> Sums:
        found = rows.aggregate(
            came=Sum("amount_yuan", filter=Q(direction="in")), went=Sum("amount_yuan", filter=Q(direction="out"))
        )
        return cls(found["came"] or _ZERO, found["went"] or _ZERO)

    @property
    def left(self) -> Decimal:
        return self.came - self.went


def donors(rows: QuerySet[PublicBenefitEntry]) -> list[tuple[str, Decimal]]:
    """Who agreed to be named, with what they gave; all others in one line."""
    given = rows.filter(direction="in")
    named = given.filter(is_named=True).order_by().values_list("counterpart").annotate(sum=Sum("amount_yuan"))
    found = sorted(((name, sum) for name, sum in named if sum), key=lambda each: -each[1])
    rest = given.filter(is_named=False).aggregate(sum=Sum("amount_yuan"))["sum"]
    return [*found, (NAMELESS, rest)] if rest else found


def purposes(rows: QuerySet[PublicBenefitEntry]) -> list[tuple[str, Decimal]]:
    spent = rows.filter(direction="out").order_by().values_list("purpose").annotate(sum=Sum("amount_yuan"))
    return [
        (PublicBenefitEntry.Purpose(name).label, sum) for name, sum in sorted(spent, key=lambda each: -each[1]) if sum
    ]


@require_safe
@login_not_required
def page(request: HttpRequest, code: int) -> HttpResponse:
    place = Division.objects.filter(pk=code).first()
    everything = PublicBenefitEntry.objects.filter(division=code, withdrawn_at=None)
    years = sorted({day.year for day in everything.dates("happened_on", "year")}, reverse=True)
    if place is None or not years:
        raise Http404("这里没有公益基金")
    text = request.GET.get("year", "")
    year = next((each for each in years if str(each) == text), None)
    rows = everything.filter(happened_on__year=year) if year else everything
    shown = list(rows.order_by("-happened_on", "-pk")[: SHOWN + 1])
    context = {
        "fund": place, "years": years, "year": year, "sums": Sums.of(rows), "held": fund_balance.of(place),
        "donors": donors(rows), "purposes": purposes(rows), "rows": shown[:SHOWN], "more": len(shown) > SHOWN,
        "nameless": NAMELESS, "today": dates.today(),
    }  # fmt: skip
    return render(request, "construction/benefit_public.html", context)
