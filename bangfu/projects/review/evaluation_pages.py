"""绩效评价 (2.2): the county sees how far each goal was reached, concludes for each, and grades the project at one go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.db.models.functions import Now
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act, Role
from bangfu.kernel import dates
from bangfu.lawbook.acts import recorded
from bangfu.projects import acts, evaluation
from bangfu.projects.declare_pages import project_or_404
from bangfu.projects.evaluation import Evaluation
from bangfu.projects.goal import Goal
from bangfu.projects.moves import flow_of
from bangfu.projects.project import Grade, Project
from bangfu.projects.states import State
from bangfu.workflow import acts as flow_acts

STEP = "evaluate"


class EvaluationForm(forms.Form):
    """One conclusion for each goal, and one for the project; what differs from the computed one asks why."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, found: Evaluation, data: Any = None, *, version: int) -> None:
        super().__init__(data, initial={"version": version})
        self.found = found
        for each in found.goals:
            self.fields[f"goal{each.goal.pk}"] = forms.ChoiceField(
                choices=Goal.Conclusion.choices, initial=each.conclusion,
                widget=forms.Select({"aria-label": f"{each.goal.name}的评价"}),
            )  # fmt: skip
            words = forms.TextInput({"aria-label": f"{each.goal.name}与算出的不同，为什么"})
            self.fields[f"note{each.goal.pk}"] = forms.CharField(max_length=200, required=False, widget=words)
        self.fields["grade"] = forms.ChoiceField(
            label="评价结论", choices=Grade.choices, initial=found.grade, widget=forms.RadioSelect
        )
        self.fields["opinion"] = forms.CharField(
            label="评价意见", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
            help_text="结论与算出的不同，必须写明理由",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for each in self.found.goals:
            said, note = data.get(f"goal{each.goal.pk}"), data.get(f"note{each.goal.pk}")
            if said and said != each.conclusion and not note:
                self.add_error(f"note{each.goal.pk}", "与完成度算出的不同，请写明理由")
        if data.get("grade") and data["grade"] != self.found.grade and not data.get("opinion"):
            self.add_error("opinion", "结论与得分算出的不同，请写明理由")
        return data

    def rows(self) -> list[tuple[evaluation.Judged, Any, Any]]:
        return [(each, self[f"goal{each.goal.pk}"], self[f"note{each.goal.pk}"]) for each in self.found.goals]


def found_of(project: Project) -> Evaluation:
    goals = Goal.objects.filter(project=project, withdrawn_at=None).order_by("pk")
    return evaluation.of(list(goals), project.division_id, dates.today())


def evaluate(project: Project, found: Evaluation, said: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Conclusions of all goals and the step, or nothing. Errors: workflow.acts.Refused, Overtaken."""
    flow = flow_of(project)
    assert flow
    with recorded(by, "evaluate_project", said["opinion"]):
        for each in found.goals:
            values = {"conclusion": said[f"goal{each.goal.pk}"], "conclusion_note": said[f"note{each.goal.pk}"]}
            Goal.objects.filter(pk=each.goal.pk).update(**values, version=F("version") + 1, updated_at=Now())
        evidence = {"grade": Grade(said["grade"]).label, "opinion": said["opinion"]}
        flow_acts.take(STEP, flow, by=by, at=at, version=said["version"], evidence=evidence)


@require_http_methods(["GET", "POST"])
@needs(Act.EDIT)
def evaluate_page(request: Request, pk: int) -> HttpResponse:
    project = project_or_404(request, pk)
    if project.division_id not in request.actor.scope(Act.EDIT, (Role.COUNTY,)):
        raise PermissionDenied("绩效评价由县里办")
    flow, found, back = flow_of(project), found_of(project), acts.ledger().record_url(pk)
    if project.state != State.ASSET_FORMED or flow is None or found.grade is None:
        messages.warning(request, "形成资产以后、绩效目标都填了完成值，再办绩效评价")
        return redirect(back)
    form = EvaluationForm(found, request.POST or None, version=flow.version)
    if request.method == "POST" and form.is_valid():
        try:
            evaluate(project, found, form.cleaned_data, by=request.actor, at=timezone.now())
        except (flow_acts.Refused, flow_acts.Overtaken) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已评价：{Grade(form.cleaned_data['grade']).label}")
            return redirect(back)
    context = {"project": project, "found": found, "form": form, "back": back}
    return render(request, "projects/evaluate.html", context, status=422 if form.errors else 200)
