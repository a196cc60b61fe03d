"""每周小结, to be read: this week's, and those of the year past."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request
from bangfu.site import week
from bangfu.site.digests import WeekDigest

SHOWN = 60


@require_GET
def week_page(request: Request, day: date | None = None) -> HttpResponse:
    """One's own only; looking at it is what makes it read."""
    on = timezone.localdate()
    asked = day or week.monday(on)
    mine = WeekDigest.objects.filter(user=request.user)
    found = week.of_actor(request.actor, on) if asked == week.monday(on) else mine.filter(week=asked).first()
    if found is None:
        raise Http404("没有这一周的小结；小结保存一年")
    if found.read_at is None:
        mine.filter(pk=found.pk, read_at=None).update(read_at=timezone.now())
    weeks = mine.values_list("week", "read_at")[:SHOWN]
    return render(request, "site/week.html", {"digest": found, "weeks": weeks})
