"""The page on which a captain proposes the yearly opinion on a cadre."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.kernel import dates
from bangfu.people import codes
from bangfu.units.models import Cadre, YearlyOpinion
from bangfu.units.opinion_flow import propose
from bangfu.units.pages import ledger
from bangfu.workflow.acts import Refused


class OpinionForm(forms.Form):
    year = forms.IntegerField(label="年度", min_value=2021, max_value=2100)
    grade = forms.ChoiceField(label="考核等次", choices=codes.choices("opinion_grade"), widget=forms.RadioSelect)
    opinion = forms.CharField(label="考核意见", max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.EDIT)
def opinion(request: Request, pk: int) -> HttpResponse:
    cadres = ledger(Cadre).visible_to(request.actor, Act.EDIT).select_related("team", "user")
    cadre = cadres.filter(pk=pk, withdrawn_at=None).first()
    if cadre is None:
        raise Http404("没有这名干部，或不在您的工作范围内")
    form = OpinionForm(request.POST if request.method == "POST" else None, initial={"year": dates.today().year})
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        try:
            made = propose(cadre, **data, by=request.actor, at=timezone.now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(ledger(YearlyOpinion).record_url(made.pk))
    return render(request, "units/opinion.html", {"cadre": cadre, "form": form}, status=422 if form.errors else 200)
