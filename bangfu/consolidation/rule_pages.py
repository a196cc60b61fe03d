"""Pages of the rules of the screening (1.1): how often each rule or channel was right, and the clues behind every figure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request
from bangfu.consolidation import precision
from bangfu.consolidation import screening_store as stores
from bangfu.consolidation.clues import CHANNELS
from bangfu.consolidation.warning_pages import clue_ledger, clue_scope
from bangfu.divisions.scope import Scope
from bangfu.kernel import dates
from bangfu.lawbook import parameters
from bangfu.policy.code_lists import code_list
from bangfu.policy.guideline import UnknownParameter
from bangfu.policy.parameter import ParameterMissing
from bangfu.screening.rulebook import Rule

SHOWN = 50
_PLACE = re.compile(r"\{(\w+)\}")


def _scope(request: Request) -> Scope:
    scope = clue_scope(request)
    return scope.intersect(Scope.of([request.actor.place])) if request.actor.place else scope


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
    known = precision.records(scope)
    empty = precision.Record(0, 0, 0)
    says = _sentences(scope)
    rules = [(rule, says(rule), known.get(rule.code, empty)) for rule in stores.book().rules if not rule.is_flag]
    channels = [
        (code, known[name])
        for code in code_list(CHANNELS).codes
        if (name := f"{precision.CHANNEL}{code.value}") in known
    ]
    flags = [(rule, says(rule)) for rule in stores.book().rules if rule.is_flag]
    context = {"ledger": clue_ledger(), "rules": rules, "channels": channels, "flags": flags}
    return render(request, "consolidation/rules.html", context)


@require_GET
def rule_page(request: Request, code: str) -> HttpResponse:
    """The clues behind one figure of one rule, the newest first."""
    scope = _scope(request)
    rule = next((rule for rule in stores.book().rules if rule.code == code), None)
    if rule is None:
        raise Http404("没有这条规则")
    told = {"title": f"{rule.code} {rule.title}", "rule": rule, "says": _sentences(scope)(rule)}
    return _clues_of(request, scope, code, told)


@require_GET
def channel_page(request: Request, channel: str) -> HttpResponse:
    """The clues behind one figure of a channel: what people reported, without a rule."""
    label = next((code.label for code in code_list(CHANNELS).codes if code.value == channel), None)
    if label is None:
        raise Http404("没有这个来源")
    return _clues_of(request, _scope(request), f"{precision.CHANNEL}{channel}", {"title": label})


def _clues_of(request: Request, scope: Scope, source: str, told: dict[str, Any]) -> HttpResponse:
    record = precision.records(scope).get(source, precision.Record(0, 0, 0))
    fate = request.GET.get("fate", "")
    fate = fate if fate in precision.FATES else precision.BROUGHT
    rows = precision.clues(scope, source, fate)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.select_related("household", "village", "case").order_by("-pk")[: SHOWN + 1])
    context = told | {
        "ledger": clue_ledger(), "record": record, "rows": found[:SHOWN], "fate": fate,
        "figures": [(name, label, getattr(record, name)) for name, label in precision.FATES.items()],
        "next": urlencode({"fate": fate, "before": str(found[SHOWN - 1].pk)}) if len(found) > SHOWN else "",
    }  # fmt: skip
    return render(request, "consolidation/rule.html", context)
