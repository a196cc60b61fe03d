"""The pages of the named acts on an asset (1.4): confirm, hand over, take back; the round of inspections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.assets import acts, due
from bangfu.assets.models import Asset, AssetInspection
from bangfu.assets.powers import asset_or_404, is_officer
from bangfu.assets.states import State
from bangfu.bookkeeping.posting import Refused
from bangfu.divisions.models import Division
from bangfu.funds.allotting import Doing, ledger_of
from bangfu.funds.book_pages import place_of
from bangfu.funds.forms import ActForm, day
from bangfu.kernel import codes, dates
from bangfu.ledger import acts as ledger_acts
from bangfu.people import codes as lists

SHOWN = 50


class ConfirmForm(ActForm):
    right_confirmed_on = day("确权日期")
    owner_level = forms.ChoiceField(
        label="产权归属", choices=lists.choices("asset_owner_level"), widget=forms.RadioSelect,
        help_text="尽量下沉：能归村集体的归村集体",
    )  # fmt: skip
    owner = forms.CharField(label="所有权人", max_length=80)
    certificate_no = forms.CharField(label="登记证号", max_length=60, required=False)


class HandOverForm(ActForm):
    handed_over_on = day("移交日期")
    user_name = forms.CharField(label="使用或经营主体", max_length=80, required=False)
    operation_mode = forms.ChoiceField(
        label="经营方式", choices=[("", "公益性资产不填"), *lists.choices("operation_mode")], required=False
    )
    keeper = forms.CharField(label="管护责任人", max_length=40)
    keeper_phone = forms.CharField(label="管护责任人电话", max_length=20, required=False)
    care_fund = forms.CharField(label="管护经费来源", max_length=80, required=False)


def _mine(actor: Actor, pk: int) -> Asset:
    asset = asset_or_404(actor, pk)
    if not is_officer(actor, asset.division_id):
        raise PermissionDenied("确权和移交由镇、县办理")
    return asset


def _page(
    request: Request, asset: Asset, form: ActForm, do: Callable[[Mapping[str, Any], Doing], Any], **context: Any
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            do(form.values(), Doing(request.actor, timezone.now(), form.cleaned_data["request_uuid"]))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{asset}：已{context['title']}")
            return redirect(ledger_of(Asset).record_url(asset.pk))
    status = 422 if form.errors else 200
    return render(request, "assets/asset_act.html", {"form": form, "on": asset, **context}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.EDIT)
def confirm(request: Request, pk: int) -> HttpResponse:
    asset = _mine(request.actor, pk)
    known = {"right_confirmed_on": dates.today(), "owner_level": asset.owner_level or "village", "owner": asset.owner}
    form = ConfirmForm(request.POST or None, initial=known)
    return _page(request, asset, form, lambda data, doing: acts.confirm(asset, data, doing), title="确权",
                 says="写明归谁所有。登记以后，资产进入“已确权”，接着办移交。")  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.EDIT)
def hand_over(request: Request, pk: int) -> HttpResponse:
    asset = _mine(request.actor, pk)
    names = ("user_name", "operation_mode", "keeper", "keeper_phone", "care_fund")
    known = {"handed_over_on": dates.today(), **{name: getattr(asset, name) for name in names}}
    form = HandOverForm(request.POST or None, initial=known)
    return _page(request, asset, form, lambda data, doing: acts.hand_over(asset, data, doing), title="移交",
                 says="交给所有权人，落实使用主体和管护责任人。")  # fmt: skip


@require_POST
@needs(Act.EDIT)
def undo(request: Request, pk: int) -> HttpResponse:
    """The last of both acts, with its reason; `state`: what the page showed, so that pressing twice undoes one."""
    asset = _mine(request.actor, pk)
    reason = request.POST.get("reason", "").strip()[:200]
    doing = Doing(request.actor, timezone.now(), uuid4())
    ways = {State.CONFIRMED.value: acts.undo_confirm, State.HANDED_OVER.value: acts.undo_hand_over}
    try:
        if not reason:
            raise Refused("请写明撤销的原因")
        if (way := ways.get(request.POST.get("state", ""))) is None:
            raise Refused("没有可以撤销的办理")
        way(asset, reason, doing)
        messages.success(request, "已撤销")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(ledger_of(Asset).record_url(asset.pk))


@require_safe
@needs(Act.READ)
def inspections(request: Request) -> HttpResponse:
    """Assets of a place to be inspected by now: sound ones take one tap."""
    place: Division = place_of(request)
    low, high = codes.bounds(place.pk)
    rows = ledger_of(Asset).visible_to(request.actor).filter(division__gte=low, division__lte=high)
    today = dates.today()
    found = list(
        due.overdue(rows, place.pk, today).select_related("division").order_by("division_id", "pk")[: SHOWN + 1]
    )
    may = ledger_of(AssetInspection).may(request.actor, Act.EDIT)
    shown = [(row, due.words(row, today)) for row in found[:SHOWN]]
    context = {"rows": shown, "is_more": len(found) > SHOWN, "place_here": place, "may": may}
    return render(request, "assets/inspections.html", context)


@require_POST
@needs(Act.EDIT)
def sound(request: Request, pk: int) -> HttpResponse:
    """巡查完好: one tap. A second one on the same day adds nothing."""
    asset = asset_or_404(request.actor, pk)
    ledger = ledger_of(AssetInspection)
    if not ledger.may(request.actor, Act.EDIT) or asset.division_id not in request.actor.scope(
        Act.EDIT, ledger.edited_by
    ):
        raise PermissionDenied("由所在的村、镇登记巡查")
    today = dates.today()
    if not asset.inspections.filter(inspected_on=today, withdrawn_at=None).exists():
        values = {"asset": asset, "inspected_on": today, "is_sound": True, "inspected_by": str(request.user)[:40]}
        ledger_acts.create(ledger, values, by=request.actor)
    messages.success(request, f"{asset}：已登记巡查，完好")
    return redirect("assets:inspections")
