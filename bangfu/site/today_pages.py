"""今日: the first page, and the page of one thing on which it is put off or handed to a colleague."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act
from bangfu.activities.acts import ledger as activities
from bangfu.kernel.text import clean_prose
from bangfu.site import put_off, put_off_acts, todo
from bangfu.site.put_off_acts import Refused
from bangfu.site.steps import first_steps
from bangfu.site.today import today as waiting_for
from bangfu.workflow.forms import ColleagueField, DayInput

GONE = "这件事已经办完，或不在您的待办里了"


@require_GET
def today(request: Request) -> HttpResponse:
    found = waiting_for(request.actor, timezone.localdate())
    context = {
        "page": found, "todos": found.todos, "groups": todo.grouped(found.todos), "rule": todo.RULE,
        "first_steps": first_steps(request.actor), "may_record": activities().may(request.actor, Act.EDIT),
    }  # fmt: skip
    return render(request, "site/today.html", context)


class SnoozeForm(forms.Form):
    until_on = forms.DateField(label="推后到", widget=DayInput())


class HandForm(forms.Form):
    note = forms.CharField(label="交代一句", max_length=200, required=False)

    def __init__(self, actor: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"to": ColleagueField(actor, label="转给"), **self.fields}


@require_http_methods(["GET", "POST"])
def thing(request: Request) -> HttpResponse:
    """?key= names the thing; `act` says which of the two forms was sent."""
    on, key = timezone.localdate(), request.POST.get("key") or request.GET.get("key", "")
    found = next((each for each in waiting_for(request.actor, on).todos if each.name == key), None)
    if found is None:
        messages.info(request, GONE)
        return redirect("today")
    act, sent = request.POST.get("act"), request.POST if request.method == "POST" else None
    last = put_off_acts.last_day(found, on)
    snoozing = SnoozeForm(
        sent if act == "snooze" else None, initial={"until_on": min(on + timedelta(days=1), last or on)}
    )
    handing = HandForm(request.actor, sent if act == "hand" else None)
    form = handing if act == "hand" else snoozing
    if sent and form.is_valid():
        try:
            if act == "hand":
                to = form.cleaned_data["to"]
                put_off_acts.hand(found, to, by=request.actor, on=on, note=clean_prose(form.cleaned_data["note"]))
                messages.success(request, f"已转交{to}：{found.what}。办完前都可以收回")
            else:
                put_off_acts.snooze(found, form.cleaned_data["until_on"], by=request.user, on=on)
                messages.success(request, f"已推后到 {form.cleaned_data['until_on']}：{found.what}")
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("today")
    context = {
        "thing": found, "snoozing": snoozing if last else None, "handing": handing, "last": last,
        "can_be_handed": put_off.can_be_handed(found.name) and not found.giver,
    }  # fmt: skip
    return render(request, "site/thing.html", context, status=422 if sent else 200)


@require_POST
def wake(request: Request, pk: int) -> HttpResponse:
    if not put_off_acts.wake(pk, by=request.user, at=timezone.now()):
        messages.info(request, GONE)
    return redirect("today")


@require_POST
def take_back(request: Request, pk: int) -> HttpResponse:
    found = put_off_acts.take_back(pk, by=request.user, at=timezone.now())
    if found is None:
        messages.info(request, GONE)
    else:
        words = "已收回" if found.giver_id == request.user.pk else f"已退回{found.giver}"
        messages.success(request, f"{words}：{found.what}")
    return redirect("today")
