"""Export of what the list shows: the same selection, masked unless granted with a reason, logged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect, render

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act
from bangfu.exchange import exports
from bangfu.exchange import registry as books
from bangfu.exchange.extracts import Extract, register_source
from bangfu.exchange.models import Format
from bangfu.exchange.sheet import Column
from bangfu.ledger import registry, sheets
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.entry import ledger_view
from bangfu.ledger.filters import Selection

SOURCE = "ledger"


def extract(actor: Actor, params: Mapping[str, Any], unmasked: bool) -> Extract:
    """`params`: {"ledger": slug, "query": query string of the list}. Errors: PermissionDenied."""
    ledger = registry.get(params["ledger"])
    act = Act.UNMASK if unmasked else Act.EXPORT
    if ledger is None or not ledger.may(actor, act):
        raise PermissionDenied("您的角色不能导出这本台账" + ("的完整号码" if unmasked else ""))
    selection = Selection(ledger, actor, QueryDict(params["query"]), act)
    rows = selection.queryset.order_by(ledger.scope, "pk")
    return Extract(
        ledger.title, rows, _columns(ledger), place=ledger.scope, filters=selection.words(), subject=ledger.slug
    )


def _columns(ledger: Ledger) -> tuple[Column, ...]:
    """The place, then the columns under the heads of the workbook through which the rows come in again."""
    book = books.get(ledger.book)
    made = next((sheet for sheet in book.sheets if sheet.slug == ledger.slug), None) if book else None
    names = ledger.exchange or ledger.columns
    columns = [sheets.column(ledger, name) for name in dict.fromkeys((ledger.scope, *names))]
    return tuple((made and made.column(column.name)) or column for column in columns)


register_source(SOURCE, extract)


@ledger_view(Act.EXPORT)
def export(request: Request, ledger: Ledger) -> HttpResponseBase:
    """GET asks format and masking; POST gives the file, or the page where it will be ready."""
    if request.method != "POST":
        selection = Selection(ledger, request.actor, request.GET, Act.EXPORT)
        context = {
            "ledger": ledger,
            "selection": selection,
            "query": request.GET.urlencode(),
            "formats": Format.choices,
            "may_unmask": bool(ledger.masked) and ledger.may(request.actor, Act.UNMASK),
        }
        return render(request, "ledger/export.html", context)
    query = request.POST.get("query", "")
    chosen = request.POST.get("format", Format.XLSX)
    try:
        return exports.deliver(
            request,
            SOURCE,
            {"ledger": ledger.slug, "query": query},
            format=chosen if chosen in Format.values else Format.XLSX,
            unmasked=bool(request.POST.get("unmasked")),
            reason=request.POST.get("reason", ""),
        )
    except exports.NoReason as error:
        messages.error(request, str(error))
        return redirect(f"{ledger.url('export')}?{query}")
