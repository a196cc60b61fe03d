"""积分公示 (3.4) for everybody, without log-in and without JavaScript: what a village has published, names covered; an
objection from there waits for those who judge."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bangfu.accounts.http import Request
from bangfu.accounts.origin import address
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.kernel.codes import Level
from bangfu.kernel.text import clean
from bangfu.lawbook import parameters
from bangfu.notices import redactor
from bangfu.notices.open_limits import is_too_often
from bangfu.notices.open_pages import asked, framed, open_page
from bangfu.services.points import objection_acts
from bangfu.services.points.application_acts import Refused
from bangfu.services.points.points_application import PointsApplication

SHOWN = 60
#: objections in a day: from one address (a village shares one of the mobile network), against one line
MOST = {"points_objector": 30, "points_line": 10}
TOO_OFTEN = "今天提的异议太多了，请明天再提，或直接到村委会"


class ObjectionForm(forms.Form):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    content = forms.CharField(label="哪里不对", max_length=300, widget=forms.Textarea(attrs={"rows": 4}))
    phone = forms.RegexField(
        r"^1\d{10}$", label="手机号", required=False, help_text="可以不填；只有核实的人看得到",
        error_messages={"invalid": "请填 11 位手机号，或不填"},
    )  # fmt: skip
    website = forms.CharField(required=False)

    def clean_content(self) -> str:
        content = clean(self.cleaned_data["content"])
        if not content:
            raise forms.ValidationError("请写明哪里不对，例如：那天他没有参加")
        return content


def watched(code: int = 0) -> Sequence[type[Model]]:
    return (PointsApplication,)


def published(village: int, on: date) -> QuerySet[PointsApplication]:
    """What a visitor may read on that day; it vanishes when its days are over."""
    rows = PointsApplication.objects.filter(
        village=village, state=PointsApplication.State.PUBLISHED, objection_until__gte=on, withdrawn_at=None
    )
    return rows.select_related("household", "points_rule").order_by("-pk")


def _line(row: PointsApplication, style: str) -> dict[str, Any]:
    """All that is said of a row: no number, no phone, no proof, and of the name as much as notices show."""
    assert row.points_rule
    try:
        item = redactor.check(row.item)
    except redactor.PrivateData:
        item = row.points_rule.get_topic_display()
    return {
        "pk": row.pk, "name": redactor.masked_name(row.household.head_name, style), "item": item, "times": row.times,
        "points": row.granted_points, "happened_on": row.happened_on, "until": row.objection_until,
    }  # fmt: skip


def _style(village: int, on: date) -> str:
    return str(parameters.value("notice_name_style", on, village))


@open_page(watched)
def list_page(request: HttpRequest, code: int = 0) -> tuple[str, dict[str, Any]]:
    """Of a village its list; from the cities down to it, links."""
    here, today = Division.objects.filter(code=code, valid_to=None).first() if code else None, dates.today()
    if code and here is None:
        raise Http404("没有这个地方")
    if here is None or here.level < Level.VILLAGE:
        places = Division.objects.filter(valid_to=None).order_by("code")
        places = places.filter(parent=here) if here else places.filter(level=Level.CITY)
        return "services/points_list.html", {"here": here, "places": list(places)}
    rows, after = published(here.pk, today), asked(request, "after")
    if after.isdecimal():
        rows = rows.filter(pk__lt=min(int(after), 2**63 - 1))
    found, style = list(rows[: SHOWN + 1]), _style(here.pk, today)
    return "services/points_list.html", {
        "here": here, "is_village": True, "lines": [_line(row, style) for row in found[:SHOWN]],
        "next": f"?after={found[SHOWN - 1].pk}" if len(found) > SHOWN else "",
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
@never_cache
@login_not_required
def object_page(request: Request, code: int, pk: int) -> HttpResponse:
    today = dates.today()
    row = published(code, today).filter(pk=pk).first()
    if row is None:
        raise Http404("这一条不在公示，或公示期已经满了")
    sent = request.POST if request.method == "POST" else None
    form = ObjectionForm(sent, initial={"client_uuid": uuid.uuid4()})
    if sent is not None and form.is_valid():
        data = form.cleaned_data
        if not data["website"]:  # a program: it gets what everybody gets, and nothing is kept
            if is_too_often(MOST, points_objector=address(request) or "", points_line=str(row.pk)):
                return _page(request, row, form, 429, trouble=TOO_OFTEN)
            try:
                objection_acts.receive(row, data["content"], data["phone"], key=data["client_uuid"], on=today)
            except Refused as error:
                return _page(request, row, form, 422, trouble=str(error))
        return redirect(f"{reverse('points:object', args=[code, pk])}?done=1")
    return _page(request, row, form, 422 if form.errors else 200)


def _page(
    request: Request, row: PointsApplication, form: ObjectionForm, status: int, trouble: str = ""
) -> HttpResponse:
    village = Division.objects.get(pk=row.village_id)
    context = framed(request) | {
        "village": village, "line": _line(row, _style(village.pk, dates.today())), "form": form, "trouble": trouble,
        "is_done": "done" in request.GET and request.method == "GET",
    }  # fmt: skip
    return render(request, "services/points_object.html", context, status=status)
