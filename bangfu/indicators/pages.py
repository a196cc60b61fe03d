"""Pages of the indicators: the board of a place, one indicator with its definition and the places below, the workbook."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division
from bangfu.indicators import board, describing, figures, spans, workbook
from bangfu.indicators.counting import View
from bangfu.indicators.spans import CYCLES, UP_TO, Span
from bangfu.indicators.tallies import Reckoning
from bangfu.kernel import dates
from bangfu.kernel.codes import Level
from bangfu.lawbook.parameters import Snapshot
from bangfu.ledger import registry
from bangfu.policy import guideline
from bangfu.policy.indicator import Indicator
from bangfu.policy.parameter import ParameterMissing


@require_GET
def indicators(request: Request) -> HttpResponse:
    view, span, reckoning = _asked(request)
    found = board.of_place(view, span, reckoning)
    return render(request, "indicators/board.html", _context(request, view, span) | {"board": found})


@require_GET
def one(request: Request, code: str) -> HttpResponse:
    view, span, reckoning = _asked(request)
    indicator = guideline.in_force(span.period.last).indicators.get(code)
    if indicator is None or not figures.seen(view, [indicator]):
        raise Http404("没有这个指标，或它出自您不能查看的台账")
    context = _context(request, view, span)
    found, lines = (
        figures.reckon(view, [indicator], span, reckoning),
        list(board.below(view, indicator, span, reckoning)),
    )
    division = context["division"]
    context |= {
        "indicator": indicator,
        "figure": found.of(indicator),
        "as_of": found.as_of,
        "lines": lines,
        "bars": board.ranked(lines),
        "definition": _definition(indicator),
        "standards": list(_standards(indicator, span, view.place)),
        "layer": "city" if division and division.level == Level.PROVINCE else "county",
        "has_map": division and division.level < Level.COUNTY,
    }
    return render(request, "indicators/one.html", context)


@require_GET
def export(request: Request) -> HttpResponse:
    """The board as a workbook: what the person sees, each number with numerator and denominator."""
    view, span, reckoning = _asked(request)
    if not request.actor.may(Act.EXPORT):
        raise PermissionDenied("您的角色不能导出")
    place = Division.objects.filter(pk=view.place).first() if view.place else None
    found = board.of_place(view, span, reckoning)
    return workbook.of_board(request.actor, found, span, place.full_name or place.label if place else "我能查看的范围")


def _asked(request: Request) -> tuple[View, Span, Reckoning]:
    if not request.actor.may(Act.READ):
        raise PermissionDenied("您的角色不能查看指标")
    today = dates.today()
    return board.view_of(request.actor, request.GET), spans.asked(request.GET, today), Reckoning(today)


def _context(request: Request, view: View, span: Span) -> dict[str, Any]:
    earlier, later = spans.neighbours(span, dates.today())
    kept = _query(request.GET, "cycle", "day")
    unit = board.unit_of(view)
    return {
        "span": span,
        "earlier": _with(kept, earlier.query),
        "later": _with(kept, later.query) if later else "",
        "cycles": [(label, _with(kept, _of_cycle(span, word)), word == span.word) for word, label in _cycles()],
        "query": _with(kept, span.query),
        "unit": unit,
        "without_unit": _with(_query(request.GET, "unit"), {}),
        "division": Division.objects.filter(pk=view.place).first() if view.place else None,
        "today": dates.today(),
    }


def _cycles() -> list[tuple[str, str]]:
    return [(cycle.value if cycle else UP_TO, label) for cycle, label in CYCLES.items()]


def _of_cycle(span: Span, word: str) -> dict[str, str]:
    day = min(span.period.last, dates.today())
    return {"cycle": word, "day": day.isoformat()}


def _query(params: QueryDict, *without: str) -> dict[str, str]:
    return {name: str(value) for name, value in params.items() if name not in without}


def _with(kept: dict[str, str], more: dict[str, str]) -> str:
    return urlencode(kept | more)


def _definition(indicator: Indicator) -> list[tuple[str, str, str]]:
    """(part, in words, the address of the ledger)."""
    parts = [
        ("分子" if indicator.over else "算法", indicator.top),
        *([("分母", indicator.over)] if indicator.over else []),
    ]
    found = []
    for name, tally in parts:
        ledger = registry.get(tally.ledger)
        found.append((name, describing.tally(tally), ledger.url() if ledger else ""))
    return found


def _standards(indicator: Indicator, span: Span, place: int | None) -> list[tuple[str, str, str, str]]:
    """(code, label, value, source) of the parameters it asks, as they stand in the place."""
    if not indicator.parameters:
        return []
    law, values, found = guideline.in_force(span.period.last), Snapshot.take(), []
    for code in indicator.parameters:
        parameter = law.parameter(code)
        try:
            value = values.at(code, min(span.period.last, dates.today()), place or parameter.home)
            found.append((parameter.article, parameter.label, str(value), value.source))
        except ParameterMissing as error:
            found.append((parameter.article, parameter.label, "没有", str(error)))
    return found
