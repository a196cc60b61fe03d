"""查积分 (3.4): a villager types the code from the paper and sees the points of the own household, without an account.

A wrong code costs one of sixty tries a day by address; nothing tells whether a code was nearly right. No name, no
number, no other household.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bangfu.accounts.http import Request
from bangfu.accounts.origin import address
from bangfu.bookkeeping.models import Posting
from bangfu.notices.open_limits import is_too_often
from bangfu.services.points import books, points_code
from bangfu.services.points.points_application import PointsApplication

SHOWN = 60
#: wrong codes from one address in a day (a village shares one of the mobile network)
MOST = {"points_code": 60}
WRONG = "没有这个查分码。请照着纸上的十二位再输一次，不分大小写；丢了请到村委会重新打印"
TOO_OFTEN = "今天试的次数太多了，请明天再查，或到村委会查询"


@dataclass(frozen=True)
class Line:
    on: date
    words: str
    points: int


@never_cache
@require_http_methods(["GET", "POST"])
@login_not_required
def lookup(request: Request) -> HttpResponse:
    """The code comes by POST, so that it stands in no address and no log."""
    if request.method == "GET":
        return render(request, "services/points_lookup.html", {})
    typed = points_code.normalised(request.POST.get("code", ""))
    who = address(request) or ""
    if is_too_often(MOST, counts=False, points_code=who):
        return render(request, "services/points_lookup.html", {"trouble": TOO_OFTEN}, status=429)
    found = (
        points_code.PointsCode.objects.filter(code=typed).select_related("household__village").first()
        if typed
        else None
    )
    if found is None:
        is_too_often(MOST, points_code=who)
        return render(request, "services/points_lookup.html", {"trouble": WRONG}, status=404)
    home = found.household
    pending = PointsApplication.objects.filter(
        household=home, state__in=["applied", "published", "refused"], withdrawn_at=None
    ).order_by("-pk")[:SHOWN]
    context = {
        "name": masked(home.head_name), "village": home.village, "left": books.points_of(home.pk),
        "lines": _lines(home.pk), "pending": pending,
    }  # fmt: skip
    return render(request, "services/points_lookup.html", context)


def masked(name: str) -> str:
    """罗** for everybody; the paper is in the hands of the household, a photo of the screen is not."""
    return f"{name[:1]}**" if name else "这一户"


def _lines(household: int) -> list[Line]:
    rows = Posting.objects.filter(account__key=books.household_key(household)).select_related("entry")
    return [Line(row.happened_on, row.entry.says, row.fen) for row in rows.order_by("-happened_on", "-pk")[:SHOWN]]
