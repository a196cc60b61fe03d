"""The pages of the screening by departments' data (1.1): files of a month, what did not match, the run, where households went."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from bangfu.accounts import access
from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.models import AccessKind, Unit
from bangfu.accounts.roles import Act, Role
from bangfu.consolidation import screening_files as files
from bangfu.consolidation import screening_runs as runs
from bangfu.consolidation import screening_store as stores
from bangfu.consolidation.department_files import DepartmentFile
from bangfu.consolidation.quality_book import workbook
from bangfu.consolidation.screenings import ScreeningHit, ScreeningRun
from bangfu.divisions.models import Division
from bangfu.exchange import progress
from bangfu.kernel import codes, dates
from bangfu.kernel.codes import Level
from bangfu.kernel.text import clean
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger

UPLOADERS = (Role.COUNTY, Role.DEPARTMENT)
STARTERS = (Role.COUNTY,)
_LEVELS = (Level.COUNTY, Level.CITY)  # a city without counties is its own county
MONTHS, RUNS, SAMPLES, PER_PAGE = 6, 12, 50, 30
Fate = ScreeningHit.Fate
_Response = TypeVar("_Response", bound=HttpResponseBase)


@dataclass(frozen=True)
class Desk:
    """Where somebody hands in files: for which county, and as whose."""

    county: Division
    unit: Unit | None


def ledger(model: type[Any]) -> Ledger:
    found = registry.of(model)
    assert found
    return found


def desks(actor: Actor) -> list[Desk]:
    granted = [grant for grant in actor.grants if grant.role in UPLOADERS and actor.may(Act.IMPORT, UPLOADERS)]
    placed = [(grant.division or (grant.unit and grant.unit.division), grant.unit) for grant in granted]
    return [Desk(place, unit) for place, unit in placed if place and codes.level_of(place.pk) in _LEVELS]


def _desk(request: Request) -> Desk:
    found = desks(request.actor)
    if not found:
        raise PermissionDenied("部门数据由县（市、区）和县级部门上传")
    wanted = request.GET.get("county") or request.POST.get("county") or ""
    return next((desk for desk in found if str(desk.county.pk) == wanted), found[0])


def _month(text: str) -> datetime.date:
    this = dates.today().replace(day=1)
    try:
        month = dates.parse_month(text) if text else this
    except ValueError:
        return this
    return min(month.replace(day=1), this)


def _home(county: int, month: datetime.date) -> str:
    return f"{reverse('consolidation:screening')}?county={county}&month={month:%Y-%m}"


def _back(desk: Desk, month: datetime.date) -> HttpResponse:
    return redirect(_home(desk.county.pk, month))


@require_GET
def desk_page(request: Request) -> HttpResponse:
    """The files of a month, and the runs of the county."""
    if not desks(request.actor) and ledger(ScreeningRun).may(request.actor, Act.READ):
        return redirect(ledger(ScreeningRun).url())
    desk, month = _desk(request), _month(request.GET.get("month", ""))
    rows = ledger(DepartmentFile).visible_to(request.actor).filter(county=desk.county, month=month, withdrawn_at=None)
    done = ledger(ScreeningRun).visible_to(request.actor).filter(county=desk.county, withdrawn_at=None)
    latest = list(done.order_by("-pk")[:RUNS])
    for run in latest:
        runs.notice_kill(run)
    context = {
        "desk": desk, "desks": desks(request.actor), "month": month, "months": _months(),
        "files": list(rows.select_related("unit", "uploaded_by").order_by("pk")), "runs": latest,
        "kinds": kinds(), "may_start": request.actor.may(Act.EDIT, STARTERS),
        "busy": next((run for run in latest if run.is_busy), None), "ledger": ledger(ScreeningRun),
    }  # fmt: skip
    return _private(render(request, "consolidation/screening.html", context))


def _months() -> list[datetime.date]:
    found = [dates.today().replace(day=1)]
    while len(found) < MONTHS:
        found.append((found[-1] - datetime.timedelta(days=1)).replace(day=1))
    return found


def kinds() -> list[tuple[str, str, str]]:
    """(name, title, department) of every declared data set."""
    return [(d.name, d.title, d.department) for d in stores.book().data_sets.values()]


def opened(upload: UploadedFile) -> BinaryIO:
    """The file below the upload, which hashing and copying read."""
    return upload.file  # type: ignore[return-value]


@require_POST
@needs(Act.IMPORT)
def upload(request: Request) -> HttpResponse:
    desk, month = _desk(request), _month(request.POST.get("month", ""))
    given = request.FILES.getlist("files")
    if not given:
        messages.error(request, "请先选择文件，可以一次选几个")
    for file in given:
        try:
            made = files.upload(
                opened(file), file.name or "", file.size or 0, county=desk.county, month=month, unit=desk.unit, data_set="",
                by=request.actor,
            )  # fmt: skip
        except files.Refused as refused:
            messages.error(request, str(refused))
        else:
            if made.state == DepartmentFile.State.REFUSED:
                messages.warning(request, made.message)
    return _back(desk, month)


def _file(request: Request, pk: int) -> DepartmentFile:
    rows = ledger(DepartmentFile).visible_to(request.actor).select_related("county", "unit", "uploaded_by")
    found = rows.filter(pk=pk, withdrawn_at=None).first()
    if found is None:
        raise Http404("没有这个文件，或不在您的工作范围内")
    assert isinstance(found, DepartmentFile)
    return found


def _may_change(request: Request) -> None:
    if not request.actor.may(Act.IMPORT, UPLOADERS):
        raise PermissionDenied("您的角色不能处理部门数据")


@require_GET
def file_page(request: Request, pk: int) -> HttpResponse:
    """What was recognised, how many rows matched, and why the others did not."""
    found = _file(request, pk)
    rows = list(files.report(found, SAMPLES))
    context = {
        "file": found, "reasons": files.reasons(found), "rows": rows, "heads": list(rows[0]) if rows else [],
        "kinds": kinds(), "samples": SAMPLES, "ledger": ledger(DepartmentFile),
        "may_change": request.actor.may(Act.IMPORT, UPLOADERS),
        "home": _home(found.county_id, found.month),
    }  # fmt: skip
    return _private(render(request, "consolidation/screening_file.html", context))


@require_POST
def say_kind(request: Request, pk: int) -> HttpResponse:
    found = _file(request, pk)
    _may_change(request)
    try:
        files.say_kind(found, request.POST.get("data_set", ""), by=request.actor)
    except files.Refused as refused:
        messages.error(request, str(refused))
    return redirect("consolidation:screening-file", pk=pk)


@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    found = _file(request, pk)
    _may_change(request)
    files.remove(found, by=request.actor, reason=clean(request.POST.get("reason", "")) or "撤下")
    messages.success(request, f"已撤下 {found.file_name}；已经推送的线索不变，可重新筛查")
    return _back(Desk(found.county, found.unit), found.month)


@require_GET
def report_book(request: Request, pk: int) -> HttpResponse:
    """Rows that were not used or need a look, numbers masked, for the department to mend."""
    found = _file(request, pk)
    access.record(request.actor, AccessKind.EXPORT, found, rows=found.unused, detail=f"质量报告 {found.file_name}")
    return workbook(files.report(found), f"{found.file_name}质量报告")


@require_GET
def original(request: Request, pk: int) -> HttpResponseBase:
    """The file as it came, for who handed it in; its reading is on record."""
    found = _file(request, pk)
    if found.uploaded_by_id != (request.actor.user.pk if request.actor.user else None):
        raise PermissionDenied("原文件含完整号码，只有上传人可以取回")
    why, what = "取回自己上传的文件", f"原文件 {found.file_name}"
    access.record(request.actor, AccessKind.UNMASKED_EXPORT, found, why, found.rows, detail=what)
    return _private(FileResponse(found.file.open("rb"), as_attachment=True, filename=found.file_name))


@require_POST
def start(request: Request) -> HttpResponse:
    desk, month = _desk(request), _month(request.POST.get("month", ""))
    if not request.actor.may(Act.EDIT, STARTERS) or desk.unit is not None:
        raise PermissionDenied("筛查由县（市、区）开始")
    try:
        run = runs.start(desk.county, month, by=request.actor, at=timezone.now())
    except runs.Refused as refused:
        messages.warning(request, str(refused))
        return _back(desk, month)
    return redirect("consolidation:screening-run", pk=run.pk)


def _run(request: Request, pk: int) -> ScreeningRun:
    found = ledger(ScreeningRun).visible_to(request.actor).select_related("county", "started_by").filter(pk=pk).first()
    if found is None:
        raise Http404("没有这次筛查，或不在您的工作范围内")
    assert isinstance(found, ScreeningRun)
    return found


@require_GET
def run_page(request: Request, pk: int) -> HttpResponse:
    """How far it is; when it is done, where each household went, and by which rules, values and files."""
    run = _run(request, pk)
    runs.notice_kill(run)
    titles = {data_set.name: data_set.title for data_set in stores.book().data_sets.values()}
    listed = run.manifest.get("files", [])
    kept = DepartmentFile.objects.filter(county=run.county_id, sha256__in=[f["fingerprint"] for f in listed])
    names = dict(kept.values_list("sha256", "file_name"))  # as they were called when they came
    used = [(titles.get(f["data_set"], f["data_set"]), names.get(f["fingerprint"], f["file"]), f) for f in listed]
    context = {
        "run": run, "ledger": ledger(ScreeningRun), "home": _home(run.county_id, run.month), "used": used, "not_run": runs.not_run(run),
        "progress": progress.read(f"screening:{run.pk}") if run.is_busy else None,
        "is_waiting": run.is_busy and (timezone.now() - run.updated_at).total_seconds() > 20,
        "figures": [_figure(run, fate) for fate in Fate],
        "may_start": request.actor.may(Act.EDIT, STARTERS),
    }  # fmt: skip
    name = "consolidation/_screening_run.html" if request.htmx else "consolidation/screening_run.html"
    return _private(render(request, name, context))


def _figure(run: ScreeningRun, fate: Fate) -> dict[str, str]:
    address = f"{reverse('consolidation:screening-rows', args=[run.pk])}?fate={fate.value}"
    return {"title": fate.label, "text": str(run.counts.get(fate.value, 0)), "unit": "户", "url": address}


@require_POST
def go_on(request: Request, pk: int) -> HttpResponse:
    """The job waits for a worker: done now, by the one who waits."""
    run = _run(request, pk)
    if not request.actor.may(Act.EDIT, STARTERS):
        raise PermissionDenied("筛查由县（市、区）开始")
    runs.work(run.pk)
    return redirect("consolidation:screening-run", pk=pk)


@require_GET
def rows_page(request: Request, pk: int) -> HttpResponse:
    """The households behind one figure of the run."""
    run, fate = _run(request, pk), request.GET.get("fate", Fate.NEW)
    rows = ScreeningHit.objects.filter(run=run, fate=fate).select_related("household", "household__village")
    score, _, key = request.GET.get("after", "").partition(".")
    if score.isdecimal() and key.isdecimal() and len(score) + len(key) < 20:
        rows = rows.filter(Q(score__lt=int(score)) | Q(score=int(score), pk__gt=int(key)))
    found = list(rows.order_by("-score", "pk")[: PER_PAGE + 1])
    last = found[PER_PAGE - 1] if len(found) > PER_PAGE else None
    context = {
        "run": run, "rows": found[:PER_PAGE], "fate": fate, "fates": Fate.choices, "ledger": ledger(ScreeningRun),
        "label": dict(Fate.choices).get(fate, ""), "count": run.counts.get(fate, 0),
        "next": urlencode({"fate": fate, "after": f"{last.score}.{last.pk}"}) if last else "",
    }  # fmt: skip
    return _private(render(request, "consolidation/screening_rows.html", context))


def _private(response: _Response) -> _Response:
    response["Cache-Control"] = "private, no-store"
    return response
