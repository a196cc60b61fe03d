"""Taking rows out: small ones at once, large ones as a file that a job makes and only its owner fetches.

Masked unless the actor may unmask and says why; every export leaves a row in the access log and a mark in the file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, BinaryIO
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from bangfu.accounts import access
from bangfu.accounts.actor import Actor
from bangfu.accounts.models import AccessKind, User
from bangfu.exchange import jobs, progress
from bangfu.exchange.extracts import Extract, extract
from bangfu.exchange.limits import limits
from bangfu.exchange.models import ExportFile, ExportState, Format
from bangfu.exchange.writers import Mark, write
from bangfu.kernel import dates

CONTENT_TYPES = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
}


class NoReason(ValueError):
    """Unmasked without saying why."""


def deliver(
    request: HttpRequest,
    source: str,
    params: Mapping[str, Any],
    *,
    format: str = Format.XLSX,
    unmasked: bool = False,
    reason: str = "",
) -> HttpResponseBase:
    """The file itself, or the page on which it will be ready.

    Errors: PermissionDenied (from the source), NoReason.
    """
    if unmasked and not reason.strip():
        raise NoReason("导出完整号码须写明事由")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chosen = extract(source, actor, params, unmasked=unmasked)
    export = ExportFile.objects.create(
        source=source,
        params=dict(params),
        title=chosen.title[:120],
        filters=chosen.filters,
        format=Format(format),
        is_unmasked=unmasked,
        reason=reason.strip()[:200],
        user=actor.user,  # type: ignore[misc]  # every view is behind the log-in
        place=actor.place,
    )
    if _is_larger(chosen, limits().export_rows_at_once):
        jobs.defer(jobs.MAKE_EXPORT, export=export.pk)
        return redirect(export)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    _make(export, chosen, actor, file)
    file.seek(0)
    return file_response(export, file)


def _is_larger(chosen: Extract, rows: int) -> bool:
    return chosen.rows.order_by().values_list("pk")[rows : rows + 1].exists()


def make(pk: int) -> None:
    """What the job does: asks again with the grants of now, writes the file, keeps it for its owner."""
    export = ExportFile.objects.select_related("user").get(pk=pk)
    if not export.is_busy:
        return
    ExportFile.objects.filter(pk=pk).update(state=ExportState.WRITING)
    actor = actor_of(export.user, export.place)
    try:
        chosen = extract(export.source, actor, export.params, unmasked=export.is_unmasked)
        with tempfile.TemporaryFile() as file:
            _make(export, chosen, actor, file)
            file.seek(0)
            export.file.save(f"{export.mark}.{export.format}", File(file), save=False)
    except PermissionDenied as error:
        export.state, export.message = ExportState.FAILED, str(error)
    except Exception:  # the person must not wait for ever; the error goes on to the log
        told = f"生成时出了意外，请稍后重新导出；仍不行，请把编号 {export.mark} 报给管理员"
        ExportFile.objects.filter(pk=pk).update(state=ExportState.FAILED, message=told)
        raise
    else:
        export.state = ExportState.READY
    export.save(update_fields=["file", "state", "rows", "message"])


def actor_of(user: User, place: int | None = None) -> Actor:
    """The user as a background job sees him: the grants of today, the place that was chosen."""
    return replace(Actor.of(user, dates.today()), place=place)


def _make(export: ExportFile, chosen: Extract, actor: Actor, file: BinaryIO) -> None:
    mark = Mark(
        number=export.mark,
        who=f"{actor.user}（{actor.user.get_username() if actor.user else ''}）",
        title=export.title,
        filters=export.filters,
        reason=export.reason,
        at=export.created_at,
        is_unmasked=export.is_unmasked,
    )
    with progress.of(f"export:{export.pk}", "正在生成") as told:
        export.rows = write(chosen, export.format, mark, file, told)
    kind = AccessKind.UNMASKED_EXPORT if export.is_unmasked else AccessKind.EXPORT
    detail = f"{export.mark} {export.format} {export.filters}"
    access.record(actor, kind, chosen.subject or export.source, export.reason, export.rows, detail=detail)
    ExportFile.objects.filter(pk=export.pk, state=ExportState.QUEUED).update(state=ExportState.READY, rows=export.rows)


def file_response(export: ExportFile, file: BinaryIO) -> FileResponse:
    response = FileResponse(file, content_type=CONTENT_TYPES[Format(export.format)])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(export.file_name)}"
    response["Cache-Control"] = "private, no-store"
    return response
