"""人岗匹配 (3.1): the county matches; whoever knows the person answers each proposal with one tap, or many at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act, Role
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.exchange import progress
from bangfu.kernel import codes, dates
from bangfu.kernel.codes import Level
from bangfu.ledger import registry
from bangfu.services.jobs import proposal_acts, running
from bangfu.services.jobs.job_proposal import JobProposal, JobProposalLedger
from bangfu.services.jobs.match_run import MatchRun
from bangfu.services.jobs.placement import Placement

PER_PAGE, LEFT_OUT, MOST = 20, 200, 200
STARTERS = (Role.COUNTY,)
TABS = (("open", "待答复"), ("accepted", "待上岗"), ("declined", "不合适"), ("placed", "已上岗"))


def ledger() -> JobProposalLedger:
    found = registry.of(JobProposal)
    assert isinstance(found, JobProposalLedger)
    return found


def _may_answer(actor: Actor) -> bool:
    return actor.may(Act.EDIT, JobProposalLedger.edited_by) and actor.may_in_ledger(Act.EDIT, ledger().slug)


def _within(actor: Actor) -> Scope:
    """Where the actor answers: an acts-only ledger has no scope of writing of its own."""
    return actor.scope(Act.EDIT, JobProposalLedger.edited_by)


def _counties(actor: Actor) -> list[Division]:
    granted = (grant.division for grant in actor.grants if grant.role in STARTERS and grant.division)
    return [place for place in granted if codes.level_of(place.pk) in (Level.CITY, Level.COUNTY)]


@require_GET
@needs(Act.READ)
def matching_page(request: Request) -> HttpResponse:
    if not ledger().may(request.actor, Act.READ):
        raise PermissionDenied("您的角色不能查看岗位推荐")
    tab = request.GET.get("state", "open")
    tab = tab if tab in dict(TABS) else "open"
    here = ledger().reach(request.actor)
    rows = ledger().visible_to(request.actor).filter(here.q("village"), state=tab, withdrawn_at=None)
    after = _after(request.GET.get("after", ""))
    asked = rows.filter(Q(score__lt=after[0]) | Q(score=after[0], pk__gt=after[1])) if after else rows
    found = list(asked.select_related("job_post", "village", "person").order_by("-score", "pk")[: PER_PAGE + 1])
    shown, runs = found[:PER_PAGE], _runs(request.actor, here)
    run = runs[0] if runs else None
    following = {"state": tab, "after": f"{shown[-1].score}-{shown[-1].pk}"} if len(found) > PER_PAGE else {}
    context = {
        "ledger": ledger(), "tabs": TABS, "tab": tab, "rows": [(row, _begin_url(row)) for row in shown], "run": run,
        "next": urlencode(following), "reasons": JobProposal.Reason.choices, "may_answer": _may_answer(request.actor),
        "counties": _counties(request.actor), "told": progress.read(f"matching:{run.pk}") if run and run.is_busy else None,
        "left_out": _left_out(run, request.actor), "here": request.get_full_path(),
    }  # fmt: skip
    return render(request, "services/matching.html", context)


def _runs(actor: Actor, here: Scope) -> list[MatchRun]:
    """The latest of the counties one looks at."""
    places = Q(pk__in=[])
    for low, high in here.ranges:
        places |= Q(county__gte=low, county__lte=high) | Q(county=low // 10**6 * 10**6)
    found = list(MatchRun.objects.filter(places).select_related("county").order_by("-pk")[:1])
    for run in found:
        running.notice_kill(run)
    return found


def _left_out(run: MatchRun | None, actor: Actor) -> list[Any]:
    """Names of whom one may see, and why nothing was proposed."""
    wishes = registry.get("employment-wishes")
    if run is None or wishes is None or not run.left_out:
        return []
    some = run.left_out[: MOST * 10]
    mine = set(wishes.visible_to(actor).filter(pk__in=[row[1] for row in some]).values_list("pk", flat=True))
    return [(row[0], wishes.record_url(row[1]), row[2]) for row in some if row[1] in mine][:LEFT_OUT]


def _after(text: str) -> tuple[int, int] | None:
    score, _, key = text.partition("-")
    return (int(score), int(key)) if score.isdecimal() and key.isdecimal() and len(text) < 24 else None


def _begin_url(row: JobProposal) -> str:
    """The form of the placement with everything that is known already."""
    places, post = registry.of(Placement), row.job_post
    assert places
    known = {
        "person": row.person_id, "job_post": post.pk, "employer": post.employer, "industry": post.industry,
        "employment_channel": "assistance_workshop" if post.kind == "workshop" else "", "started_on": dates.today(),
        "work_area": post.work_area, "wage_yuan": post.wage_from_yuan, "assistance_workshop": post.assistance_workshop_id,
    }  # fmt: skip
    return f"{places.new_url}?{urlencode({name: value for name, value in known.items() if value})}"


@require_POST
@needs(Act.EDIT)
def start(request: Request) -> HttpResponse:
    county = next((each for each in _counties(request.actor) if str(each.pk) == request.POST.get("county")), None)
    if county is None:
        raise PermissionDenied("人岗匹配由县（市、区）开始")
    try:
        running.start(county, by=request.actor)
    except running.Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "开始匹配了。可以离开，做完后推荐就在这一页")
    return redirect("services:matching")


@require_POST
@needs(Act.EDIT)
def answer(request: Request) -> HttpResponse:
    """`accept` or `decline` for the selected rows, or for the one whose button was pressed. Rows outside are not found."""
    if not _may_answer(request.actor):
        raise PermissionDenied("您的角色不能答复岗位推荐")
    act, _, one = request.POST.get("act", "").partition(":")
    keys = [one] if one else request.POST.getlist("row")
    rows = JobProposal.objects.filter(_within(request.actor).q("village"), withdrawn_at=None)
    found = list(
        rows.filter(pk__in=[int(key) for key in keys if key.isdecimal() and len(key) < 16][:MOST]).order_by("pk")
    )
    if not found:
        messages.error(request, "没有选中推荐，或已被新的匹配替换" if keys else "请先勾选要答复的推荐")
    done = 0
    for row in found:
        try:
            _answer(request, row, act, one)
            done += 1
        except proposal_acts.Refused as error:
            messages.error(request, str(error))
    if done:
        messages.success(
            request,
            f"已接受 {done} 人，上岗后点“登记上岗”" if act == "accept" else f"已登记 {done} 人不合适，这一对不再推荐",
        )
    return redirect(f"{reverse('services:matching')}?state={_tab(request)}")


def _answer(request: Request, row: JobProposal, act: str, one: str) -> None:
    if act == "accept":
        proposal_acts.accept(row, by=request.actor, on=dates.today())
        return
    suffix = f"-{one}" if one else ""
    reason, words = request.POST.get(f"reason{suffix}", ""), request.POST.get(f"words{suffix}", "")
    proposal_acts.decline(row, reason, words, by=request.actor, on=dates.today())


def _tab(request: Request) -> str:
    tab = request.POST.get("state", "open")
    return tab if tab in dict(TABS) else "open"
