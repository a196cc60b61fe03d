"""分配 (1.4): choose the money, see the proposal with its reasons, change amounts with a reason, pass them down at once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid5

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.bookkeeping import balances
from bangfu.bookkeeping.posting import Refused
from bangfu.divisions.models import Division
from bangfu.funds import allotting, books
from bangfu.funds.allotment import Allotment
from bangfu.funds.allotting import Doing, ledger_of
from bangfu.funds.document import FundDocument
from bangfu.funds.forms import OfHolder, amount, day, holders_of, source, year
from bangfu.funds.powers import may_issue
from bangfu.funds.splitting import proposal
from bangfu.funds.splitting.proposal import Part
from bangfu.kernel.money import from_fen, show_yuan
from bangfu.ledger import acts


class SplitForm(OfHolder):
    """What is split; with `parts` also what each place gets, and why it is other than proposed."""

    source = source()
    year = year()
    amount_yuan = amount("分配总额（元）")
    document_no = forms.CharField(label="分配文号", max_length=80)
    happened_on = day("下达日期")

    def __init__(self, holders: list[Division], papers: Any, data: Any = None, **more: Any) -> None:
        super().__init__(holders, data, **more)
        self.parts: Sequence[Part] = ()
        self.fields["document"] = forms.ModelChoiceField(
            papers, label="资金来自的文件", required=False, empty_label="不确定，以后补"
        )
        self.order_fields(["holder", "document"])

    def propose(self, parts: Sequence[Part], *, is_decided: bool) -> None:
        """Adds a field for each place: with what the person decided, else as proposed."""
        sent: Any = self.data
        self.parts, self.data = parts, (told := sent.copy())
        for each in parts:
            name, why = _names(each)
            money = forms.TextInput({"inputmode": "decimal", "aria-label": f"下达到{each.place.name}（元）"})
            words = forms.TextInput({"aria-label": f"{each.place.name}与测算不同的理由"})
            self.fields[name] = forms.DecimalField(min_value=0, max_digits=14, decimal_places=2, widget=money)
            self.fields[why] = forms.CharField(max_length=100, required=False, widget=words)
            if not is_decided or name not in told:
                told[name] = str(each.amount)

    def check(self) -> bool:
        """Whether the amounts hold: their sum is the total, and each change says why."""
        self.full_clean()
        data, total = self.cleaned_data, Decimal(0)
        for each in self.parts:
            name, why = _names(each)
            total += data.get(name) or Decimal(0)
            if name in data and data[name] != each.amount and not data.get(why):
                self.add_error(why, "与测算不同，请写明理由")
        if not self.errors and total != data["amount_yuan"]:
            self.add_error(
                None, f"各地合计 {show_yuan(total)} 元，与分配总额 {show_yuan(data['amount_yuan'])} 元不等，请核对"
            )
        return not self.errors

    def rows(self) -> list[tuple[Part, Any, Any]]:
        return [(each, self[_names(each)[0]], self[_names(each)[1]]) for each in self.parts]


def _names(part: Part) -> tuple[str, str]:
    return f"place{part.place.pk}", f"why{part.place.pk}"


def split(form: SplitForm, doing: Doing) -> list[Allotment]:
    """One allotment for each place, all of them or none. The same request again does nothing more. Errors: Refused."""
    data, made = form.cleaned_data, []
    common = {name: data[name] for name in ("source", "year", "document", "document_no", "happened_on")}
    with acts.recorded(doing.by, "funds.split"):
        for each in form.parts:
            name, why = _names(each)
            if not data[name]:
                continue
            said = f"测算 {show_yuan(each.amount)} 元，调整：{data[why]}" if data[name] != each.amount else "按测算"
            values = {**common, "amount_yuan": data[name], "note": said[:200]}
            own = Doing(doing.by, doing.at, uuid5(doing.request, str(each.place.pk)))
            made.append(allotting.allot(data["holder"], each.place, values, own))
    return made


@require_http_methods(["GET", "POST"])
@needs(Act.READ)
def split_page(request: Request) -> HttpResponse:
    holders = holders_of(request.actor, lambda division: may_issue(request.actor, division))
    if not holders:
        raise PermissionDenied("资金由省、市、县分配，各分配本级的")
    papers = ledger_of(FundDocument).visible_to(request.actor).filter(corrects=None, is_corrected=False)
    form = SplitForm(holders, papers.order_by("-issued_on", "-pk"), request.POST or None)
    left = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        left = from_fen(balances.balance(books.held(data["holder"], data["source"], data["year"]).key))
        try:
            parts = proposal.of(data["holder"], data["source"], data["amount_yuan"], data["happened_on"])
            form.propose(parts, is_decided="post" in request.POST)
            if "post" in request.POST and form.check():
                made = split(form, Doing(request.actor, timezone.now(), data["request_uuid"]))
                messages.success(request, f"已下达 {len(made)} 个地方，合计 {show_yuan(data['amount_yuan'])} 元")
                return redirect(f"{ledger_of(Allotment).url()}?source={data['source']}&year={data['year']}")
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"form": form, "left": left, "proposed": bool(form.parts)}
    return render(request, "funds/split.html", context, status=422 if form.errors else 200)
