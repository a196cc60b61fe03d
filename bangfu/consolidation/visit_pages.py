"""该走访的农户 (1.1): the named list of households whose follow-up visit is due, one tap from the form of the visit."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.activities import acts as activities
from bangfu.activities.activity_ledger import ActivityLedger
from bangfu.consolidation import coverage, visits
from bangfu.divisions.scope import Scope
from bangfu.kernel import dates

PER_PAGE = 30


@require_GET
@needs(Act.READ)
def due_page(request: Request) -> HttpResponse:
    if not request.actor.may(Act.READ, ActivityLedger.edited_by):
        raise PermissionDenied("走访由县、镇、村和工作队办理")
    scope = request.actor.scope(Act.READ, ActivityLedger.edited_by)
    if request.actor.place:
        scope = scope.intersect(Scope.of([request.actor.place]))
    kind = next((kind for kind in visits.KINDS if kind.slug == request.GET.get("kind")), visits.KINDS[0])
    after = coverage.key_of(request.GET.get("after", ""))
    rows, following = coverage.page_of(visits.due(kind, scope, dates.today()), after, PER_PAGE)
    context = {
        "kind": kind, "kinds": visits.KINDS, "rows": rows, "months": visits.months(kind, scope, dates.today()),
        "next": f"kind={kind.slug}&after={following}" if following else "", "ledger": activities.ledger(),
        "here": f"{request.path}?kind={kind.slug}", "may_edit": request.actor.may(Act.EDIT, ActivityLedger.edited_by),
    }  # fmt: skip
    template = "consolidation/_due.html" if request.htmx and after else "consolidation/due.html"
    return render(request, template, context)
