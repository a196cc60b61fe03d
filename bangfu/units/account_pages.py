"""The page on which a cadre's account is chosen with the people picker, or taken off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.models import User
from bangfu.accounts.roles import Act
from bangfu.ledger.acts import Overtaken
from bangfu.units import accounts
from bangfu.units.models import Cadre
from bangfu.units.pages import ledger
from bangfu.workflow.forms import ColleagueField


class AccountForm(forms.Form):
    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"] = ColleagueField(actor, label="账号", help_text="输入姓名或账号，从提示里点选")


@require_http_methods(["GET", "POST"])
@needs(Act.EDIT)
def account(request: Request, pk: int) -> HttpResponse:
    """`act`: offered (the one of the same name and phone), choose (by the form) or off."""
    rows = ledger(Cadre).visible_to(request.actor, Act.EDIT).select_related("team", "user")
    cadre = rows.filter(pk=pk, withdrawn_at=None).first()
    if cadre is None:
        raise Http404("没有这名干部，或不在您的工作范围内")
    offered, act = accounts.offered([cadre]).get(cadre.pk), request.POST.get("act", "")
    form = AccountForm(request.actor, request.POST if act == "choose" else None)
    chosen: User | None = None
    if act == "offered":
        chosen = offered
    elif act == "choose" and form.is_valid():
        chosen = form.cleaned_data["account"]
    if chosen or act == "off":
        try:
            accounts.link(cadre, chosen, by=request.actor)
        except (accounts.Refused, Overtaken) as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{cadre}已关联账号 {chosen.username}" if chosen else f"{cadre}已解除账号")
            return redirect("units:team", pk=cadre.team_id)
    context = {"cadre": cadre, "form": form, "offered": offered}
    return render(request, "units/account.html", context, status=422 if form.errors else 200)
