"""规模性返贫预警 (1.1): the board of the places that rise, their past twelve months, and the responses that came of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.consolidation import early_warning, response_acts, warning_levels
from bangfu.consolidation.clue_ledger import ClueLedger
from bangfu.consolidation.clues import Clue
from bangfu.consolidation.contingency import ContingencyTask
from bangfu.consolidation.early_warning import TONES, Colour, county_of
from bangfu.consolidation.response_doers import CLOSERS, may_finish
from bangfu.consolidation.response_tasks import ResponseTask
from bangfu.consolidation.warning_responses import WarningResponse
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes, dates
from bangfu.kernel.codes import SPANS, Level
from bangfu.kernel.text import clean
from bangfu.lawbook import parameters
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger

LONGEST = 200


def clue_ledger() -> ClueLedger:
    found = registry.of(Clue)
    assert isinstance(found, ClueLedger)
    return found


def clue_scope(request: Request) -> Scope:
    if not clue_ledger().may(request.actor, Act.READ):
        raise PermissionDenied("您的角色不能查看线索")
    return request.actor.scope(Act.READ, clue_ledger().readers())


def _ledger(model: type[Any]) -> Ledger:
    found = registry.of(model)
    assert found
    return found


@require_GET
def warning_page(request: Request) -> HttpResponse:
    """Towns of a county or villages of a town, by how much more there is than usual."""
    scope = clue_scope(request)
    wanted = request.GET.get("at", "")
    asked = int(wanted) if wanted.isdecimal() and len(wanted) == 12 else request.actor.place
    place, today = _place(scope, asked), dates.today()
    context = {
        "ledger": clue_ledger(), "at": place, "counties": _counties(scope), "today": today,
        "towns": bool(place and place.level < Level.TOWN),
    }  # fmt: skip
    return render(request, "consolidation/warning.html", context | (_told(request, place, today) if place else {}))


def _told(request: Request, place: Division, today: date) -> dict[str, Any]:
    lines = early_warning.board(place.pk, today)
    past = warning_levels.past([place.pk, *(line.place.pk for line in lines)], today)
    running = _running(place)
    may_begin = place.pk in request.actor.scope(Act.EDIT, CLOSERS)
    alarms = [colour for colour in Colour if colour not in (Colour.NONE, Colour.UNKNOWN)]
    has_plan = ContingencyTask.objects.filter(county=county_of(place.pk), withdrawn_at=None).exists()
    rows = [
        {
            "line": line, "tone": TONES[line.colour], "url": _clues_of(line, today), "past": past[line.place.pk],
            "response": running.get(line.place.pk),
            "may_begin": may_begin and line.colour in alarms and line.place.pk not in running,
        }
        for line in lines
    ]  # fmt: skip
    return {
        "lines": rows, "past": past[place.pk], "running": list(running.values()),
        "limits": early_warning.Limits.on(today, place.pk, parameters.Snapshot.take()),
        "red": sum(line.colour == Colour.RED for line in lines),
        "is_unknown": bool(lines) and all(line.colour == Colour.UNKNOWN for line in lines),
        "has_plan": has_plan, "may_plan": may_begin, "plan_url": _plan_url(request, place, has_plan),
        "may_keep": may_begin, "responses_url": _ledger(WarningResponse).url(),
    }  # fmt: skip


def _running(place: Division) -> dict[int, WarningResponse]:
    """Of the place and below, with how many tasks there are and how many are done."""
    low, high = codes.bounds(place.pk)
    rows = WarningResponse.objects.filter(place__gte=low, place__lte=high, state="running", withdrawn_at=None)
    rows = rows.annotate(number=Count("tasks"), done=Count("tasks__done_on")).select_related("place")
    return {row.place_id: row for row in rows.order_by("place")}


def _plan_url(request: Request, place: Division, has_plan: bool) -> str:
    ledger = _ledger(ContingencyTask)
    if not ledger.may(request.actor, Act.READ):
        return ""
    return ledger.url() if has_plan else f"{ledger.url('new')}?{urlencode({'county': county_of(place.pk)})}"


def _place(scope: Scope, asked: int | None) -> Division | None:
    """The place asked for, as far as it is the person's; else where the person works, when that is one county or less."""
    found = [low for low, _ in (scope.intersect(Scope.of([asked])) if asked else scope).ranges]
    if asked and not found:
        raise Http404("没有这个地方，或不在您的工作范围内")
    code = found[0] if found else None
    place = Division.objects.filter(code=code).first() if code else None
    if place is None or place.level < Level.CITY:
        return None
    return place


def _counties(scope: Scope) -> list[Division]:
    """To choose from, for those who see several."""
    if all(codes.level_of(low) >= Level.COUNTY for low, _ in scope.ranges):
        return []
    return list(Division.objects.filter(scope.q("code"), level=Level.COUNTY, valid_to=None).order_by("code"))


def _clues_of(line: early_warning.Line, today: date) -> str:
    first = today.replace(day=1)
    query = {"place": line.place.pk, "received_on_after": first, "received_on_before": today}
    return f"{clue_ledger().url()}?{urlencode(query)}"


def _board(code: int) -> str:
    return f"{reverse('consolidation:warning')}?at={code}"


def _above(code: int) -> int:
    """Where the place is a row of the board."""
    return code // SPANS[Level.TOWN] * SPANS[Level.TOWN] if codes.level_of(code) == Level.VILLAGE else county_of(code)


@require_POST
@needs(Act.EDIT)
def keep_again(request: Request) -> HttpResponse:
    """The kept months once more, after records were added or mended."""
    code = request.POST.get("at", "")
    place = Division.objects.filter(code=int(code)).first() if code.isdecimal() and len(code) == 12 else None
    if place is None or place.pk not in request.actor.scope(Act.EDIT, CLOSERS):
        raise PermissionDenied("过去的等级由县（市、区）重算")
    warning_levels.keep_again(place.pk // SPANS[Level.CITY] * SPANS[Level.CITY], dates.today())
    messages.success(request, f"已按现有记录重算过去 {warning_levels.MONTHS} 个月的等级")
    return redirect(_board(place.pk))


@require_POST
@needs(Act.EDIT)
def begin(request: Request, code: int) -> HttpResponse:
    """The county does not wait for the night, or takes a yellow place seriously."""
    place = Division.objects.filter(code=code).first()
    if place is None or code not in request.actor.scope(Act.EDIT, CLOSERS):
        raise Http404("没有这个地方，或不在您的工作范围内")
    today = dates.today()
    line = next((line for line in early_warning.board(_above(code), today) if line.place.pk == code), None)
    if line is None or line.colour in (Colour.NONE, Colour.UNKNOWN):
        messages.warning(request, f"{place}现在没有预警，不用启动响应")
        return redirect(_board(_above(code)))
    try:
        made = response_acts.begin(place, line.colour, line.ground, by=request.actor, on=today)
    except response_acts.Refused as refused:
        messages.warning(request, str(refused))
        return redirect(_board(_above(code)))
    messages.success(request, f"已启动{made}，任务已进入各级的待办")
    return redirect(_ledger(WarningResponse).record_url(made.pk))


@require_POST
@needs(Act.EDIT)
def finish(request: Request, pk: int) -> HttpResponse:
    """A task is done: by whom and with what result."""
    task = _ledger(ResponseTask).visible_to(request.actor).filter(pk=pk, withdrawn_at=None).first()
    if not isinstance(task, ResponseTask):
        raise Http404("没有这项任务，或不在您的工作范围内")
    if not may_finish(request.actor, task):
        raise PermissionDenied(f"这项任务由{task.get_role_display()}做，由它或县级登记完成")
    result, today = clean(request.POST.get("result", ""))[:LONGEST], dates.today()
    if not result:
        messages.error(request, "请写明做了什么、结果怎样")
    elif response_acts.finish(task, result=result, on=today, by=request.actor):
        messages.success(request, "已登记完成")
    else:
        messages.warning(request, "刚刚已有人登记，或响应已经结束")
    return redirect(_ledger(WarningResponse).record_url(task.response_id))


@require_POST
@needs(Act.EDIT)
def end(request: Request, pk: int) -> HttpResponse:
    found = _ledger(WarningResponse).visible_to(request.actor).filter(pk=pk, withdrawn_at=None).first()
    if not isinstance(found, WarningResponse):
        raise Http404("没有这个响应，或不在您的工作范围内")
    if found.place_id not in request.actor.scope(Act.EDIT, CLOSERS):
        raise PermissionDenied("响应由县（市、区）结束")
    reason = clean(request.POST.get("reason", ""))[:LONGEST]
    if not reason:
        messages.error(request, "请写明结束响应的原因")
    elif response_acts.end(found, reason=reason, on=dates.today(), by=request.actor):
        messages.success(request, "响应已结束")
    else:
        messages.warning(request, "响应刚刚已经结束")
    return redirect(_ledger(WarningResponse).record_url(pk))
