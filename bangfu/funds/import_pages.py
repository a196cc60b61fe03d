"""The page on which payments come in from a workbook; asks whether the amounts are in yuan or in ten thousands of them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.validators import FileExtensionValidator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.exchange.sniff import Refused as Unreadable
from bangfu.funds import importing
from bangfu.funds.allotting import Doing, ledger_of
from bangfu.funds.forms import ActForm, holders_of
from bangfu.funds.models import Payment
from bangfu.funds.powers import may_spend

SHOWN = 50


class ImportForm(ActForm):
    file = forms.FileField(label="支付明细表", validators=[FileExtensionValidator(["xlsx", "xls", "csv"])])
    unit = forms.ChoiceField(
        label="表里金额的单位", choices=[(importing.YUAN, "元"), (importing.WAN, "万元")], widget=forms.RadioSelect,
        help_text="按表上写的选；系统不猜",
    )  # fmt: skip

    def __init__(self, request: Request) -> None:
        super().__init__(request.POST or None)
        self.files = request.FILES


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.IMPORT)
def payments(request: Request) -> HttpResponse:
    if not holders_of(request.actor, lambda each: may_spend(request.actor, each.pk)):
        raise PermissionDenied("由县、镇登记支付")
    form, faults = ImportForm(request), []
    if request.method == "POST" and form.is_valid():
        doing = Doing(request.actor, timezone.now(), form.cleaned_data["request_uuid"])
        try:
            done = importing.run(form.cleaned_data["file"], form.cleaned_data["unit"], doing)
            faults = done.faults
        except Unreadable as refused:
            form.add_error("file", str(refused))
        else:
            if not faults:
                told = f"，跳过合计 {done.skipped} 行" if done.skipped else ""
                messages.success(request, f"已记账 {done.paid} 笔支付{told}")
                return redirect(ledger_of(Payment).url())
    context = {
        "form": form, "faults": faults[:SHOWN], "more": max(len(faults) - SHOWN, 0), "count": len(faults),
        "heads": [(names[0], name in importing.NEEDED) for name, names in importing.HEADS.items()],
    }  # fmt: skip
    return render(request, "funds/import.html", context, status=422 if form.errors or faults else 200)
