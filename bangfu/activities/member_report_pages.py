"""The page of a report to a sending unit: choose unit and period, look, add a remark, send; or take it as a Word file."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bangfu.accounts.http import Request, needs
from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Act
from bangfu.activities import acts, member_report
from bangfu.activities.diary_pages import Chosen
from bangfu.exchange import documents
from bangfu.kernel import dates
from bangfu.kernel.periods import Cycle, Period
from bangfu.kernel.text import clean_prose
from bangfu.ledger import registry
from bangfu.units.team import Team

REMARK = 300


@require_http_methods(["GET", "POST"])
@needs(Act.READ)
def report_page(request: Request, pk: int) -> HttpResponse:
    ledger = registry.of(Team)
    assert ledger
    team = ledger.visible_to(request.actor).select_related("town", "group").filter(pk=pk, withdrawn_at=None).first()
    if team is None:
        raise Http404("没有这支工作队，或不在您的工作范围内")
    period = _period(request)
    units = member_report.units_of(team, period.first, period.last, request.actor)
    unit = _unit(request, units)
    may_send = member_report.may_send(team, request.actor)
    if request.method == "POST" and unit:
        if not may_send:
            raise Http404("通报由本队队长发出")
        return _send(request, team, unit, period)
    drawn = member_report.drawn(team, unit, period.first, period.last, request.actor) if unit else []
    own = member_report.of_unit(team, unit, period.first, period.last, request.actor) if unit else []
    if unit and request.GET.get("as") == "docx":
        paper = member_report.document(team, unit, period.first, period.last, drawn, own, {}, str(request.user))
        name = f"{member_report.title_of(team, period.first, period.last)}（{unit}）.docx"
        return documents.sent(paper, documents.WORD, name)
    sent = member_report.sent_before(team, unit, period.first, period.last) if unit else None
    context = {
        "team": team, "unit": unit, "units": units, "period": period, "periods": _periods(), "drawn": drawn, "own": own, "sent": sent,
        "sent_url": acts.ledger().record_url(sent.pk) if sent else "", "may_send": may_send and not sent,
        "client_uuid": uuid4(), "remark_length": REMARK,
    }  # fmt: skip
    return render(request, "activities/member_report.html", context)


def _period(request: Request) -> Period:
    """?first=&last=, else the half-year."""
    form = Chosen(request.GET)
    if form.is_valid():
        return Period(form.cleaned_data["first"], form.cleaned_data["last"], "")
    if "first" in request.GET:
        messages.error(request, "时段没有看懂，已换成本半年：起止日期写成 2026-07-01，不超过一年")
    return Cycle.HALF_YEAR.of(dates.today())


def _periods() -> list[Period]:
    today = dates.today()
    return [cycle.of(today) for cycle in (Cycle.QUARTER, Cycle.HALF_YEAR, Cycle.YEAR)] + [
        Cycle.HALF_YEAR.before(Cycle.HALF_YEAR.of(today))
    ]


def _unit(request: Request, units: list[Unit]) -> Unit | None:
    asked = request.GET.get("unit", "")
    found = next((each for each in units if str(each.pk) == asked), None)
    return found or (units[0] if len(units) == 1 else None)


def _send(request: Request, team: Team, unit: Unit, period: Period) -> HttpResponse:
    remarks = {
        int(name.removeprefix("remark_")): clean_prose(text)[:REMARK]
        for name, text in request.POST.items()
        if name.startswith("remark_") and name.removeprefix("remark_").isdecimal()
    }
    try:
        client_uuid: UUID | None = UUID(request.POST.get("client_uuid", ""))
    except ValueError:
        client_uuid = None
    made = member_report.send(
        team, unit, period.first, period.last, remarks, by=request.actor, on=dates.today(), client_uuid=client_uuid
    )
    messages.success(request, f"已向{unit}通报；单位联络员可以看到，计入每名队员的通报次数")
    return redirect(acts.ledger().record_url(made.pk))
