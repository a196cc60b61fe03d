"""The pages of complete screening (1.1): rounds of a place, coverage by village, who was not visited, and the village's own
list on a phone: look at what is known, one more tap when nothing changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act, Role
from bangfu.activities import acts as activities
from bangfu.activities.pages import FACTS, household_or_404
from bangfu.consolidation import coverage
from bangfu.consolidation.round_acts import assign
from bangfu.consolidation.rounds import RoundVillage, ScreeningRound, ScreeningRoundLedger
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.exchange import exports
from bangfu.exchange.extracts import Extract, register_source
from bangfu.kernel import dates
from bangfu.kernel.text import clean
from bangfu.ledger import registry, sheets
from bangfu.ledger.fields import shown
from bangfu.people.models import Household

READERS = ScreeningRoundLedger.read_by
ASSIGNERS = (Role.COUNTY, Role.TOWN)
SOURCE = "round-left"
PER_PAGE = 30


def _round(request: Request, pk: int) -> tuple[ScreeningRound, Scope]:
    """The round and what the viewer sees of it, narrowed to the place chosen."""
    return _seen_round(request.actor, pk, request.actor.place)


def _seen_round(actor: Actor, pk: int, place: int | None, act: Act = Act.READ) -> tuple[ScreeningRound, Scope]:
    if not actor.may(act, READERS):
        raise PermissionDenied("您的角色不能查看集中排查")
    found = ScreeningRound.objects.select_related("county").filter(pk=pk, withdrawn_at=None).first()
    scope = coverage.scope_of(actor, READERS, found, place) if found else Scope.nothing()
    if found is None or not scope:
        raise Http404("没有这一轮排查，或不在您的工作范围内")
    return found, scope


def ledgers(request: Request) -> Mapping[str, Any]:
    return {"ledger": registry.of(ScreeningRound), "may_begin": request.actor.may(Act.EDIT, (Role.COUNTY,))}


@require_GET
@needs(Act.READ)
def rounds_page(request: Request) -> HttpResponse:
    if not request.actor.may(Act.READ, READERS):
        raise PermissionDenied("您的角色不能查看集中排查")
    scope = request.actor.scope(Act.READ, READERS)
    if request.actor.place:
        scope = scope.intersect(Scope.of([request.actor.place]))
    found = list(coverage.rounds_of(scope).select_related("county")[: settings.PAGE_SIZE])
    totals, today = coverage.totals(found, scope), dates.today()
    lines = [(one, *totals.get(one.pk, (0, 0))) for one in found]
    return render(request, "consolidation/rounds.html", {"rounds": lines, "today": today, **ledgers(request)})


@require_GET
@needs(Act.READ)
def coverage_page(request: Request, pk: int) -> HttpResponse:
    found, scope = _round(request, pk)
    parts = coverage.parts(found, scope)
    households, visited = coverage.total(parts)
    context = {
        "round": found, "parts": parts, "households": households, "visited": visited, "left": households - visited,
        "percent": 100 * visited // households if households else 0, "is_villages": bool(parts and parts[0].pk),
        "may_assign": request.actor.may(Act.EDIT, ASSIGNERS), **ledgers(request),
    }  # fmt: skip
    return render(request, "consolidation/coverage.html", context)


@require_POST
@needs(Act.EDIT)
def assign_page(request: Request, pk: int) -> HttpResponse:
    """Who does the villages that were ticked."""
    found, _ = _round(request, pk)
    scope = request.actor.scope(Act.EDIT, ASSIGNERS)
    keys = [int(key) for key in request.POST.getlist("part") if key.isdecimal()]
    rows = RoundVillage.objects.filter(scope.q("village"), screening_round=found, pk__in=keys, withdrawn_at=None)
    responsible = clean(request.POST.get("responsible", ""))[:80]
    if not rows or not responsible:
        messages.error(request, "请勾选村，并填写负责人姓名")
    else:
        number = assign(rows, responsible=responsible, by=request.actor)
        messages.success(request, f"已指定 {number} 个村的负责人：{responsible}")
    return redirect("consolidation:coverage", pk=pk)


@require_GET
@needs(Act.READ)
def left_page(request: Request, pk: int) -> HttpResponse:
    """By name, who was not visited yet."""
    found, scope = _round(request, pk)
    after = coverage.key_of(request.GET.get("after", ""))
    rows, following = coverage.left_page(found, scope, after, PER_PAGE)
    context = {
        "round": found, "rows": rows, "next": f"after={following}" if following else "",
        "may_export": request.actor.may(Act.EXPORT, READERS), **ledgers(request),
    }  # fmt: skip
    template = "consolidation/_left.html" if request.htmx and after else "consolidation/left.html"
    return render(request, template, context)


def extract(actor: Actor, params: Mapping[str, Any], unmasked: bool) -> Extract:
    """The named list as a workbook; masked always, since a visit asks for no number."""
    households = registry.of(Household)
    assert households
    if unmasked:
        raise PermissionDenied("未走访名单只导出脱敏的号码")
    found, scope = _seen_round(actor, params["round"], params["place"], Act.EXPORT)
    names = ("village", "natural_village", "group_name", "household_no", "head_name", "member_count", "phone")
    columns = tuple(sheets.column(households, name) for name in names)
    rows = coverage.left_over(found, scope)
    return Extract(f"{found}未走访名单", rows, columns, place="village", subject=households.slug)


register_source(SOURCE, extract)


@require_POST
@needs(Act.EXPORT)
def export_left(request: Request, pk: int) -> HttpResponseBase:
    _round(request, pk)
    return exports.deliver(request, SOURCE, {"round": pk, "place": request.actor.place})


@require_GET
@needs(Act.EDIT)
def village_page(request: Request, pk: int, code: int) -> HttpResponse:
    """The village's own list: what is known of each household not yet visited, to be looked at on the spot."""
    found, scope = _seen_round(request.actor, pk, None, Act.EDIT)
    village = Division.objects.filter(code=code).first()
    share = RoundVillage.objects.filter(screening_round=found, village=code, withdrawn_at=None).first()
    if village is None or share is None or code not in scope:
        raise Http404("这个村不在这一轮排查里，或不在您的工作范围内")
    after = coverage.key_of(request.GET.get("after", ""))
    rows, following = coverage.left_page(found, Scope.of([code]), after, PER_PAGE)
    context = {
        "round": found, "village": village, "share": share, "cards": [_known(row) for row in rows],
        "next": f"after={following}" if following else "", "is_running": found.from_on <= dates.today() <= found.to_on,
        "here": reverse("consolidation:round-village", args=[pk, code]), **ledgers(request),
    }  # fmt: skip
    template = "consolidation/_village.html" if request.htmx and after else "consolidation/village.html"
    return render(request, template, context)


def _known(household: Household) -> tuple[Household, list[tuple[str, str]]]:
    ledger = registry.of(Household)
    assert ledger
    items = [shown(ledger, name) for name in FACTS]
    return household, [(item.label, item.text(household)) for item in items if getattr(household, item.name)]


@require_POST
@needs(Act.EDIT)
def unchanged(request: Request, pk: int, household: int) -> HttpResponse:
    """The second tap: visited today, nothing changed. Pressed twice it is one visit."""
    found, _ = _seen_round(request.actor, pk, None, Act.EDIT)
    visited, today = household_or_404(request, household), dates.today()
    target = reverse("consolidation:round-village", args=[pk, visited.village_id])
    if not found.from_on <= today <= found.to_on:
        messages.error(request, f"这一轮排查是 {found.from_on} 至 {found.to_on}，今天的走访请在农户页面登记")
        return redirect(target)
    seen = Household.objects.filter(coverage.seen(found), pk=visited.pk).exists()
    if not seen:
        activities.record_unchanged(visited, by=request.actor, at=today)
    if request.htmx:
        return render(request, "consolidation/_ticked.html", {"household": visited})
    return redirect(target)
