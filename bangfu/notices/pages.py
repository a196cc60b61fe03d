"""公示公告 for everybody, without log-in: the running notices of a place, and one notice; nothing that has ended."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes, dates
from bangfu.notices.public_notices import PublicNotice, running

LISTED = 200


@require_GET
@login_not_required
def place(request: Request, code: int) -> HttpResponse:
    """The running notices of a county, a town or a village."""
    division = get_object_or_404(Division, code=code)
    if division.level < codes.Level.COUNTY:
        raise Http404("请打开县（市、区）、镇或村的公示页")
    rows = PublicNotice.objects.filter(running(dates.today()), Scope.of([division.code]).q("village"))
    found = rows.select_related("village").order_by("to_on", "pk")[:LISTED]
    return render(request, "notices/place.html", {"division": division, "notices": found})


@require_GET
@login_not_required
def public(request: Request, address: str) -> HttpResponse:
    """One notice at its address; after its last day the page says so and shows nothing of it."""
    notice = PublicNotice.objects.select_related("village").filter(running(dates.today()), address=address).first()
    if notice is None:
        return render(request, "notices/ended.html", status=410)
    return render(request, "notices/public.html", {"notice": notice})
