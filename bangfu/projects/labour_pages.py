"""找人来做工 (1.2): who near the project could work on it, priority households first; those taken on become rows of labour."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.kernel import dates
from bangfu.ledger import registry as ledgers
from bangfu.people.models import Person
from bangfu.projects import acts
from bangfu.projects.candidates import near
from bangfu.projects.declare_pages import project_or_404
from bangfu.projects.models import LabourUse
from bangfu.projects.states import State
from bangfu.workflow.forms import DayInput

OPEN = (State.PROCUREMENT, State.STARTED, State.COMPLETED)


class TakingOnForm(forms.Form):
    from_on = forms.DateField(label="开始日期", widget=DayInput())
    to_on = forms.DateField(label="结束日期", widget=DayInput())
    days = forms.DecimalField(label="工日", min_value=Decimal("0.5"), max_digits=6, decimal_places=1)
    daily_yuan = forms.DecimalField(label="日工资（元）", min_value=0, max_digits=8, decimal_places=2)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        start, end, days = (data.get(name) for name in ("from_on", "to_on", "days"))
        if start and end and end < start:
            self.add_error("to_on", "结束日期早于开始日期，请核对")
        elif start and end and days and days > (end - start).days + 1:
            self.add_error("days", f"从 {start} 到 {end} 只有 {(end - start).days + 1} 天，请核对工日")
        return data


@require_http_methods(["GET", "POST"])
@needs(Act.EDIT)
def candidates(request: Request, pk: int) -> HttpResponse:
    project = project_or_404(request, pk, Act.EDIT)
    people, rows = ledgers.of(Person), ledgers.of(LabourUse)
    assert people and rows
    if not rows.may(request.actor, Act.EDIT) or not people.may(request.actor, Act.READ):
        raise PermissionDenied("您的角色不能登记用工")
    if project.state not in OPEN:
        messages.warning(request, "采购或实施中的项目才登记用工")
        return redirect(acts.ledger().record_url(pk))
    form = TakingOnForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        keys = [key for key in request.POST.getlist("person") if key.isdecimal() and len(key) < 19]
        chosen = list(people.visible_to(request.actor).filter(pk__in=keys).select_related("household"))
        try:
            if not chosen:
                raise acts.Refused("请先勾选要用的人")
            count = acts.take_on(project, chosen, form.cleaned_data, by=request.actor)
        except acts.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已登记 {count} 人；发工资后在用工台账里填发放日期")
            return redirect(acts.ledger().record_url(pk))
    context = {
        "project": project, "form": form, "found": near(project, request.actor, dates.today()),
        "back": acts.ledger().record_url(pk), "chosen": request.POST.getlist("person"),
    }  # fmt: skip
    return render(request, "projects/candidates.html", context, status=422 if form.errors else 200)
