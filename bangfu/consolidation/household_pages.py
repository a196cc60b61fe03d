"""Pages begun at a household (1.1): study of a removal, referral to civil affairs, and the writing of a plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act
from bangfu.consolidation import household_forms as forms
from bangfu.consolidation import plan_acts, referral_flow, removal_effects
from bangfu.consolidation.models import AssistanceMeasure, AssistancePlan, Referral, RiskRemoval
from bangfu.ledger import registry as ledgers
from bangfu.people.models import Household
from bangfu.workflow import acts


def _household(request: Request, pk: int) -> Household:
    ledger = ledgers.of(Household)
    assert ledger
    if not ledger.may(request.actor, Act.EDIT):
        raise PermissionDenied("您的角色不能办理监测帮扶的事")
    found = (
        ledger.visible_to(request.actor, Act.EDIT).select_related("village").filter(pk=pk, withdrawn_at=None).first()
    )
    if found is None:
        raise Http404("没有这一户，或不在您的工作范围内")
    return found  # type: ignore[no-any-return]


def _page(request: Request, title: str, form: Any, home: Household, back: str) -> HttpResponse:
    context = {"title": title, "form": form, "household": home, "back": back}
    return render(request, "consolidation/household_act.html", context, status=422 if form.is_bound else 200)


def _url(model: Any, pk: int) -> str:
    ledger = ledgers.of(model)
    assert ledger
    return ledger.record_url(pk)


@require_http_methods(["GET", "POST"])
def consider(request: Request, pk: int) -> HttpResponse:
    home = _household(request, pk)
    form = forms.ConsiderForm(request.actor, request.POST or None)
    if form.is_valid():
        try:
            made = removal_effects.consider_removal(home, **form.cleaned_data, by=request.actor, at=timezone.now())
        except (removal_effects.Refused, acts.Refused) as error:
            form.add_error(None, str(error))
        else:
            return redirect(_url(RiskRemoval, made.pk))
    return _page(request, "风险消除研判", form, home, _url(Household, home.pk))


@require_http_methods(["GET", "POST"])
def refer(request: Request, pk: int) -> HttpResponse:
    home = _household(request, pk)
    form = forms.ReferForm(request.actor, request.POST or None)
    if form.is_valid():
        given = form.cleaned_data | {"case": home.cases.order_by("-pk").first()}
        try:
            made = referral_flow.refer(home, **given, by=request.actor, at=timezone.now())
        except acts.Refused as error:
            form.add_error(None, str(error))
        except IntegrityError:
            form.add_error(None, "这一户已有移交在办，请接着办那一件")
        else:
            messages.success(request, "已移交，等民政部门签收")
            return redirect(_url(Referral, made.pk))
    return _page(request, "移交民政", form, home, _url(Household, home.pk))


@require_http_methods(["GET", "POST"])
def write_plan(request: Request, pk: int) -> HttpResponse:
    ledger, measures = ledgers.of(AssistancePlan), ledgers.of(AssistanceMeasure)
    assert ledger and measures
    if not measures.may(request.actor, Act.EDIT):
        raise PermissionDenied("您的角色不能填写帮扶方案")
    reach = request.actor.scope(Act.EDIT, measures.edited_by)
    plan = (
        ledger.visible_to(request.actor)
        .select_related("household", "village")
        .filter(reach.q("village"), pk=pk)
        .first()
    )
    if plan is None:
        raise Http404("没有这个方案，或不在您的工作范围内")
    first = {name: getattr(plan, name) for name in plan_acts.WRITTEN if name != "contact_phone"}
    form = forms.PlanForm(request.POST or None, initial=first | {"version": plan.version})
    if form.is_valid():
        values = form.cleaned_data | {"contact_phone": form.cleaned_data["contact_phone"] or plan.contact_phone}
        try:
            plan_acts.write_plan(plan, values, by=request.actor, version=values["version"])
        except plan_acts.Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "方案已保存；措施写好后请提交")
            return redirect(ledger.record_url(pk))
    return _page(request, "填写帮扶方案", form, plan.household, ledger.record_url(pk))
