"""形成资产 (1.4): the cost of an accepted project becomes one or more assets, or it is said why none; fund parts."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.assets.asset import Asset
from bangfu.assets.forming import money, splitting
from bangfu.assets.forming.forms import MOST, PartsForm, ReasonForm, Rows, blank_row, first_row
from bangfu.assets.forming.no_asset import NoAsset
from bangfu.assets.powers import asset_or_404, is_officer, key_of, project_or_404
from bangfu.bookkeeping.posting import Refused
from bangfu.divisions.models import Division
from bangfu.funds.allotting import Doing, ledger_of
from bangfu.projects.project import Project


def _project(request: Request, pk: int) -> Project:
    project = project_or_404(request.actor, pk)
    if not is_officer(request.actor, project.division_id):
        raise PermissionDenied("形成资产由镇、县在验收后登记")
    return project


def _places(project: Project) -> list[Division]:
    """Where the project is; its first place first."""
    return sorted(
        Division.objects.filter(Q(pk=project.division_id) | Q(pk__in=project.places.values("division"))),
        key=lambda each: (each.pk != project.division_id, each.pk),
    )


def _request_of(request: Request) -> UUID:
    try:
        return UUID(request.POST.get("request_uuid", ""))
    except ValueError:
        return uuid4()


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.EDIT)
def form_assets(request: Request, pk: int) -> HttpResponse:
    project = _project(request, pk)
    places, known = _places(project), money.money_of(project)
    doing = Doing(request.actor, timezone.now(), _request_of(request))
    wish, fault = request.POST.get("act", ""), ""
    rows = _rows(request, project, places, known)
    reasons = ReasonForm(request.POST if wish == "none" else None)
    try:
        if wish == "form" and rows.is_valid():
            made = splitting.form_assets(project, [row.values() for row in rows], doing)
            messages.success(request, f"已登记 {len(made)} 项资产")
            return redirect(ledger_of(Project).record_url(project.pk))
        if wish == "none" and reasons.is_valid():
            splitting.state_no_asset(project, reasons.said, doing)
            messages.success(request, "已说明不形成资产")
            return redirect(ledger_of(Project).record_url(project.pk))
    except Refused as refused:
        fault = str(refused)
    is_bad = bool(fault) or (wish == "form" and not rows.is_valid()) or bool(reasons.errors)
    context = {
        "project": project, "rows": rows, "reasons": reasons, "money": known, "fault": fault, "request_uuid": doing.request,
        "formed": Asset.objects.filter(project=project, withdrawn_at=None).order_by("pk"),
        "stated": NoAsset.objects.filter(project=project, withdrawn_at=None).first(),
        "can_add": len(rows.forms) < MOST, "is_built": project.state in splitting.BUILT,
    }  # fmt: skip
    return render(request, "assets/form_assets.html", context, status=422 if is_bad else 200)


def _rows(request: Request, project: Project, places: list[Division], known: money.Money) -> Any:
    """As posted; with one more after 再加一项."""
    wish = request.POST.get("act", "")
    kwargs: dict[str, Any] = {"form_kwargs": {"places": places}, "prefix": "row"}
    if wish == "form":
        return Rows(request.POST, **kwargs)
    if wish in ("more", "fewer"):
        count = key_of(request.POST.get("row-TOTAL_FORMS", "")) or 1
        filled = [
            {name: request.POST.get(f"row-{at}-{name}", "") for name in ("name", "division", "asset_class", "cost_yuan",
             "owner_level", "owner", "quantity", "unit_word")}
            for at in range(min(count, MOST))
        ]  # fmt: skip
        first = first_row(project, known.left, places)
        filled = [*filled, blank_row(places, first["asset_class"])][:MOST] if wish == "more" else filled[:-1] or filled
        return Rows(initial=filled, **kwargs)
    return Rows(initial=[first_row(project, known.left, places)], **kwargs)


@require_POST
@needs(Act.EDIT)
def take_back(request: Request, pk: int) -> HttpResponse:
    """撤销“不形成资产”的说明."""
    project = _project(request, pk)
    if stated := NoAsset.objects.filter(project=project, withdrawn_at=None).first():
        splitting.take_back_statement(stated, request.POST.get("reason", "")[:200] or "说明有误", request.actor)
        messages.success(request, "已撤销说明")
    return redirect("assets:form", project.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.EDIT)
def parts(request: Request, pk: int) -> HttpResponse:
    asset = asset_or_404(request.actor, pk)
    if not is_officer(request.actor, asset.division_id):
        raise PermissionDenied("资金构成由镇、县登记")
    known: dict[str, Any] = {}
    for part in asset.fund_parts.filter(withdrawn_at=None):
        known[part.source] = known.get(part.source, 0) + part.yuan
    form = PartsForm(request.POST or None, known=known)
    if request.method == "POST" and form.is_valid():
        try:
            splitting.set_parts(
                asset, form.parts(), Doing(request.actor, timezone.now(), form.cleaned_data["request_uuid"])
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "资金构成已登记")
            return redirect(ledger_of(Asset).record_url(asset.pk))
    context = {"form": form, "title": "资金构成", "on": asset, "says": f"各来源合计应等于原值 {asset.cost_yuan:,} 元。"}
    return render(request, "assets/asset_act.html", context, status=422 if form.errors else 200)
