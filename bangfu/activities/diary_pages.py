"""The diary of one person, a month a page; one may add a line."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from bangfu.accounts import access
from bangfu.accounts.http import Request, needs
from bangfu.accounts.models import AccessKind, User
from bangfu.accounts.roles import Act
from bangfu.activities import acts, diary
from bangfu.activities.diary_line import DiaryLine
from bangfu.activities.known import Known
from bangfu.exchange import documents
from bangfu.kernel import dates
from bangfu.kernel.text import clean
from bangfu.ledger import acts as ledger_acts
from bangfu.ledger import registry
from bangfu.people.act_form import Day

#: months outside these years are none of a diary
EARLIEST, LATEST = 2000, 2100


class Chosen(forms.Form):
    """A period of a year at most."""

    first = forms.DateField()
    last = forms.DateField()

    def clean(self) -> dict[str, date]:
        data = super().clean() or {}
        if data.get("first") and data.get("last") and not 0 <= (data["last"] - data["first"]).days <= 366:
            raise forms.ValidationError("时段的止日早于起日，或超过一年")
        return data


class LineForm(forms.Form):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    on = Day(label="日期")
    text = forms.CharField(label="补一句", max_length=500, help_text="已经登记的走访、活动、流程会自己出现，不用再写")


@needs(Act.READ)
def diary_page(request: Request) -> HttpResponse:
    user = _whose(request)
    first = _month(request.GET.get("month", ""))
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    known = Known(request.actor, dates.today())
    may_add = user == request.actor.user and known.place is not None and acts.ledger().may(request.actor, Act.EDIT)
    asked = request.POST if request.method == "POST" else None
    form = LineForm(asked, initial={"on": dates.today(), "client_uuid": uuid4()}) if may_add else None
    if form and form.is_valid():
        _add(request, form, known)
        return redirect(f"{reverse('activities:diary')}?month={form.cleaned_data['on']:%Y-%m}")
    context = {
        "user_shown": user, "days": diary.days(user, request.actor, first, last), "form": form, "first": first,
        "earlier": first - timedelta(days=1), "later": last + timedelta(days=1) if last < dates.today() else None,
        "is_own": user == request.actor.user, "last": last,
    }  # fmt: skip
    return render(request, "activities/diary.html", context, status=422 if form and form.errors else 200)


@require_GET
@needs(Act.READ)
def diary_file(request: Request) -> HttpResponse:
    """?user=&first=&last=&as= → the same days as a Word file or a workbook, of a year at most."""
    user = _whose(request)
    chosen = Chosen(request.GET)
    if not chosen.is_valid():
        raise Http404("请给出起止日期，不超过一年")
    first, last = chosen.cleaned_data["first"], chosen.cleaned_data["last"]
    access.record(request.actor, AccessKind.EXPORT, "diary-lines", detail=f"{user}工作日志 {first} 至 {last}")
    found = sorted(diary.days(user, request.actor, first, last))
    title = f"{user}工作日志（{first} 至 {last}）"
    if request.GET.get("as") == "xlsx":
        rows = [(str(day), entry.kind, entry.text) for day, entries in found for entry in entries]
        book = documents.workbook("工作日志", [("日期", "类别", "内容"), *rows], (12, 16, 80))
        return documents.sent(book, documents.WORKBOOK, f"{title}.xlsx")
    parts = [documents.Part(str(day), [f"{each.kind}：{each.text}" for each in entries]) for day, entries in found]
    paper = documents.word(title, ["由登记的活动、走访和办过的流程自动生成。"], parts)
    return documents.sent(paper, documents.WORD, f"{title}.docx")


def _whose(request: Request) -> User:
    asked = request.GET.get("user", "")
    own = request.actor.user
    user = User.objects.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 12 else own
    if user is None or not diary.may_read(request.actor, user):
        raise Http404("没有这份日志，或不在您的工作范围内")
    return user


def _month(text: str) -> date:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        found = date.min
    return found if EARLIEST <= found.year <= LATEST else dates.today().replace(day=1)


def _add(request: Request, form: LineForm, known: Known) -> None:
    ledger = registry.of(DiaryLine)
    assert ledger and known.place
    values = {
        "on": form.cleaned_data["on"], "text": clean(form.cleaned_data["text"]), "division": known.place,
        "user": request.actor.user, "who": str(request.actor.user)[:40],
    }  # fmt: skip
    client_uuid: UUID | None = form.cleaned_data["client_uuid"]
    ledger_acts.create(ledger, values, by=request.actor, client_uuid=client_uuid)
    messages.success(request, "已补记")
