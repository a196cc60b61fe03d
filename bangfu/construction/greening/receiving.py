"""到账 (2.4): the fund's officer books the money of a pledge with its receipt; the fund's account shows it at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.bookkeeping import posting
from bangfu.construction import pledge_rules
from bangfu.construction.benefit_fund import acts as fund_acts
from bangfu.construction.tree_pledge import TreePledge
from bangfu.divisions.models import Division
from bangfu.funds.allotting import Doing
from bangfu.kernel import dates
from bangfu.kernel.text import clean
from bangfu.ledger import acts, registry
from bangfu.ledger.declaration import Ledger
from bangfu.workflow.forms import DayInput

TAKEN = "这个票据号已经登记过，请核对"
OVERTAKEN = "这笔认捐刚刚被他人改动或已经到账，请回到原页面再看"


class Refused(Exception):
    """`field`: what to mend."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field


class ReceiptForm(forms.Form):
    amount_yuan = forms.DecimalField(label="到账金额（元）", min_value=Decimal("0.01"), max_digits=14, decimal_places=2)
    received_on = forms.DateField(label="到账日期", widget=DayInput())
    receipt_no = forms.CharField(label="票据号", max_length=40)

    def clean_receipt_no(self) -> str:
        return clean(self.cleaned_data["receipt_no"])

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if day > dates.today():
            raise forms.ValidationError("日期还没有到")
        return day


def _ledger(model: Any) -> Ledger:
    found = registry.of(model)
    assert found
    return found


@transaction.atomic
def receive(pledge: TreePledge, *, amount: Decimal, on: date, receipt_no: str, by: Actor) -> None:
    """Pledge and fund in one transaction; once only. Errors: Refused."""
    if on < pledge.pledged_on:
        raise Refused("到账日期早于认领日期，请核对", "received_on")
    if pledge.received_on:
        raise Refused(OVERTAKEN)
    values = {"received_yuan": amount, "received_on": on, "receipt_no": receipt_no}
    try:
        acts.change(_ledger(TreePledge), pledge, values, by=by, version=pledge.version)
    except acts.Overtaken as error:
        raise Refused(OVERTAKEN) from error
    entry = {
        "voucher_no": receipt_no, "direction": "in", "happened_on": on, "counterpart": pledge.donor,
        "is_named": pledge.is_shown, "purpose": "greening", "amount_yuan": amount,
        "note": f"{pledge.get_kind_display()} {pledge.trees} 株",
    }  # fmt: skip
    fund = Division.objects.get(pk=pledge_rules.fund_of(pledge))
    try:
        with transaction.atomic():
            fund_acts.record(fund, entry, Doing(by, timezone.now(), uuid4()))
    except IntegrityError as error:
        raise Refused(TAKEN, "receipt_no") from error
    except posting.Refused as error:
        raise Refused(str(error), "receipt_no") from error


@require_http_methods(["GET", "POST"])
@needs(Act.EDIT)
def receive_page(request: Request, pk: int) -> HttpResponse:
    ledger = _ledger(TreePledge)
    pledge = ledger.visible_to(request.actor).filter(pk=pk, withdrawn_at=None).first()
    if pledge is None:
        raise Http404("没有这笔认领，或不在您的范围内")
    if not pledge_rules.may_receive(request.actor, pledge):
        raise PermissionDenied("到账由公益基金的经办人登记；已经到账的不再登记")
    first = {"amount_yuan": pledge.pledged_yuan, "received_on": dates.today()}
    form = ReceiptForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            receive(
                pledge, amount=data["amount_yuan"], on=data["received_on"], receipt_no=data["receipt_no"],
                by=request.actor,
            )  # fmt: skip
            return redirect(ledger.record_url(pledge.pk))
        except Refused as error:
            form.add_error(error.field or None, str(error))
    context = {"pledge": pledge, "form": form, "ledger": ledger}
    return render(request, "construction/receive.html", context, status=422 if form.errors else 200)
