"""Working days and holidays: the arrangements on file, and the days that the province's officers add to them."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import dates
from bangfu.kernel.dates import DateError
from bangfu.kernel.text import clean
from bangfu.lawbook import acts, history
from bangfu.lawbook.forms import HolidayForm
from bangfu.lawbook.holidays import plan
from bangfu.lawbook.http import POLICY, Request
from bangfu.lawbook.models import Holiday
from bangfu.lawbook.pages import Span, spans
from bangfu.policy import guideline, holidays

CHANGED = "您查看期间，别人登记了这些日子。请按现在的情况再核对一次"


def _may_arrange(request: Request) -> bool:
    """The days hold for the guideline's whole area, so whoever arranges them answers for all of it."""
    home = guideline.load().division
    return home is not None and home in request.actor.scope(POLICY)


@require_GET
def working_days(request: Request) -> HttpResponse:
    context = {
        "arrangements": [(item, spans(item.days)) for item in reversed(holidays.arrangements())],
        "documents": _registered(),
        "events": history.of_holidays(),
        "may_arrange": _may_arrange(request),
    }
    return render(request, "lawbook/working_days.html", context)


def _registered() -> list[tuple[str, list[Span]]]:
    """By document, the one with the latest days first."""
    rows = Holiday.objects.order_by("document_no", "day")
    groups = [(number, list(group)) for number, group in groupby(rows, key=lambda row: row.document_no)]
    groups.sort(key=lambda group: group[1][-1].day, reverse=True)
    return [(number, spans(group)) for number, group in groups]


@require_http_methods(["GET", "POST"])
def arrange(request: Request) -> HttpResponse:
    """Text of the notice → what would happen → carried out by the second press."""
    if not _may_arrange(request):
        raise PermissionDenied("节假日安排由省级工作人员按国务院办公厅的通知登记")
    form = HolidayForm(request.POST or None, initial={"year": dates.today().year + 1})
    if request.method != "POST" or not form.is_valid():
        return render(request, "lawbook/holiday_form.html", {"form": form}, status=422 if form.errors else 200)
    seen = request.POST.get("seen")
    if request.POST.get("again"):
        return render(request, "lawbook/holiday_form.html", {"form": form})
    if seen is None:
        return render(request, "lawbook/holiday_preview.html", {"form": form, "plan": form.plan})
    return _carry_out(request, form, seen)


def _carry_out(request: Request, form: HolidayForm, seen: str) -> HttpResponse:
    number = form.cleaned_data["document_no"]
    with acts.arranging(request.actor, "arrange"):
        now = plan([line.day for line in form.plan.lines], number)
        if now.mark == seen:
            acts.write_holidays(now.to_write, number)
    if now.mark != seen and now.to_write:
        context = {"form": form, "plan": now, "changed": CHANGED}
        return render(request, "lawbook/holiday_preview.html", context, status=409)
    messages.success(request, f"已登记 {len(now.lines)} 天，期限从现在起按新的安排计算")
    return redirect("lawbook:working_days")


@require_POST
def remove(request: Request) -> HttpResponse:
    if not _may_arrange(request):
        raise PermissionDenied("节假日安排由省级工作人员登记和删除")
    reason = clean(request.POST.get("reason", "").replace("\x00", ""))[:200]
    number = request.POST.get("document_no", "")
    try:
        first, last = (dates.parse_date(request.POST.get(name)) for name in ("first", "last"))
    except DateError as error:
        messages.error(request, str(error))
        return redirect("lawbook:working_days")
    if not reason:
        messages.error(request, "请写明删除的原因，如“通知已改”")
        return redirect("lawbook:working_days")
    removed = acts.remove_holidays(first, last, number.replace("\x00", ""), reason=reason, by=request.actor)
    if removed:
        messages.success(request, f"已删除 {removed} 天，按原来的安排计算")
    else:
        messages.info(request, "这些日子已经不在登记里了")
    return redirect("lawbook:working_days")
