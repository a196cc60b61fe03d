"""Where the village moves a case on (3.4)."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.kernel import dates
from bangfu.kernel.dates import parse_date
from bangfu.kernel.text import clean_prose
from bangfu.ledger.acts import Overtaken
from bangfu.services.lists import acts

OVERTAKEN = "刚刚有人改动了这一件，请看过再办"


@require_POST
@needs(Act.EDIT)
def move(request: Request, pk: int) -> HttpResponse:
    """The next step was done, or (`stop`) the case ends here."""
    ledger = acts.ledger()
    case = (
        ledger.visible_to(request.actor, Act.EDIT).select_related("list_item").filter(pk=pk, withdrawn_at=None).first()
    )
    if case is None:
        raise Http404("没有这一件，或不在您的范围内")
    try:
        if "stop" in request.POST:
            acts.stop(case, reason=clean_prose(request.POST.get("reason", ""))[:200], by=request.actor)
        else:
            acts.tick(
                case, step=_number(request.POST.get("step", "")), on=_day(request.POST.get("on", "")), by=request.actor
            )
    except acts.Refused as error:
        messages.error(request, str(error))
    except Overtaken:
        messages.error(request, OVERTAKEN)
    return redirect(ledger.record_url(pk))


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 3:
        raise acts.Refused("请按步骤的先后登记")
    return int(text)


def _day(text: str) -> date:
    try:
        return parse_date(text) if text else dates.today()
    except ValueError as error:
        raise acts.Refused("请填日期，如 2026-03-05") from error
