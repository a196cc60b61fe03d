"""申报项目 on a phone, and asking for an adjustment of one in the pool (2.2)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.kernel.codes import Level
from bangfu.ledger import attachments, drafts
from bangfu.ledger.forms import RecordForm
from bangfu.projects import acts
from bangfu.projects.models import Project
from bangfu.projects.project_page import ADJUSTERS
from bangfu.projects.states import BEFORE_POOL, CLOSED
from bangfu.workflow import acts as flow_acts
from bangfu.workflow.forms import DayInput

#: what a village says at first; the rest the town and the page of the project ask
ASKED = ("division", "name", "sort", "need", "planned_yuan", "households", "people")


@needs(Act.EDIT)
def declare(request: Request) -> HttpResponse:
    ledger = acts.ledger()
    if not ledger.may(request.actor, Act.EDIT):
        raise PermissionDenied("您的角色不能申报项目")
    draft = drafts.of(request.actor, request.path)
    here = request.actor.place or (request.actor.home.code if request.actor.home else None)
    data = request.POST if request.method == "POST" else None
    first = {"division": here} if here and here % 10**6 else {}
    form = RecordForm(ledger, request.actor, data, only=ASKED, draft=draft, initial=first)
    if data is not None and form.is_valid():
        try:
            made = acts.declare(form.values(), by=request.actor, client_uuid=form.cleaned_data["client_uuid"])
        except acts.Refused as error:
            form.add_error("name", str(error))
        else:
            return _declared(request, made)
    context = {"form": form, "is_draft": bool(draft) and data is None}
    return render(request, "projects/declare.html", context, status=422 if data is not None else 200)


def _declared(request: Request, made: Project) -> HttpResponse:
    for file in request.FILES.getlist("papers"):
        try:
            attachments.attach(acts.ledger(), made, file, request.actor.user)
        except attachments.Refused as error:
            messages.error(request, f"{file.name}：{error}")
    drafts.discard(request.actor, request.path)
    made.refresh_from_db()
    after = "下一步在村里公示" if made.division.level == Level.VILLAGE else "下一步由镇审核"
    messages.success(request, f"已登记，项目编号 {made.project_no}；{after}")
    return redirect(acts.ledger().record_url(made.pk))


class AdjustmentForm(forms.Form):
    """Only what changes is filled in."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(label="为什么调整", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    new_yuan = forms.DecimalField(
        label="计划投资改为（元）", min_value=0, max_digits=14, decimal_places=2, required=False, help_text="不改的不填"
    )
    new_end_on = forms.DateField(label="计划完工日期改为", required=False, widget=DayInput())
    new_content = forms.CharField(
        label="建设内容改为", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    new_name = forms.CharField(label="项目名称改为", max_length=80, required=False)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "client_uuid"}


def project_or_404(request: Request, pk: int, act: Act = Act.READ) -> Project:
    """A project outside the scope does not exist, whatever the address."""
    rows = acts.ledger().visible_to(request.actor, act).select_related("division")
    found: Project | None = rows.filter(pk=pk, withdrawn_at=None).first()
    if found is None:
        raise Http404("没有这个项目，或不在您的工作范围内")
    return found


@require_http_methods(["GET", "POST"])
@needs(Act.EDIT)
def adjust(request: Request, pk: int) -> HttpResponse:
    project = project_or_404(request, pk)
    if project.division_id not in request.actor.scope(Act.EDIT, ADJUSTERS):
        raise PermissionDenied("调整由镇、工作队或县提出")
    if project.state in (*BEFORE_POOL, *CLOSED):
        messages.warning(request, "入库以后、归档以前的项目才办调整；没有入库的直接修改")
        return redirect(acts.ledger().record_url(pk))
    form = AdjustmentForm(request.POST or None, initial={"client_uuid": uuid4()})
    if form.is_valid():
        try:
            given: dict[str, Any] = {"by": request.actor, "at": timezone.now()}
            made = acts.ask_adjustment(project, form.values(), client_uuid=form.cleaned_data["client_uuid"], **given)
        except (acts.Refused, flow_acts.Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "调整已提出，等县里批准；批准前项目照原来的办")
            return redirect("ledger:detail", "project-adjustments", made.pk)
    context = {"form": form, "project": project, "back": acts.ledger().record_url(pk)}
    return render(request, "projects/adjust.html", context, status=422 if form.errors else 200)
