"""操作留痕, as the auditor reads it: by who, what and when; taking it out is itself a trace."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator

from django.db.models import Min, Q, QuerySet
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.accounts import access, keyset
from bangfu.accounts.actor import Actor
from bangfu.accounts.appointments import covers_a_province
from bangfu.accounts.forms import TraceForm
from bangfu.accounts.http import Request, needs
from bangfu.accounts.models import AccessKind, AccessLog
from bangfu.accounts.roles import Act

HEADS = (
    "编号",
    "时间",
    "谁",
    "角色",
    "区划",
    "做什么",
    "对象",
    "对象编号",
    "内容",
    "事由",
    "行数",
    "来源地址",
    "请求编号",
)
_FETCH = 2000
_DAY, _WINDOW = datetime.timedelta(days=1), datetime.timedelta(days=30)


def visible_traces(actor: Actor) -> QuerySet[AccessLog]:
    """Traces of people in the auditor's divisions; what lies nowhere is for auditors of a whole province."""
    scope = actor.scope(Act.AUDIT)
    here = scope.q("division")
    if covers_a_province(scope):
        here |= Q(division=None)
    return AccessLog.objects.filter(here).select_related("division")


def filtered(rows: QuerySet[AccessLog], form: TraceForm) -> QuerySet[AccessLog]:
    if not form.is_valid():
        return rows.none()
    given = form.cleaned_data
    if given["who"]:
        rows = rows.filter(Q(who__icontains=given["who"]) | Q(user__username=given["who"]))
    if given["kind"]:
        rows = rows.filter(kind=given["kind"])
    if text := given["what"]:
        words = Q(detail__icontains=text) | Q(reason__icontains=text) | Q(subject__icontains=text) | Q(request_id=text)
        words |= Q(subject__in=access.subjects_called(text))
        rows = rows.filter(words | Q(subject_id=int(text)) if text.isdecimal() and len(text) < 19 else words)
    if given["from_on"]:
        start = _midnight(given["from_on"])
        rows = rows.filter(at__gte=start, pk__gte=_first_since(start))
    if given["to_on"]:
        rows = rows.filter(at__lt=_midnight(given["to_on"] + _DAY))
    return rows


def _first_since(start: datetime.datetime) -> int:
    """The lowest key from that day on. Keys grow with time, so that a search for words reads no older rows."""
    since = AccessLog.objects.filter(at__gte=start).order_by("at").values_list("at", flat=True).first()
    if since is None:
        return 0
    return AccessLog.objects.filter(at__gte=since, at__lt=since + _DAY).aggregate(first=Min("pk"))["first"] or 0


def asked_for(query: QueryDict) -> TraceForm:
    """The filter as asked; without a first day the last thirty days: the whole log may have many millions of rows."""
    given = query.copy()
    given.setdefault("from_on", (timezone.localdate() - _WINDOW).isoformat())
    return TraceForm(given)


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


@require_safe
@needs(Act.AUDIT)
def traces(request: Request) -> HttpResponse:
    form = asked_for(request.GET)
    rows, following = keyset.page(filtered(visible_traces(request.actor), form), request.GET)
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = {"form": form, "traces": rows, "next": following, "query": request.GET.urlencode(), "asked": asked}
    if request.htmx and "before" in request.GET:
        return render(request, "accounts/_traces.html", context)
    return render(request, "accounts/traces.html", context)


def _in_words(form: TraceForm) -> str:
    """The filter as the page asks it: 谁：陈志强；做什么：导出."""
    given = form.cleaned_data if form.is_valid() else {}
    kinds = dict(AccessKind.choices)
    return "；".join(f"{form.fields[name].label}：{kinds.get(value, value)}" for name, value in given.items() if value)


class _Line:
    """A file for csv.writer that hands each line on instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def safe(value: object) -> str:
    """A text that a spreadsheet does not take for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def lines(rows: QuerySet[AccessLog], mark: str) -> Iterator[str]:
    """The log as csv, newest first, line by line; the last line says who took it out."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(HEADS)
    for row in rows.order_by("-pk").iterator(_FETCH):
        cells = (
            row.pk,
            timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M:%S"),
            row.who,
            row.role,
            row.division.full_name if row.division else "",
            row.get_kind_display(),
            access.subject_label(row.subject),
            row.subject_id,
            row.detail,
            row.reason,
            row.rows,
            row.ip,
            row.request_id,
        )
        yield writer.writerow([safe(cell) for cell in cells])
    yield writer.writerow([mark])


@require_safe
@needs(Act.AUDIT)
def export(request: Request) -> StreamingHttpResponse:
    """The filtered log as csv. The export is recorded before the first byte leaves; it is not part of itself."""
    form = asked_for(request.GET)
    found = filtered(visible_traces(request.actor), form)
    newest = found.order_by("-pk").values_list("pk", flat=True).first() or 0
    found = found.filter(pk__lte=newest)
    trace = access.record(
        request.actor, AccessKind.EXPORT, "accounts.accesslog", rows=found.count(), detail=_in_words(form)
    )
    now = timezone.localtime()
    mark = f"由 {request.actor.user}（{request.user.username}）于 {now:%Y-%m-%d %H:%M} 导出，留痕编号 {trace.pk}"
    response = StreamingHttpResponse(lines(found, mark), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="traces-{now:%Y%m%d-%H%M}.csv"'
    return response
