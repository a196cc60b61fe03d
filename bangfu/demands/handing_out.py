"""The filled workbook as a download: masked unless somebody who may says why; each one leaves its mark and its trace."""

from __future__ import annotations

import io

from django.db import transaction
from django.http import FileResponse

from bangfu.accounts import access
from bangfu.accounts.actor import Actor
from bangfu.accounts.models import AccessKind
from bangfu.accounts.roles import Act
from bangfu.demands import filling, papers
from bangfu.demands.demand import ASKERS, Demand
from bangfu.demands.opening import TooMany
from bangfu.demands.projecting import ask_of, rows, subjects
from bangfu.demands.reading import Layout
from bangfu.demands.states import Use
from bangfu.exchange import exports
from bangfu.exchange.models import ExportFile, ExportState, Format
from bangfu.exchange.writers import Mark

MOST_ROWS = 20_000


def may_unmask(actor: Actor) -> bool:
    return actor.may(Act.UNMASK, ASKERS)


@transaction.atomic
def hand_out(demand: Demand, actor: Actor, *, unmasked: bool, reason: str) -> FileResponse:
    """The rows of the places that the actor reads. Errors: TooMany, exports.NoReason, Refused."""
    if unmasked and not reason:
        raise exports.NoReason("导出完整号码须写明事由")
    ask = ask_of(demand, actor, Act.UNMASK if unmasked else Act.EXPORT)
    found = subjects(demand, ask)
    if len(found) > MOST_ROWS:
        raise TooMany(f"有 {len(found):,} 行，一个文件最多 {MOST_ROWS:,} 行。请在页面上方先选一个镇，分开下载")
    layout, heads = Layout.of(demand.layout), list(demand.heads.all())
    kind = Format.CSV if layout.kind == Format.CSV else Format.XLSX
    export = ExportFile.objects.create(  # type: ignore[misc]  # every view is behind the log-in: there is a user
        source="demands", params={"demand": demand.pk}, title=demand.title, filters=f"{demand.asker} {demand.document_no}",
        format=kind, is_unmasked=unmasked, reason=reason[:200], user=actor.user, place=actor.place, rows=len(found),
        state=ExportState.READY,
    )  # fmt: skip
    export.refresh_from_db(fields=["created_at"])
    mark = Mark(
        number=export.mark, who=f"{actor.user}（{actor.user.get_username() if actor.user else ''}）", title=demand.title,
        filters=export.filters, reason=reason, at=export.created_at, is_unmasked=unmasked,
    )  # fmt: skip
    # an empty column is written only where the form has a formula to go on with
    kept = [head for head in heads if head.use != Use.BLANK or layout.kind != Format.CSV]
    content = filling.fill(
        papers.path_of(demand.sha256), layout, [head.position for head in kept], rows(demand, kept, ask, found),
        mark.lines(len(found)),
    )  # fmt: skip
    kind_of_access = AccessKind.UNMASKED_EXPORT if unmasked else AccessKind.EXPORT
    detail = f"{export.mark} {export.format} {export.filters}"
    access.record(actor, kind_of_access, "demands", reason, len(found), detail=detail, subject_id=demand.pk)
    return exports.file_response(export, io.BytesIO(content))
