"""The page on which money comes in from a workbook; asks whether the amounts are in yuan or in ten thousands of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.validators import FileExtensionValidator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.exchange.sniff import Refused as Unreadable
from bangfu.funds.allotting import Doing, ledger_of
from bangfu.funds.forms import ActForm, holders_of
from bangfu.funds.importing.payments import PAYMENTS
from bangfu.funds.importing.workbook import UNITS, Workbook, run
from bangfu.funds.models import Payment
from bangfu.funds.powers import may_spend

SHOWN = 50
METHODS = require_http_methods(["GET", "HEAD", "POST"])


class ImportForm(ActForm):
    file = forms.FileField(label="表格", validators=[FileExtensionValidator(["xlsx", "xls", "csv"])])
    unit = forms.ChoiceField(
        label="表里金额的单位",
        choices=list(UNITS.items()),
        widget=forms.RadioSelect,
        help_text="按表上写的选；系统不猜",
    )

    def __init__(self, request: Request) -> None:
        super().__init__(request.POST or None)
        self.files = request.FILES


def import_page(
    request: Request, book: Workbook, form: ImportForm, *, done_url: str, back: tuple[str, str], **context: Any
) -> HttpResponse:
    """`context`: title, article, says; `back`: address and words of the way back."""
    faults: list[tuple[int, str]] = []
    if request.method == "POST" and form.is_valid():
        doing = Doing(request.actor, timezone.now(), form.cleaned_data["request_uuid"])
        try:
            done = run(book, form.cleaned_data["file"], form.cleaned_data["unit"], doing)
            faults = done.faults
        except Unreadable as refused:
            form.add_error("file", str(refused))
        else:
            if not faults:
                told = f"，跳过合计 {done.skipped} 行" if done.skipped else ""
                messages.success(request, f"{context['title']}：已登记 {done.done} 笔{told}")
                return redirect(done_url)
    context |= {
        "form": form, "faults": faults[:SHOWN], "more": max(len(faults) - SHOWN, 0), "count": len(faults), "back": back,
        "heads": [(label, name in book.needed) for name, label in book.labels.items()],
    }  # fmt: skip
    return render(request, "funds/import.html", context, status=422 if form.errors or faults else 200)


@METHODS
@needs(Act.IMPORT)
def payments(request: Request) -> HttpResponse:
    if not holders_of(request.actor, lambda each: may_spend(request.actor, each.pk)):
        raise PermissionDenied("由县、镇登记支付")
    return import_page(
        request, PAYMENTS, ImportForm(request), done_url=ledger_of(Payment).url(), title="导入支付", article="1.4",
        back=(reverse("funds:trial"), "资金总览"), says="每一行都按登记支付的规则核对。",
    )  # fmt: skip
