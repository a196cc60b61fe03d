"""Pages of import and export. A run and a file are their owner's alone; for anybody else they do not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, BinaryIO
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act
from bangfu.exchange import aftermath, errorbook, exports, previews, progress, registry, runs, template
from bangfu.exchange.extracts import extract
from bangfu.exchange.limits import limits
from bangfu.exchange.models import ExportFile, ExportState, ImportRun, State
from bangfu.exchange.runs import NotNow
from bangfu.exchange.sheet import Book
from bangfu.exchange.sniff import Refused

PAGE = 30
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STEPS = ("选择文件", "核对", "写入", "完成")
_STEP_OF = {
    State.UPLOADED: 1, State.READING: 1, State.REFUSED: 0, State.PREVIEWED: 1, State.CONFIRMED: 2, State.WRITING: 2,
    State.DONE: 4, State.UNDO_ASKED: 4, State.UNDOING: 4, State.UNDONE: 4, State.DISCARDED: 1,
}  # fmt: skip

View = Callable[..., HttpResponseBase]


def book_or_404(request: Request, slug: str) -> Book:
    book = registry.get(slug)
    if book is None:
        raise Http404("没有这种表格")
    if not request.actor.may(Act.IMPORT, book.roles):
        raise PermissionDenied(f"您的角色不能导入“{book.title}”")
    return book


def own_run(view: View) -> View:
    @wraps(view)
    def checked(request: Request, pk: int, **kwargs: Any) -> HttpResponseBase:
        run = runs.of(request.actor).select_related("user").filter(pk=pk).first()
        if run is None:
            raise Http404("没有这次导入")
        return view(request, run, **kwargs)

    return checked


def act_on_run(view: Callable[[Request, ImportRun], str]) -> View:
    """An act by button: does it, says what came of it, and shows the run again."""

    @require_POST
    @own_run
    @wraps(view)
    def acted(request: Request, run: ImportRun) -> HttpResponse:
        try:
            told = view(request, run)
        except (NotNow, Refused) as error:
            messages.warning(request, str(error))
        else:
            if told:
                messages.success(request, told)
        return redirect(run)

    return acted


@require_GET
def imports_page(request: Request) -> HttpResponse:
    mine = list(runs.of(request.actor).order_by("-pk")[:PAGE])
    books = [book for book in registry.books() if request.actor.may(Act.IMPORT, book.roles)]
    lines = [(run, runs.totals(run)) for run in mine]
    return render(request, "exchange/imports.html", {"lines": lines, "books": books})


def new_page(request: Request, slug: str) -> HttpResponse:
    """GET: what to prepare; POST: the file."""
    book = book_or_404(request, slug)
    message = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None:
                raise Refused("请先选择一个文件")
            return redirect(runs.start(request.actor, book, _open(upload), upload.name or "", upload.size or 0))
        except Refused as error:
            message = str(error)
    context = {
        "book": book,
        "message": message,
        "limits": limits(),
        "megabytes": limits().upload_bytes // 2**20,
        "home": book.home() if book.home else "",
        "recent": runs.of(request.actor).filter(book=book.slug).order_by("-pk")[:5],
    }
    return render(request, "exchange/new.html", context, status=422 if message else 200)


def _open(upload: UploadedFile) -> BinaryIO:
    """The file below the upload, which hashing and copying read."""
    return upload.file  # type: ignore[return-value]


@require_GET
def template_file(request: Request, slug: str) -> HttpResponse:
    book = book_or_404(request, slug)
    content = template.make(book, request.actor.scope(Act.IMPORT, book.roles))
    return _workbook(content, f"{book.title}导入模板.xlsx")


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=_SHEET_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@own_run
def import_page(request: Request, run: ImportRun) -> HttpResponse:
    """The whole story of one import; while it works, the page asks for its middle part again and again."""
    runs.notice_kill(run)
    book = registry.get(run.book)
    context: dict[str, Any] = {
        "run": run,
        "steps": _steps(run),
        "totals": runs.totals(run),
        "is_waiting": run.is_busy and (timezone.now() - run.changed_at).total_seconds() > 20,
    }
    if run.is_busy:
        context["progress"] = progress.read(f"import:{run.pk}")
    elif book and run.state in (State.PREVIEWED, State.DONE, State.UNDONE):
        context |= {
            "sheets": previews.sheets(run, book),
            "faults": previews.faults(run, book),
            "faulty_columns": previews.faults_by_column(run, book),
            "home": book.home() if book.home else "",
        }
        if run.state == State.PREVIEWED:
            context["changes"] = previews.changes(run, book)
        else:
            context["lines"] = aftermath.told(run, request.actor)
    name = "exchange/_import.html" if request.htmx else "exchange/import.html"
    response = render(request, name, context)
    response["Cache-Control"] = "private, no-store"
    return response


def _steps(run: ImportRun) -> list[dict[str, str]]:
    at = _STEP_OF[State(run.state)]
    states = ["done" if place < at else "now" if place == at else "todo" for place in range(len(_STEPS))]
    return [{"title": title, "state": state} for title, state in zip(_STEPS, states, strict=True)]


@act_on_run
def confirm(request: Request, run: ImportRun) -> str:
    runs.confirm(run, request.actor, request.POST.get("reason", ""))
    return ""


@act_on_run
def blanks(request: Request, run: ImportRun) -> str:
    runs.set_clears_blanks(run, request.POST.get("clears") == "1")
    return "已重新核对"


@act_on_run
def go_on(request: Request, run: ImportRun) -> str:
    runs.go_on(run)
    return ""


@act_on_run
def undo(request: Request, run: ImportRun) -> str:
    runs.ask_undo(run, request.POST.get("reason", ""))
    return ""


@require_POST
@own_run
def discard(request: Request, run: ImportRun) -> HttpResponse:
    try:
        runs.discard(run)
    except NotNow as error:
        messages.warning(request, str(error))
        return redirect(run)
    messages.success(request, "已放弃这次导入，没有任何改动")
    return redirect("exchange:new", slug=run.book) if registry.get(run.book) else redirect("exchange:imports")


@require_GET
@own_run
def errors_file(request: Request, run: ImportRun) -> HttpResponseBase:
    """The user's own file with the bad cells marked and explained."""
    if not run.file or run.state not in (State.PREVIEWED, State.DONE, State.UNDONE):
        raise Http404("没有可以下载的标错文件")
    made = errorbook.make(run, runs.book_of(run))
    response = FileResponse(made, content_type=_SHEET_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(errorbook.name_of(run))}"
    response["Cache-Control"] = "private, no-store"
    return response


def _own_exports(request: Request) -> Any:
    return ExportFile.objects.filter(user=request.actor.user)


@require_GET
def exports_page(request: Request) -> HttpResponse:
    return render(request, "exchange/exports.html", {"exports": _own_exports(request).order_by("-pk")[:PAGE]})


@require_GET
def export_page(request: Request, pk: int) -> HttpResponse:
    export = _own_exports(request).filter(pk=pk).first()
    if export is None:
        raise Http404("没有这个导出")
    context = {"export": export, "progress": progress.read(f"export:{pk}") if export.is_busy else None}
    return render(request, "exchange/_export.html" if request.htmx else "exchange/export.html", context)


@require_GET
def export_file(request: Request, pk: int) -> HttpResponseBase:
    export = _own_exports(request).filter(pk=pk, state=ExportState.READY).exclude(file="").first()
    if export is None:
        raise Http404("文件已过期或还没有生成")
    extract(export.source, request.actor, export.params, unmasked=export.is_unmasked)  # the grant may have ended
    return exports.file_response(export, export.file.open("rb"))
