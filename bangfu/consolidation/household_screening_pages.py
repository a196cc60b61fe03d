"""The page of 筛查这一户 (1.1): what was found of one household, or that nothing was, with the day of the data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act, Role
from bangfu.consolidation import household_screening
from bangfu.consolidation.clues import IS_OPEN, Clue
from bangfu.ledger import registry
from bangfu.people.models import Household
from bangfu.people.offers import Offer

SCREENERS = (Role.COUNTY, Role.TOWN, Role.VILLAGE)


def offer(household: Any, actor: Actor) -> Iterator[Offer]:
    if household.village_id in actor.scope(Act.EDIT, SCREENERS):
        yield Offer("筛查这一户", "search", reverse("consolidation:screen-household", args=[household.pk]))


@require_http_methods(["GET", "POST"])
def page(request: Request, pk: int) -> HttpResponse:
    households = registry.of(Household)
    assert households
    rows = households.visible_to(request.actor).select_related("village").filter(pk=pk, withdrawn_at=None)
    home = rows.first()
    if not isinstance(home, Household):
        raise Http404("没有这一户，或不在您的工作范围内")
    if home.village_id not in request.actor.scope(Act.EDIT, SCREENERS):
        raise PermissionDenied("筛查一户由县、镇、村的经办人办理")
    found = None
    if request.method == "POST":
        try:
            found = household_screening.screen(home, by=request.actor, at=timezone.now())
        except household_screening.Refused as refused:
            messages.warning(request, str(refused))
            return redirect("consolidation:screen-household", pk=pk)
    clue = Clue.objects.filter(IS_OPEN, household=home, withdrawn_at=None).first()
    context = {"household": home, "home": households.record_url(pk), "found": found, "clue": clue}
    response = render(request, "consolidation/household_screening.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
