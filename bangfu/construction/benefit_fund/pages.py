"""公益基金 (2.5): the funds of a place with what they hold, and the forms by which money comes in and goes out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.bookkeeping.models import Account
from bangfu.bookkeeping.posting import Refused
from bangfu.construction import fund_balance
from bangfu.construction.benefit_fund import acts
from bangfu.construction.public_benefit_entry import PublicBenefitEntry
from bangfu.divisions.models import Division
from bangfu.funds.allotting import Doing, ledger_of
from bangfu.funds.forms import CounterForm, OfHolder, amount, day, holders_of
from bangfu.funds.powers import may_issue, may_spend
from bangfu.kernel.money import from_fen

Entry = PublicBenefitEntry
TITLES = {Entry.Direction.IN: "登记捐赠收入", Entry.Direction.OUT: "登记基金支出"}


def keepers(actor: Actor) -> list[Division]:
    """Places whose fund the person keeps: province, city and county for their own, the town for its own."""
    return holders_of(actor, lambda each: may_issue(actor, each) or may_spend(actor, each.pk))


class EntryForm(OfHolder):
    amount_yuan = amount()
    voucher_no = forms.CharField(label="凭证号", max_length=60, help_text="收据或记账凭证上的号，一号一笔")
    happened_on = day("日期")
    counterpart = forms.CharField(max_length=80)
    is_named = forms.BooleanField(label="捐赠人同意公开姓名", required=False)
    purpose = forms.ChoiceField(label="用途", choices=Entry.Purpose.choices, widget=forms.RadioSelect)
    note = forms.CharField(label="说明", max_length=200, required=False)
    field_order = ("holder",)

    def __init__(self, direction: str, holders: list[Division], data: Any = None) -> None:
        super().__init__(holders, data, initial={"purpose": Entry.Purpose.OTHER})
        is_in = direction == Entry.Direction.IN
        self.fields["holder"].label = "哪里的基金"
        self.fields["counterpart"].label = "捐赠人" if is_in else "收款人"
        if not is_in:
            del self.fields["is_named"]


@require_http_methods(["GET", "POST"])
@needs(Act.READ)
def record(request: Request, direction: str) -> HttpResponse:
    if direction not in Entry.Direction.values:
        raise Http404("没有这个页面")
    holders = keepers(request.actor)
    if not holders:
        raise PermissionDenied("公益基金由省、市、县、镇各登记本级的")
    form = EntryForm(direction, holders, request.POST or None)
    if request.method == "POST" and form.is_valid():
        doing = Doing(request.actor, timezone.now(), form.cleaned_data["request_uuid"])
        try:
            made = acts.record(form.cleaned_data["holder"], form.values() | {"direction": direction}, doing)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{TITLES[Entry.Direction(direction)]}：已记账")
            return redirect(ledger_of(Entry).record_url(made.pk))
    context = {
        "form": form,
        "title": TITLES[Entry.Direction(direction)],
        "says": "一笔一张凭证，记账后不能改，记错了用冲正。",
    }
    return render(request, "construction/benefit_act.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(Act.READ)
def counter(request: Request, pk: int) -> HttpResponse:
    row: Any = ledger_of(Entry).visible_to(request.actor).select_related("division").filter(pk=pk).first()
    if row is None:
        raise Http404("没有这条记录，或不在您的工作范围内")
    if row.division not in keepers(request.actor):
        raise PermissionDenied("由登记这一笔的一级办理")
    form = CounterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        doing = Doing(request.actor, timezone.now(), form.cleaned_data["request_uuid"])
        try:
            made = acts.counter(pk, form.cleaned_data["on"], form.cleaned_data["reason"], doing)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "冲正：已记账")
            return redirect(ledger_of(Entry).record_url(made.pk))
    says = f"记一笔相反的账，抵掉 {row.amount_yuan:,} 元。原来的一笔保留，并注明已冲正。"
    context = {"form": form, "title": "冲正", "says": says, "on": row}
    return render(request, "construction/benefit_act.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Act.READ)
def overview(request: Request) -> HttpResponse:
    """Each fund of the place chosen: what came, what went, what it holds; opens to its accounts and its public page."""
    ledger = ledger_of(Entry)
    if not ledger.may(request.actor, Act.READ):
        raise PermissionDenied("您的角色不能查看公益基金")
    scope = ledger.reach(request.actor)
    rows = Account.objects.filter(scope.q("division"), kind__in=fund_balance.KINDS).select_related("division")
    funds: dict[int, dict[str, Any]] = {}
    for row in rows.order_by("division"):
        line = funds.setdefault(row.division_id or 0, {"place": row.division})
        line[row.kind] = (row.pk, abs(from_fen(row.balance_fen)))
    context = {"funds": list(funds.values()), "keeps": bool(keepers(request.actor)), "ledger": ledger}
    return render(request, "construction/benefit_funds.html", context)
