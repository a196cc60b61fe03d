"""核验: for the auditor, who sees no business data, whether the books hold; for who reads money, the same."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division
from bangfu.funds.powers import READERS
from bangfu.funds.verifying import running
from bangfu.funds.verifying.book_check import BookCheck


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: Request) -> HttpResponse:
    """The last verification of the place; asking for another is a job."""
    scope = request.actor.scope(Act.AUDIT) or request.actor.scope(Act.READ, READERS)
    if not scope:
        raise PermissionDenied("您的角色不能核验账目")
    chosen = request.actor.place
    place = Division.objects.get(pk=chosen if chosen and chosen in scope else scope.ranges[0][0])
    if request.method == "POST":
        running.start(place, request.actor.user)
        return redirect(request.get_full_path())
    checks = BookCheck.objects.filter(place=place)
    found = checks.select_related("by").order_by("-pk").first()
    if found:
        running.notice_kill(found)
    last = found if found and not found.is_busy else checks.filter(state=BookCheck.State.DONE).order_by("-pk").first()
    context = {"found": found, "last": last, "place_here": place, "is_auditor": request.actor.may(Act.AUDIT)}
    page = "funds/_verified.html" if request.htmx else "funds/verify.html"
    return render(request, page, context)
