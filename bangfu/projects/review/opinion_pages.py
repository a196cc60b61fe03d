"""部门论证意见 (2.2): what a department is asked about a project, and its own answer; nobody else gives it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act, Role
from bangfu.kernel import dates
from bangfu.ledger import acts, registry
from bangfu.projects.department_opinion import DepartmentOpinion
from bangfu.projects.states import State


class OpinionForm(forms.Form):
    is_agreed = forms.TypedChoiceField(
        label="意见是", choices=[("yes", "同意"), ("no", "不同意")], widget=forms.RadioSelect, coerce=lambda text: text == "yes"
    )  # fmt: skip
    opinion = forms.CharField(
        label="说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="用地、预算、行业要求等；不同意的必须写明为什么、怎样改",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("is_agreed") is False and not data.get("opinion"):
            self.add_error("opinion", "不同意的，请写明为什么")
        return data


def mine(actor: Actor, pk: int) -> DepartmentOpinion:
    """A row that asks a unit for which the person answers; any other does not exist."""
    units = actor.units(Act.READ, (Role.DEPARTMENT,))
    rows = DepartmentOpinion.objects.filter(unit__in=units, withdrawn_at=None)
    found = rows.select_related("project", "division", "unit").filter(pk=pk).first()
    if found is None:
        raise Http404("没有送到您部门的这件论证")
    return found


def answer(row: DepartmentOpinion, values: dict[str, Any], *, by: Actor, version: int) -> None:
    """The department's own opinion, until the county has decided. Errors: acts.Overtaken."""
    ledger = registry.of(DepartmentOpinion)
    assert ledger
    given = {"is_agreed": values["is_agreed"], "opinion": values["opinion"], "given_on": dates.today()}
    acts.change(ledger, row, {**given, "given_by": by.user.name[:40] if by.user else ""}, by=by, version=version)


@require_http_methods(["GET", "POST"])
@needs(Act.READ)
def opinion(request: Request, pk: int) -> HttpResponse:
    row = mine(request.actor, pk)
    may = row.project.state == State.COUNTY_ARGUMENT
    said = {None: "", True: "yes", False: "no"}[row.is_agreed]
    form = OpinionForm(
        request.POST or None, initial={"is_agreed": said, "opinion": row.opinion, "version": row.version}
    )
    if request.method == "POST" and may and form.is_valid():
        try:
            with transaction.atomic():
                answer(row, form.cleaned_data, by=request.actor, version=form.cleaned_data["version"])
        except acts.Overtaken:
            form.add_error(None, "这份意见刚刚有人答过，请返回看过再改")
        else:
            messages.success(
                request, f"已答复：{row.department}{'同意' if form.cleaned_data['is_agreed'] else '不同意'}"
            )
            return redirect("ledger:detail", "department-opinions", pk)
    late = row.given_on is None and row.due_on is not None and row.due_on < dates.today()
    context = {"row": row, "project": row.project, "form": form, "may": may, "is_late": late}
    return render(request, "projects/opinion.html", context, status=422 if form.errors else 200)
