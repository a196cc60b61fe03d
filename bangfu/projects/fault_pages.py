"""设施报修 for everybody, without log-in, by the code of the notice board (2.2). The page knows no private fact."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request
from bangfu.accounts.origin import address
from bangfu.kernel import dates
from bangfu.kernel.text import clean
from bangfu.ledger import acts as ledger_acts
from bangfu.ledger import registry as ledgers
from bangfu.notices.open_limits import is_too_often
from bangfu.projects.models import Facility, FacilityFault

#: reports in a day: from one address (a village shares one of the mobile network), for one facility
MOST = {"address": 60, "facility": 10}
TOO_OFTEN = "今天报得太多了，请明天再试，或直接打公示牌上的电话"


class FaultForm(forms.Form):
    content = forms.CharField(label="哪里坏了", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
    phone = forms.RegexField(
        r"^1\d{10}$", label="联系电话", required=False, help_text="可以不填；只有维修的人看得到",
        error_messages={"invalid": "请填 11 位手机号，或不填"},
    )  # fmt: skip
    website = forms.CharField(required=False)

    def clean_content(self) -> str:
        content = clean(self.cleaned_data["content"])
        if not content:
            raise forms.ValidationError("请写明哪里坏了")
        return content


@require_http_methods(["GET", "POST"])
@login_not_required
def find(request: Request) -> HttpResponse:
    code = clean(request.POST.get("code", "")).lower()
    if request.method == "POST" and Facility.objects.filter(board_code=code, withdrawn_at=None).exists():
        return redirect("facilities:report", code)
    words = "没有这个编号，请核对公示牌" if request.method == "POST" else ""
    return render(request, "projects/find_facility.html", {"code": code, "words": words}, status=422 if words else 200)


@require_http_methods(["GET", "POST"])
@login_not_required
def report(request: Request, code: str) -> HttpResponse:
    facility = Facility.objects.select_related("village").filter(board_code=code, withdrawn_at=None).first()
    if facility is None:
        return render(
            request, "projects/find_facility.html", {"code": code, "words": "没有这个编号，请核对公示牌"}, status=404
        )
    form = FaultForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if not data["website"]:  # a program: it gets what everybody gets, and nothing is kept
            if is_too_often(MOST, address=address(request) or "", facility=facility.board_code):
                return render(request, "projects/fault_busy.html", {"words": TOO_OFTEN}, status=429)
            accept(facility, data["content"], data["phone"])
        return redirect(f"{facility.public_url}?done=1")
    waiting = list(facility.faults.filter(mended_on=None, withdrawn_at=None).order_by("due_on")[:5])
    context = {"facility": facility, "form": form, "waiting": waiting, "is_done": "done" in request.GET}
    return render(request, "projects/report_fault.html", context, status=422 if form.errors else 200)


def accept(facility: Facility, content: str, phone: str) -> FacilityFault:
    """A fault that somebody reported; the repair clock runs from today."""
    ledger = ledgers.of(FacilityFault)
    assert ledger
    values = {
        "facility": facility, "content": content, "phone": phone, "reported_on": dates.today(),
        "source": FacilityFault.Source.PUBLIC,
    }  # fmt: skip
    return ledger_acts.create(ledger, values, by=Actor(None))  # type: ignore[return-value]
