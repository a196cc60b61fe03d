"""The pages of every ledger: list, detail, form, withdrawal, history, suggestions, reveal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from bangfu.accounts import access
from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act
from bangfu.kernel.codes import level_of
from bangfu.kernel.text import clean
from bangfu.ledger import acts, attachments, drafts, history, saved, saved_views
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.entry import ledger_view, record_or_404
from bangfu.ledger.fields import all_shown, relations, shown
from bangfu.ledger.filters import Selection
from bangfu.ledger.forms import RecordForm, choosable
from bangfu.ledger.keyset import BadKey, page
from bangfu.ledger.rows import all_related_and, cells, facts
from bangfu.ledger.uniqueness import JUST_TAKEN


@require_GET
@ledger_view(Act.READ)
def list_page(request: Request, ledger: Ledger) -> HttpResponse:
    selection = Selection(ledger, request.actor, request.GET)
    names = tuple(dict.fromkeys((*ledger.columns, *ledger.card_fields)))
    rows = selection.queryset.select_related(*relations(ledger, names))
    sort = request.GET.get("sort", "")
    try:
        found = page(
            ledger, rows, sort=sort, after=request.GET.get("after", ""), size=settings.PAGE_SIZE, cap=settings.COUNT_CAP
        )
    except BadKey:
        return redirect(ledger.url())
    context = {
        "ledger": ledger,
        "selection": selection,
        "page": found,
        "rows": [cells(ledger, record) for record in found.rows],
        "headers": all_shown(ledger, ledger.columns),
        "sort": sort,
        "next": _with(request, after=found.after) if found.after else "",
        "query": _with(request),
        "may": {act.value: ledger.may(request.actor, act) for act in Act},
        "works": ledger.works(request.actor),
    }
    if request.htmx and request.GET.get("after"):
        return render(request, "ledger/_rows.html", context)
    context["saved_views"] = saved_views.of(request.actor, ledger)
    return render(request, "ledger/list.html", context)


def _with(request: Request, **changes: str) -> str:
    """The query of this page with some values replaced, without the page key."""
    params = request.GET.copy()
    params.pop("after", None)
    for name, value in changes.items():
        params[name] = value
    return params.urlencode()


@require_GET
@ledger_view(Act.READ)
def detail_page(request: Request, ledger: Ledger, pk: int) -> HttpResponse:
    record = record_or_404(request, ledger, pk)
    beside = [attachments.of(ledger, record), *([history.rows_of(ledger, [pk])] if ledger.shows_history else [])]
    related, (papers, *changes) = all_related_and(request.actor, ledger.related, record, beside)
    context = {
        "ledger": ledger,
        "record": record,
        "related": related,
        "attachments": papers,
        "events": history.told(ledger, changes[0], record) if changes else [],
        "may": {act.value: ledger.may(request.actor, act) for act in Act},
        **facts(ledger, record, request.actor),
        **ledger.more(record, request.actor),
    }
    return render(request, ledger.detail_template, context)


@ledger_view(Act.EDIT)
def form_page(request: Request, ledger: Ledger, pk: int | None = None) -> HttpResponse:
    record = record_or_404(request, ledger, pk, Act.EDIT) if pk else None
    if record and record.withdrawn_at:
        messages.error(request, "这条记录已撤回，恢复后才能修改")
        return redirect(ledger.record_url(record.pk))
    draft = drafts.of(request.actor, request.get_full_path())
    form = RecordForm(
        ledger,
        request.actor,
        request.POST if request.method == "POST" else None,
        record=record,
        initial=_initial(request, ledger),
        draft=draft,
    )
    if record is None and (first := _sent_before(request, ledger)):
        return redirect(ledger.record_url(first.pk))
    overtaken: list[tuple[str, str, str]] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            done = _save(request, ledger, form)
        except acts.Overtaken as error:
            overtaken = _conflict(ledger, form, error)
        except acts.Refused as refused:
            form.add_error(None, str(refused))
        except IntegrityError:
            form.add_error(None, JUST_TAKEN)
        else:
            drafts.discard(request.actor, request.get_full_path())
            messages.success(request, f"已保存。计入：{ledger.article} {ledger.title}")
            saved.tell(request, done)
            return redirect(ledger.record_url(done.pk))
    status = 200 if request.method == "GET" else 422 if overtaken is None else 409
    context = {
        "ledger": ledger,
        "record": record,
        "form": form,
        "overtaken": overtaken,
        "is_draft": bool(draft) and request.method == "GET",
        "change_reason": _change_reason(request),
    }
    return render(request, "ledger/form.html", context, status=status)


def _sent_before(request: Request, ledger: Ledger) -> Any:
    """The row that the same form made when it was sent the first time (pressed twice, or a lost answer)."""
    try:
        client_uuid = UUID(request.POST.get("client_uuid", ""))
    except ValueError:
        return None
    return ledger.visible_to(request.actor, Act.EDIT).filter(client_uuid=client_uuid).first()


def _initial(request: Request, ledger: Ledger) -> dict[str, Any]:
    """What is known already: values from the address, and the place of who can write in one place only."""
    known = {name: request.GET[name] for name in ledger.form if name in request.GET}
    ranges = request.actor.scope(Act.EDIT, ledger.edited_by).ranges
    if ledger.scope in ledger.form and len(ranges) == 1 and level_of(ranges[0][0]) in (choosable(ledger.scope) or ()):
        known.setdefault(ledger.scope, str(ranges[0][0]))
    return known


def _save(request: Request, ledger: Ledger, form: RecordForm) -> Any:
    if form.record is None:
        return acts.create(ledger, form.values(), by=request.actor, client_uuid=form.cleaned_data["client_uuid"])
    version = form.cleaned_data["version"] or 0
    reason = _change_reason(request)
    return acts.change(ledger, form.record, form.values(), by=request.actor, version=version, reason=reason)


def _change_reason(request: Request) -> str:
    """Why a row was changed, where somebody says it; it stands in the history."""
    return clean(request.POST.get("change_reason", ""))[:200]


def _conflict(ledger: Ledger, form: RecordForm, error: acts.Overtaken) -> list[tuple[str, str, str]]:
    """Fields where mine and theirs differ: (label, theirs, mine). The next submit knows the new version."""
    mine = form.values()
    found = []
    for item in all_shown(ledger, form.names):
        theirs = item.value(error.current)
        if theirs != mine[item.name]:
            found.append((item.label, item.text_of(theirs), item.text_of(mine[item.name])))
    form.renew(error.current.version)
    return found


@require_POST
@ledger_view(Act.WITHDRAW)
def withdraw(request: Request, ledger: Ledger, pk: int) -> HttpResponse:
    """Withdraws, or restores what is withdrawn; the reason is asked both ways."""
    record = record_or_404(request, ledger, pk, Act.WITHDRAW)
    reason = clean(request.POST.get("reason", ""))[:200]
    if not reason:
        messages.error(request, "请写明原因，例如“重复登记”")
        return redirect(ledger.record_url(pk))
    act = acts.restore if record.withdrawn_at else acts.withdraw
    try:
        act(ledger, record, by=request.actor, reason=reason)
    except acts.Overtaken:
        messages.error(request, "这条记录刚刚被他人修改，请看过新内容后再操作")
    except acts.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "已恢复" if act is acts.restore else "已撤回，可在“已撤回”中查看和恢复")
    return redirect(ledger.record_url(pk))


@require_POST
@ledger_view(Act.REVEAL)
def reveal(request: Request, ledger: Ledger, pk: int) -> HttpResponse:
    """One masked value in clear, for a reason, with a trace."""
    field, reason = request.POST.get("field", ""), clean(request.POST.get("reason", ""))[:200]
    if field not in ledger.masked:
        raise Http404("没有这个字段")
    if not reason:
        return JsonResponse({"error": "请写明查看原因"}, status=422)
    record = record_or_404(request, ledger, pk, Act.REVEAL)
    item = shown(ledger, field)
    access.record(request.actor, "reveal", ledger.slug, reason, detail=item.label, subject_id=pk)
    return JsonResponse({"value": item.text(record, plain=True)})


@require_GET
@ledger_view(Act.READ)
def suggest(request: Request, ledger: Ledger) -> HttpResponse:
    """Rows for a picker: at most twenty, within the scope."""
    text = clean(request.GET.get("q", ""))
    rows = ledger.visible_to(request.actor).filter(withdrawn_at=None)
    if not text or not ledger.finder:
        return JsonResponse({"results": []})
    found = rows.filter(ledger.finder.q(text, ledger.reach(request.actor))).select_related(ledger.scope)[
        : settings.SUGGESTIONS
    ]
    results = [{"value": row.pk, "label": str(row), "note": str(getattr(row, ledger.scope).full_name)} for row in found]
    return JsonResponse({"results": results})
