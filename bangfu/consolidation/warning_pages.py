"""Pages that look at clues as a whole (1.1): where they rise, and how often each rule of the screening was right."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act
from bangfu.consolidation import early_warning, precision
from bangfu.consolidation import screening_store as stores
from bangfu.consolidation.clue_ledger import ClueLedger
from bangfu.consolidation.clues import CHANNELS, Clue
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes, dates
from bangfu.kernel.codes import Level
from bangfu.lawbook import parameters
from bangfu.ledger import registry
from bangfu.policy.code_lists import code_list
from bangfu.policy.guideline import UnknownParameter
from bangfu.policy.parameter import ParameterMissing
from bangfu.screening.rulebook import Rule

SHOWN = 50
_PLACE = re.compile(r"\{(\w+)\}")


def _ledger() -> ClueLedger:
    found = registry.of(Clue)
    assert isinstance(found, ClueLedger)
    return found


def _scope(request: Request) -> Scope:
    if not _ledger().may(request.actor, Act.READ):
        raise PermissionDenied("您的角色不能查看线索")
    return request.actor.scope(Act.READ, _ledger().readers())


@require_GET
def warning_page(request: Request) -> HttpResponse:
    """Towns of a county or villages of a town, by how much more there is than usual."""
    scope = _scope(request)
    wanted = request.GET.get("at", "")
    asked = int(wanted) if wanted.isdecimal() and len(wanted) == 12 else request.actor.place
    place = _place(scope, asked)
    today = dates.today()
    lines = early_warning.board(place.pk, today) if place else []
    context = {
        "ledger": _ledger(), "at": place, "lines": [(line, _clues_of(line, today)) for line in lines], "today": today,
        "limits": early_warning.Limits.on(today, place.pk) if place else None,
        "towns": bool(place and place.level < Level.TOWN), "counties": _counties(scope),
        "red": sum(line.colour == early_warning.Colour.RED for line in lines),
        "orange": sum(line.colour == early_warning.Colour.ORANGE for line in lines),
    }  # fmt: skip
    return render(request, "consolidation/warning.html", context)


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


def _clues_of(line: early_warning.Line, today: Any) -> str:
    first = today.replace(day=1)
    query = {"place": line.place.pk, "received_on_after": first, "received_on_before": today}
    return f"{_ledger().url()}?{urlencode(query)}"


def _sentences(scope: Scope) -> Callable[[Rule], str]:
    """Rules as the village reads them: parameters with their value of today in the place, … for what differs by household."""
    county = scope.ranges[0][0] // 10**6 * 10**6 if scope.ranges else None
    known, today = parameters.Snapshot.take(), dates.today()

    def word(found: re.Match[str]) -> str:
        try:
            return str(known.at(found[1], today, county).value)
        except (UnknownParameter, ParameterMissing):
            return "…"

    return lambda rule: _PLACE.sub(word, rule.says)


@require_GET
def rules_page(request: Request) -> HttpResponse:
    """Every rule with its ground, and what became of the clues it brought here."""
    scope = _scope(request)
    if request.actor.place:
        scope = scope.intersect(Scope.of([request.actor.place]))
    known = precision.records(scope)
    empty = precision.Record(0, 0, 0)
    says = _sentences(scope)
    rules = [(rule, says(rule), known.get(rule.code, empty)) for rule in stores.book().rules if not rule.is_flag]
    channels = [
        (code.label, known[name])
        for code in code_list(CHANNELS).codes
        if (name := f"{precision.CHANNEL}{code.value}") in known
    ]
    flags = [(rule, says(rule)) for rule in stores.book().rules if rule.is_flag]
    context = {"ledger": _ledger(), "rules": rules, "channels": channels, "flags": flags}
    return render(request, "consolidation/rules.html", context)


@require_GET
def rule_page(request: Request, code: str) -> HttpResponse:
    """The clues behind the figures of one rule, the newest first."""
    scope = _scope(request)
    rule = next((rule for rule in stores.book().rules if rule.code == code), None)
    if rule is None:
        raise Http404("没有这条规则")
    if request.actor.place:
        scope = scope.intersect(Scope.of([request.actor.place]))
    rows = Clue.objects.filter(scope.q("village"), reasons__contains=[{"rule": code}], withdrawn_at=None)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.select_related("household", "village", "case").order_by("-pk")[: SHOWN + 1])
    record = precision.records(scope).get(code, precision.Record(0, 0, 0))
    context = {
        "ledger": _ledger(), "rule": rule, "says": _sentences(scope)(rule), "record": record, "rows": found[:SHOWN],
        "next": f"before={found[SHOWN - 1].pk}" if len(found) > SHOWN else "",
    }  # fmt: skip
    return render(request, "consolidation/rule.html", context)
