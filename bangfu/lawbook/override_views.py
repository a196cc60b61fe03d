"""Local values of parameters: registered, corrected, ended and withdrawn by the officials of a division."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import codes, dates
from bangfu.kernel.text import clean
from bangfu.lawbook import acts, history
from bangfu.lawbook.forms import EndForm, OverrideForm, given_uuid
from bangfu.lawbook.http import POLICY, READ, Request
from bangfu.lawbook.models import ParameterOverride
from bangfu.lawbook.pages import may_decide
from bangfu.policy import guideline
from bangfu.policy.guideline import UnknownParameter
from bangfu.policy.parameter import LEVEL_LABELS, Parameter

OVERTAKEN = "您填写期间，这条登记被别人改过。请看过现在的内容再决定"


@require_http_methods(["GET", "POST"])
def register(request: Request, code: str) -> HttpResponse:
    try:
        parameter = guideline.newest(code)
    except UnknownParameter as error:
        raise Http404("没有这个参数") from error
    scope = request.actor.scope(POLICY)
    if not may_decide(parameter, scope):
        raise PermissionDenied(f"“{parameter.label}”由{LEVEL_LABELS[parameter.overridden_by]}的工作人员按文件登记")
    if request.method != "POST":
        return _form(request, OverrideForm(parameter, scope, place=_place(request, parameter)))
    first = ParameterOverride.objects.filter(client_uuid=given_uuid(request.POST), code=code).first()
    if first and first.division_id in scope:
        return redirect(first)  # the same form, sent twice
    form = OverrideForm(parameter, scope, request.POST)
    if not form.is_valid():
        return _form(request, form)
    sent = form.cleaned_data["client_uuid"]
    try:
        row = acts.register(form.instance, by=request.actor, client_uuid=sent, ending=form.followed)
    except acts.TimeTaken:
        form.add_error(None, "刚刚有人登记了这里这段时间的数值，请回到条文页看过再登记")
        return _form(request, form)
    messages.success(request, f"已登记。{row.division.full_name}从 {row.from_on} 起按 {row.as_value()} 执行")
    return redirect(row)


def _place(request: Request, parameter: Parameter) -> int | None:
    """The chosen place, else the only one that the official registers for; nearest division that may decide."""
    scope = request.actor.scope(POLICY)
    place = request.actor.place or (scope.ranges[0][0] if len(scope.ranges) == 1 else None)
    around = [*codes.ancestors(place), place] if place else []
    deciding = [code for code in around if code in scope and codes.level_of(code) <= parameter.overridden_by]
    return deciding[-1] if deciding else None


def _form(request: Request, form: OverrideForm, status: int | None = None) -> HttpResponse:
    context = {"form": form, "parameter": form.parameter, "row": form.row}
    return render(request, "lawbook/override_form.html", context, status=status or (422 if form.errors else 200))


@require_GET
def override(request: Request, pk: int) -> HttpResponse:
    row = _seen(request, pk)
    may_change = row.withdrawn_at is None and row.division_id in request.actor.scope(POLICY)
    context = {
        "row": row,
        "parameter": row.parameter,
        "article": guideline.load().articles[row.parameter.article],
        "events": history.of_override(row),
        "may_change": may_change,
        "may_end": may_change and (row.to_on is None or row.to_on > dates.today()),
    }
    return render(request, "lawbook/override.html", context)


def _seen(request: Request, pk: int) -> ParameterOverride:
    home = guideline.load().division
    rows = ParameterOverride.objects.seen_from(request.actor.scope(READ), home).select_related("division")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404("没有这条登记，或不在您的工作范围内")
    return row


def _mine(request: Request, pk: int) -> ParameterOverride:
    """A row that the official may change; errors for others: not found, or forbidden when he may read it."""
    row = _seen(request, pk)
    if row.division_id not in request.actor.scope(POLICY):
        raise PermissionDenied(f"这条由{row.division.full_name}或上级登记，您不能改")
    return row


def _withdrawn(request: Request, row: ParameterOverride) -> HttpResponse | None:
    if row.withdrawn_at is None:
        return None
    messages.error(request, "这条登记已经撤回；仍要执行的请重新登记")
    return redirect(row)


@require_http_methods(["GET", "POST"])
def correct(request: Request, pk: int) -> HttpResponse:
    row = _mine(request, pk)
    if gone := _withdrawn(request, row):
        return gone
    form = OverrideForm(row.parameter, request.actor.scope(POLICY), request.POST or None, row=row)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    row.version = form.cleaned_data["version"]
    try:
        acts.correct(row, form.values(), by=request.actor)
    except acts.Overtaken as error:
        return _overtaken(request, form, error.current)
    except acts.TimeTaken:
        form.add_error(None, "刚刚有人登记了这里这段时间的数值，请回到条文页看过再改")
        return _form(request, form)
    messages.success(request, "已更正")
    return redirect(row)


def _overtaken(request: Request, form: OverrideForm, current: ParameterOverride) -> HttpResponse:
    """What was typed stays; the next press is about the row as it is now."""
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["version"] = current.version  # type: ignore[index]
    theirs = f"{current.as_value()}，{current.days}，{current.document_no}"
    form.add_error(None, f"{OVERTAKEN}：现在登记的是 {theirs}。再按一次“保存”以您填的为准")
    return _form(request, form, status=409)


@require_http_methods(["GET", "POST"])
def end(request: Request, pk: int) -> HttpResponse:
    row = _mine(request, pk)
    if gone := _withdrawn(request, row):
        return gone
    form = EndForm(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        row.version = form.cleaned_data["version"]
        try:
            acts.end(row, last_on=form.cleaned_data["last_on"], reason=form.cleaned_data["reason"], by=request.actor)
        except acts.Overtaken:
            messages.error(request, OVERTAKEN)
        else:
            messages.success(request, f"已终止，{form.cleaned_data['last_on']} 是最后一天")
        return redirect(row)
    status = 422 if form.errors else 200
    return render(request, "lawbook/override_end.html", {"row": row, "form": form}, status=status)


@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    row = _mine(request, pk)
    if gone := _withdrawn(request, row):
        return gone
    reason = clean(request.POST.get("reason", "").replace("\x00", ""))[:200]
    if not reason:
        messages.error(request, "请写明撤回的原因，如“登记错了地方”")
        return redirect(row)
    row.version = _version(request.POST)
    try:
        acts.withdraw(row, reason=reason, by=request.actor)
    except acts.Overtaken:
        messages.error(request, OVERTAKEN)
        return redirect(row)
    messages.success(request, "已撤回，就当没有登记过；记录仍可查")
    return redirect(reverse("lawbook:article", args=[row.parameter.article]) + f"#{row.code}")


def _version(data: Any) -> int:
    given = data.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
