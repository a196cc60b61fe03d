"""The public pages of self-report: choose the village, six fields, the receipt, the progress. They work without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request
from bangfu.accounts.origin import address
from bangfu.consolidation import self_report
from bangfu.consolidation.clues import number
from bangfu.consolidation.report_limits import is_too_often
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.kernel.codes import Level
from bangfu.kernel.text import clean

_RECEIPT = re.compile(r"[0-9]{14}")
TOO_OFTEN = "提交得太频繁了，请明天再试，或直接找村干部、拨打 12345"


def _too_often(request: Request) -> HttpResponse:
    return render(request, "consolidation/report_busy.html", {"words": TOO_OFTEN}, status=429)


@require_GET
@login_not_required
def choose(request: Request, code: int = 0) -> HttpResponse:
    """From the cities down to the villages, by links."""
    here = Division.objects.filter(code=code, valid_to=None).first() if code else None
    if code and here is None:
        raise Http404("没有这个地方")
    rows = Division.objects.filter(parent=here, valid_to=None) if here else _cities()
    return render(request, "consolidation/report_choose.html", {"here": here, "places": list(rows)})


def _cities() -> Iterable[Division]:
    return Division.objects.filter(level=Level.CITY, valid_to=None)


@require_http_methods(["GET", "POST"])
@login_not_required
def report(request: Request, code: int) -> HttpResponse:
    village = Division.objects.filter(code=code, level=Level.VILLAGE, valid_to=None).first()
    if village is None:
        return choose(request, code) if request.method == "GET" else redirect("self_report:choose")
    form = self_report.ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if data["website"]:  # a program: it gets what everybody gets, and nothing is kept
            return redirect("self_report:receipt", receipt_no=number(dates.today()))
        by_address = is_too_often("report", address(request) or "")
        if is_too_often("number", data["identity_no"]) or by_address:
            return _too_often(request)
        clue = self_report.accept(data, village, by=Actor(None), at=dates.today())
        return redirect("self_report:receipt", receipt_no=clue.receipt_no)
    status = 422 if form.errors else 200
    return render(request, "consolidation/report.html", {"form": form, "village": village}, status=status)


@require_GET
@login_not_required
def receipt(request: Request, receipt_no: str) -> HttpResponse:
    """The number to ask by. The page knows nothing else, so that it can't tell anything."""
    if not _RECEIPT.fullmatch(receipt_no):
        raise Http404("没有这个编号")
    return render(request, "consolidation/report_receipt.html", {"receipt_no": receipt_no})


@require_http_methods(["GET", "POST"])
@login_not_required
def progress(request: Request) -> HttpResponse:
    asked = request.method == "POST"
    receipt_no, tail = clean(request.POST.get("receipt_no", ""))[:20], clean(request.POST.get("phone", ""))[-4:]
    if asked and is_too_often("progress", address(request) or ""):
        return _too_often(request)
    context = {
        "asked": asked, "words": self_report.progress(receipt_no, tail) if asked else "",
        "receipt_no": receipt_no or clean(request.GET.get("no", ""))[:20],
    }  # fmt: skip
    return render(request, "consolidation/report_progress.html", context)
