"""Pages of the system administrator: changes of codes with their re-coding, and the boundaries of the maps."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.divisions import boundaries, recode, succession, tasks
from bangfu.divisions.boundaries import BoundaryError
from bangfu.divisions.models import Boundary, BoundaryUpload, Change, Division
from bangfu.divisions.operator_forms import BoundaryForm, ChangeForm
from bangfu.divisions.succession import Plan, SuccessionError
from bangfu.kernel.codes import Level

View = Callable[..., HttpResponse]


def operator(view: View) -> View:
    """Only who may operate the system. The act is a word: the roles lie in a package to the right of this one."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.actor.may("operate"):  # type: ignore[attr-defined]
            raise PermissionDenied("区划代码和地图边界由系统管理员维护")
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@operator
def changes(request: HttpRequest) -> HttpResponse:
    found = Change.objects.annotate(
        codes=Count("successions", distinct=True),
        waiting=Count("recodings", filter=Q(recodings__done_at=None), distinct=True),
    )[: settings.PAGE_SIZE]
    return render(request, "divisions/changes.html", {"changes": found, "divisions": _census()})


def _census() -> list[tuple[str, int]]:
    counted = dict(
        Division.objects.filter(valid_to=None).values_list("level").annotate(Count("code")).order_by("level")
    )
    labels = {Level.CITY: "市", Level.COUNTY: "县（市、区）", Level.TOWN: "镇（乡、街道）", Level.VILLAGE: "村（社区）"}
    return [(text, counted.get(int(level), 0)) for level, text in labels.items()]


@require_http_methods(["GET", "POST"])
@operator
def declare(request: HttpRequest) -> HttpResponse:
    """Form → preview of everything that would happen → carried out by the second press."""
    form = ChangeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = succession.plan(form.cleaned_data["kind"], form.cleaned_data["pairs"], _scope(request))
            if request.POST.get("confirmed") == "1":
                return _carry_out(request, form, made)
            return render(request, "divisions/change_preview.html", _preview(form, made))
        except SuccessionError as error:
            form.add_error("lines", error.faults)
    return render(request, "divisions/change_form.html", {"form": form}, status=422 if form.errors else 200)


def _preview(form: ChangeForm, made: Plan) -> dict[str, Any]:
    codes = {code for pair in made.pairs for code in (pair.old, pair.new) if code}
    known = {division.code: division.full_name for division in Division.objects.filter(code__in=codes)}
    names = {row.code: row.name for row in made.created} | known
    shown = [
        (pair, known.get(pair.old or 0, ""), pair.name if pair.old == pair.new and pair.name else names[pair.new])
        for pair in made.pairs[: settings.PAGE_SIZE]
    ]
    return {"form": form, "data": form.cleaned_data, "plan": made, "pairs": shown, "more": len(made.pairs) - len(shown)}


def _carry_out(request: HttpRequest, form: ChangeForm, made: Plan) -> HttpResponse:
    data = form.cleaned_data
    with transaction.atomic():
        change = succession.carry_out(
            made, from_on=data["from_on"], document_no=data["document_no"], note=data["note"], by=_who(request)
        )
        tasks.follow.defer(change_id=change.pk)
    messages.success(request, "变更已登记。原有数据正在后台改用新代码，可以离开本页，稍后回来看结果。")
    return redirect("divisions:progress", change.pk)


@require_GET
@operator
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Whole page, or for htmx only the part that moves."""
    change = get_object_or_404(Change, pk=pk)
    steps = list(change.recodings.all())
    totals = change.recodings.aggregate(moved=Sum("moved", default=0), expected=Sum("expected", default=0))
    context = {
        "change": change,
        "pairs": change.successions.select_related("old", "new")[: settings.PAGE_SIZE],
        "steps": steps,
        "running": any(step.done_at is None for step in steps),
        "needs_work": any(step.trouble or step.left for step in steps),
        **totals,
    }
    return render(request, f"divisions/{'_recoding' if _is_htmx(request) else 'change'}.html", context)


@require_POST
@operator
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up a stopped re-coding, or look once more for rows under the old codes."""
    change = get_object_or_404(Change, pk=pk)
    with transaction.atomic():
        if not change.recodings.filter(done_at=None).exists():
            recode.again(change)
        tasks.follow.defer(change_id=change.pk)
    messages.success(request, "已安排在后台继续。")
    return redirect("divisions:progress", pk)


@require_http_methods(["GET", "POST"])
@operator
def boundary_list(request: HttpRequest) -> HttpResponse:
    """What the maps draw now, and the upload that may replace it."""
    form = BoundaryForm(request.POST or None, request.FILES or None)
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("divisions:boundary_preview", _stage(request, form).pk)
        except BoundaryError as error:
            faults = error.faults
    layers = [
        (title, boundaries.sources(Boundary.objects.filter(level=level))) for level, title in ((3, "县级"), (2, "市级"))
    ]
    context = {"form": form, "faults": faults, "layers": layers, "footnote": boundaries.FOOTNOTE}
    return render(request, "divisions/boundaries.html", context, status=422 if faults or form.errors else 200)


def _stage(request: HttpRequest, form: BoundaryForm) -> BoundaryUpload:
    data = form.cleaned_data
    file = data["file"]
    content = file.read(settings.BOUNDARY_BYTES + 1)
    found = boundaries.check(
        content, data["level"], max_bytes=settings.BOUNDARY_BYTES, max_points=settings.BOUNDARY_POINTS
    )
    if outside := [str(code)[:6] for code in found.features if code not in _scope(request)]:
        raise BoundaryError([f"{'、'.join(outside[:10])} 不在您管理的范围内"])
    BoundaryUpload.objects.filter(uploaded_by=_who(request)).delete()
    return BoundaryUpload.objects.create(
        level=data["level"],
        features={str(code): outline for code, outline in found.features.items()},
        source=data["source"],
        approval_no=data["approval_no"],
        uploaded_by=_who(request),
    )


@require_http_methods(["GET", "POST"])
@operator
def boundary_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would replace and what it lacks; POST with act=use or act=drop decides."""
    upload = get_object_or_404(BoundaryUpload, pk=pk, uploaded_by=_who(request))
    outlines = {int(code): outline for code, outline in upload.features.items()}
    if request.method == "POST":
        if request.POST.get("act") == "use":
            with transaction.atomic():
                boundaries.replace(
                    outlines, upload.level, source=upload.source, approval_no=upload.approval_no, by=upload.uploaded_by
                )
                upload.delete()
            messages.success(request, f"已换用新的边界 {len(outlines)} 个。")
        else:
            upload.delete()
            messages.info(request, "没有换用，原来的边界不变。")
        return redirect("divisions:boundary_list")
    provinces = {code // 10**10 for code in outlines}
    wanted = [each for province in sorted(provinces) for each in boundaries.expected(upload.level, province * 10**10)]
    context = {
        "upload": upload,
        "found": [division for division in wanted if division.code in outlines],
        "missing": [division for division in wanted if division.code not in outlines],
    }
    return render(request, "divisions/boundary_preview.html", context)


def _who(request: HttpRequest) -> str:
    return str(request.actor.user)[:60]  # type: ignore[attr-defined]


def _scope(request: HttpRequest) -> Any:
    return request.actor.scope("operate")  # type: ignore[attr-defined]


def _is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))
