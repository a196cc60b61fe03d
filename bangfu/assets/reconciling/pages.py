"""账账相符、账实相符 (1.4): the differences of a place by kind, each with its row, who answers for it and by when."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.assets.powers import is_officer
from bangfu.assets.reconciling import run, settling
from bangfu.assets.reconciling.difference import Difference
from bangfu.bookkeeping.posting import Refused
from bangfu.funds.allotting import Doing, ledger_of
from bangfu.funds.book_pages import place_of
from bangfu.kernel import codes, dates
from bangfu.kernel.codes import Level

SHOWN = 50


@require_safe
@needs(Act.READ)
def reconcile(request: Request) -> HttpResponse:
    place, today = place_of(request), dates.today()
    low, high = codes.bounds(place.pk)
    ledger = ledger_of(Difference)
    rows = ledger.visible_to(request.actor).filter(
        division__gte=low, division__lte=high, settled_on=None, withdrawn_at=None
    )
    kinds = rows.values("kind").annotate(n=Count("pk"), due=Min("due_on"), late=Count("pk", Q(due_on__lt=today)))
    labels = dict(Difference.Kind.choices)
    url = f"{ledger.url()}?settled_on=empty&kind="
    query = f"&place={request.GET['place']}" if request.GET.get("place", "").isdecimal() else ""
    first = rows.select_related("division", "project", "asset").order_by("due_on", "pk")[:SHOWN]
    context = {
        "place_here": place, "sums": run.sums(place.pk, today), "today": today,
        "kinds": [(labels[each["kind"]], each, f"{url}{each['kind']}{query}") for each in kinds.order_by("-n")],
        "rows": [(row, ledger.record_url(row.pk)) for row in first],
        "may_run": place.level >= Level.COUNTY and is_officer(request.actor, place.pk),
    }  # fmt: skip
    return render(request, "assets/reconcile.html", context)


@require_POST
@needs(Act.EDIT)
def run_now(request: Request) -> HttpResponse:
    """立即核对 of a county or less; the province is reconciled each night."""
    place = place_of(request)
    if place.level < Level.COUNTY or not is_officer(request.actor, place.pk):
        raise PermissionDenied("立即核对由县、镇办理；全省每天夜里自动核对")
    found = run.reconcile(place.pk, dates.today(), by=request.actor)
    messages.success(
        request, f"核对完了：{found.found} 处对不上，新发现 {found.opened} 处，已经一致的 {found.closed} 处自动核清"
    )
    return redirect(f"{request.path.removesuffix('run/')}" + (f"?{request.GET.urlencode()}" if request.GET else ""))


@require_POST
@needs(Act.EDIT)
def settle(request: Request, pk: int) -> HttpResponse:
    ledger = ledger_of(Difference)
    row = ledger.visible_to(request.actor).filter(pk=pk).first()
    if row is None:
        raise Http404("没有这处差异，或不在您的工作范围内")
    if row.division_id not in request.actor.scope(Act.EDIT, ledger.edited_by):
        raise PermissionDenied("由所在的村、镇、县核清")
    try:
        words = request.POST.get("settlement", "").strip()
        settling.settle(row, words, Doing(request.actor, timezone.now(), uuid4()))
        messages.success(request, "已核清")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(ledger.record_url(row.pk))
