"""资产盘点 on the phone (1.4): the assets of a place in an open round, one tap each."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.assets.asset import Asset
from bangfu.assets.powers import asset_or_404, is_officer
from bangfu.assets.states import GONE
from bangfu.assets.stocktaking import counting
from bangfu.assets.stocktaking.stock_count import StockCount
from bangfu.assets.stocktaking.stock_round import StockRound
from bangfu.bookkeeping.posting import Refused
from bangfu.divisions.models import Division
from bangfu.funds.allotting import Doing, ledger_of
from bangfu.funds.book_pages import place_of
from bangfu.kernel import codes, dates
from bangfu.kernel.text import clean
from bangfu.ledger.declaration import FIELD

SHOWN = 60


def _round(request: Request, place: Division) -> StockRound | None:
    rows = list(counting.rounds_at(place, dates.today()))
    wish = request.GET.get("round", "")
    return next((each for each in rows if str(each.pk) == wish), rows[0] if rows else None)


@require_safe
@needs(Act.READ)
def stock(request: Request) -> HttpResponse:
    place = place_of(request)
    stock_round = _round(request, place)
    context: dict[str, Any] = {
        "place_here": place, "round": stock_round, "rows": [], "may_open": is_officer(request.actor, place.pk),
        "may": bool(request.actor.scope(Act.EDIT, FIELD)), "show": request.GET.get("show", ""),
    }  # fmt: skip
    if stock_round:
        low, high = codes.bounds(place.pk)
        first, last = codes.bounds(stock_round.division_id)
        said = StockCount.objects.filter(stock_round=stock_round, asset=OuterRef("pk"), withdrawn_at=None)
        rows = (
            ledger_of(Asset).visible_to(request.actor).exclude(state__in=GONE)
            .filter(division__gte=max(low, first), division__lte=min(high, last), withdrawn_at=None)
            .annotate(outcome=Subquery(said.values("outcome")[:1]), said=Subquery(said.values("said")[:1]))
        )  # fmt: skip
        if not context["show"]:
            rows = rows.filter(outcome=None)
        found = list(rows.select_related("division").order_by("division_id", "pk")[: SHOWN + 1])
        context |= {"rows": [_card(each) for each in found[:SHOWN]], "is_more": len(found) > SHOWN}
    return render(request, "assets/stock.html", context)


def _card(asset: Asset) -> Asset:
    outcome = getattr(asset, "outcome", None)
    asset.outcome_words = StockCount.Outcome(outcome).label if outcome else ""  # type: ignore[attr-defined]
    return asset


@require_POST
@needs(Act.EDIT)
def count(request: Request, round_pk: int, pk: int) -> HttpResponse:
    asset = asset_or_404(request.actor, pk)
    if asset.division_id not in request.actor.scope(Act.EDIT, FIELD):
        raise PermissionDenied("由所在的村、镇盘点")
    stock_round = StockRound.objects.filter(pk=round_pk, withdrawn_at=None).first()
    outcome = request.POST.get("outcome", "")
    if stock_round is None or outcome not in StockCount.Outcome.values:
        raise Http404("没有这一轮盘点")
    fault = ""
    try:
        said = clean(request.POST.get("said", ""))[:200]
        made = counting.count(stock_round, asset, outcome, said, Doing(request.actor, timezone.now(), uuid4()))
        asset.outcome, asset.said = made.outcome, made.said  # type: ignore[attr-defined]
    except Refused as refused:
        fault = str(refused)
    if request.htmx:
        context = {"asset": _card(asset), "round": stock_round, "may": True, "fault": fault}
        return render(request, "assets/_stock_item.html", context, status=422 if fault else 200)
    if fault:
        messages.error(request, fault)
    return redirect(f"{reverse('assets:stock')}?round={stock_round.pk}")
