"""The pages of doubts (1.1): a county's checks and what was not checked, the explanation of one, the check of a household."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q
from django.db.models.functions import Now
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act, Role
from bangfu.consolidation import doubt_checks, doubt_entry
from bangfu.consolidation.doubt_runs import DoubtCheck
from bangfu.consolidation.doubts import Doubt, DoubtLedger
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import dates
from bangfu.kernel.text import clean
from bangfu.ledger import history, registry
from bangfu.ledger.acts import recorded
from bangfu.people.models import Household
from bangfu.screening.doubts import book_on
from bangfu.screening.doubts.rules import Rule

STARTERS, ABOVE = (Role.COUNTY,), (Role.COUNTY, Role.TOWN)
CHECKS = 6
State = Doubt.State
history.ACTS |= {"doubts.explain": "说明疑点", "doubts.reopen": "退回疑点"}


def ledger() -> DoubtLedger:
    found = registry.of(Doubt)
    assert isinstance(found, DoubtLedger)
    return found


def _counties(request: Request) -> list[Division]:
    """Where the person reads doubts, by county."""
    scope = request.actor.scope(Act.READ, ledger().readers())
    if request.actor.place:
        scope = scope.intersect(Scope.of([request.actor.place]))
    found = {low // 10**6 * 10**6 for low, high in scope.ranges if low // 10**6 == high // 10**6}
    return list(Division.objects.filter(code__in=found).order_by("code"))


@require_GET
def doubts_page(request: Request) -> HttpResponse:
    """Open doubts by rule, the last checks, and the rules that could not be checked."""
    if not ledger().may(request.actor, Act.READ):
        raise PermissionDenied("您的角色不能查看数据疑点")
    counties = _counties(request)
    if not counties:
        return redirect(ledger().url())
    county = next((one for one in counties if str(one.pk) == request.GET.get("county")), counties[0])
    here = Scope.of([request.actor.place or county.pk]).q("village")
    rows = ledger().visible_to(request.actor).filter(here, withdrawn_at=None, state=State.OPEN)
    by_rule = rows.values("rule", "title").annotate(number=Count("pk"), late=Count("pk", filter=_late()))
    checks = list(DoubtCheck.objects.filter(county=county).select_related("started_by").order_by("-pk")[:CHECKS])
    for one in checks:
        doubt_checks.notice_kill(one)
    left_out = doubt_checks.not_checked(county.pk, dates.today())
    reasons: dict[str, list[Rule]] = {}
    for rule, why in left_out:
        reasons.setdefault(why, []).append(rule)
    context = {
        "ledger": ledger(), "county": county, "counties": counties, "by_rule": by_rule.order_by("rule"),
        "checks": checks, "busy": next((one for one in checks if one.is_busy), None),
        "rules": len(book_on(dates.today()).rules), "left_out": left_out, "reasons": reasons,
        "may_start": county.pk in request.actor.scope(Act.EDIT, STARTERS),
    }  # fmt: skip
    return render(request, "consolidation/doubts.html", context)


def _late() -> Q:
    return Q(due_on__lt=dates.today())


@require_POST
@needs(Act.EDIT)
def start(request: Request) -> HttpResponse:
    code = request.POST.get("county", "")
    county = Division.objects.filter(code=int(code)).first() if code.isdecimal() and len(code) == 12 else None
    if county is None or county.pk not in request.actor.scope(Act.EDIT, STARTERS):
        raise PermissionDenied("疑点检查由县（市、区）开始")
    try:
        doubt_checks.start(county, by=request.actor)
    except doubt_checks.Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, "已开始检查，做完后结果会出现在这里；可以离开这一页")
    return redirect("consolidation:doubts")


def _doubt(request: Request, pk: int, roles: tuple[Role, ...]) -> Doubt:
    found = ledger().visible_to(request.actor).filter(pk=pk).first()
    if not isinstance(found, Doubt):
        raise Http404("没有这个疑点，或不在您的工作范围内")
    if found.village_id not in request.actor.scope(Act.EDIT, roles):
        raise PermissionDenied("您的角色不能处理这个疑点")
    return found


@require_POST
@needs(Act.EDIT)
def explain(request: Request, pk: int) -> HttpResponse:
    """It is right as it stands, because …: the same facts are not asked about again."""
    found, words = _doubt(request, pk, ledger().edited_by), clean(request.POST.get("explanation", ""))[:200]
    if not words:
        messages.error(request, "请写明为什么登记没有错；登记有错的请直接改正")
    else:
        _move(request, found, State.OPEN, "doubts.explain", words, state=State.EXPLAINED, explanation=words)
    return redirect(ledger().record_url(pk))


@require_POST
@needs(Act.EDIT)
def reopen(request: Request, pk: int) -> HttpResponse:
    """The level above does not accept the explanation, and says why."""
    found, reason = _doubt(request, pk, ABOVE), clean(request.POST.get("reason", ""))[:200]
    if not reason:
        messages.error(request, "请写明退回的原因")
    else:
        _move(request, found, State.EXPLAINED, "doubts.reopen", reason, state=State.OPEN, explanation="")
    return redirect(ledger().record_url(pk))


def _move(request: Request, doubt: Doubt, before: str, act: str, reason: str, **columns: Any) -> None:
    """One step, by whoever is first."""
    by = request.actor.user if columns["state"] == State.EXPLAINED else None
    with recorded(request.actor, act, reason):
        rows = Doubt.objects.filter(pk=doubt.pk, state=before)
        done = rows.update(**columns, explained_by=by, version=F("version") + 1, updated_at=Now())
    (messages.success if done else messages.warning)(request, "已记下" if done else "刚刚已有人处理，请看现在的状态")


@require_POST
@needs(Act.EDIT)
def check_household(request: Request, pk: int) -> HttpResponse:
    """Now, after it was entered or changed."""
    households = registry.of(Household)
    assert households
    found = households.visible_to(request.actor, Act.EDIT).filter(pk=pk, withdrawn_at=None).first()
    if not isinstance(found, Household):
        raise Http404("没有这一户，或不在您的工作范围内")
    counts = doubt_entry.check_household(found, f"{request.actor.user or ''}检查一户")
    left = Doubt.objects.filter(household=found, state=State.OPEN, withdrawn_at=None).count()
    mended = counts["mended"] + counts["gone"]
    words = f"还有 {left} 个疑点" if left else "没有疑点"
    messages.success(request, f"已检查：{words}" + (f"，已改正 {mended} 个" if mended else ""))
    return redirect("consolidation:household-doubts", pk=pk)


@require_GET
def household_page(request: Request, pk: int) -> HttpResponse:
    """The doubts of one household, each with its sentence, and the button that checks it."""
    households = registry.of(Household)
    assert households
    found = households.visible_to(request.actor, Act.READ).select_related("village").filter(pk=pk).first()
    if found is None or not ledger().may(request.actor, Act.READ):
        raise Http404("没有这一户，或不在您的工作范围内")
    rows = Doubt.objects.filter(household=pk, withdrawn_at=None).select_related("person").order_by("state", "rule")
    context = {
        "household": found, "rows": list(rows), "home": households.record_url(pk), "ledger": ledger(),
        "may_edit": found.village_id in request.actor.scope(Act.EDIT, ledger().edited_by),
        "open_words": State.OPEN,
    }  # fmt: skip
    return render(request, "consolidation/household_doubts.html", context)
