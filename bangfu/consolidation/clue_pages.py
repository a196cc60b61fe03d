"""The village's list of clues (1.1), made for a phone: a needless clue is two taps, a case is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.activities.pages import back
from bangfu.consolidation import clue_acts
from bangfu.consolidation.cases import Case
from bangfu.consolidation.clue_cards import cards, people_of, quick_reasons
from bangfu.consolidation.clue_ledger import ClueLedger
from bangfu.consolidation.clues import OPEN, Clue
from bangfu.kernel import dates
from bangfu.kernel.text import clean
from bangfu.ledger import registry
from bangfu.ledger.filters import Selection
from bangfu.ledger.forms import RecordField
from bangfu.ledger.keyset import BadKey, page
from bangfu.people.household import HouseholdLedger

PER_PAGE = 20
SORT = "-need"


class MatchForm(forms.Form):
    def __init__(self, actor: Actor, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["household"] = RecordField(
            HouseholdLedger(), actor, label="这是哪一户", help_text="输入户主姓名、电话或户编号"
        )


def ledger() -> ClueLedger:
    found = registry.of(Clue)
    assert isinstance(found, ClueLedger)
    return found


@require_GET
@needs(Act.READ)
def work_page(request: Request) -> HttpResponse:
    """Open clues, those first that most probably need help. Place, filters and figures as in the ledger."""
    if not ledger().may(request.actor, Act.READ):
        raise PermissionDenied("您的角色不能查看线索")
    params = request.GET.copy()
    if not params.getlist("state"):
        params.setlist("state", list(OPEN))
    selection = Selection(ledger(), request.actor, params)
    rows = selection.queryset
    if request.GET.get("unmatched"):
        rows = rows.filter(household=None)
    try:
        found = page(
            ledger(), rows, sort=SORT, after=request.GET.get("after", ""), size=PER_PAGE, cap=settings.COUNT_CAP
        )
    except BadKey:
        return redirect("consolidation:clues")
    prefetch_related_objects(found.rows, "household", "village", "assignee")  # joined, the sort would carry them all
    following = request.GET.copy()
    following["after"] = found.after
    context = {
        "ledger": ledger(), "page": found, "cards": cards(found.rows, dates.today()), "reasons": quick_reasons(),
        "next": following.urlencode() if found.after else "", "may_edit": ledger().may(request.actor, Act.EDIT),
        "colours": Clue.Colour.choices, "colour": request.GET.get("colour", ""), "here": request.get_full_path(),
        "unmatched": request.GET.get("unmatched", ""),
    }  # fmt: skip
    if request.htmx and request.GET.get("after"):
        return render(request, "consolidation/_clues.html", context)
    return render(request, "consolidation/clues.html", context)


def clue_or_404(request: Request, pk: int) -> Clue:
    """The clue if the actor may act on it."""
    if not ledger().may(request.actor, Act.EDIT):
        raise PermissionDenied("您的角色不能处理线索")
    rows = ledger().visible_to(request.actor, Act.EDIT).select_related("household", "village", "closed_by")
    found = rows.filter(pk=pk).first()
    if not isinstance(found, Clue):
        raise Http404("没有这条线索，或不在您的工作范围内")
    return found


@require_GET
@needs(Act.EDIT)
def clue_page(request: Request, pk: int) -> HttpResponse:
    """One clue and everything that can be done with it."""
    clue, now = clue_or_404(request, pk), timezone.now()
    if clue.merged_into_id:
        return redirect("consolidation:clue", pk=clue.merged_into_id)
    is_open = clue.state in OPEN and clue.withdrawn_at is None
    context = {
        "ledger": ledger(), "clue": clue, "card": cards([clue], dates.today())[0], "reasons": quick_reasons(),
        "may_edit": is_open, "may_undo": clue_acts.may_reopen(request.actor, clue, now), "is_open": is_open,
        "people": people_of(clue.village_id) if is_open else [], "here": request.get_full_path(),
        "match": None if clue.household_id else MatchForm(request.actor),
    }  # fmt: skip
    return render(request, "consolidation/clue_page.html", context)


def _acted(request: Request, pk: int, act: Callable[[Clue], Any], words: str) -> HttpResponse:
    """Does it and answers: the card as it is now to a script, the list to a browser without one."""
    clue = clue_or_404(request, pk)
    trouble = ""
    try:
        act(clue)
    except clue_acts.Refused as refused:
        trouble = str(refused)
    clue = clue_or_404(request, pk)
    if request.htmx:
        context = {
            "card": cards([clue], dates.today())[0], "trouble": trouble, "words": words, "reasons": quick_reasons(),
            "may_edit": True, "may_undo": clue_acts.may_reopen(request.actor, clue, timezone.now()),
            "here": reverse("consolidation:clues"),
        }  # fmt: skip
        return render(request, "consolidation/_acted.html", context)
    (messages.error if trouble else messages.success)(request, trouble or f"{clue.household or clue}：{words}")
    return redirect(back(request, reverse("consolidation:clues")))


@require_POST
@needs(Act.EDIT)
def close(request: Request, pk: int) -> HttpResponse:
    reason, note = request.POST.get("reason", ""), clean(request.POST.get("note", ""))
    return _acted(
        request, pk,
        lambda clue: clue_acts.close_needless([clue], reason=reason, note=note, by=request.actor, at=timezone.now()),
        "已记为不需要帮扶",
    )  # fmt: skip


@require_POST
@needs(Act.EDIT)
def reopen(request: Request, pk: int) -> HttpResponse:
    reason = clean(request.POST.get("reason", "")) or "撤销"
    return _acted(
        request, pk, lambda clue: clue_acts.reopen(clue, by=request.actor, at=timezone.now(), reason=reason),
        "已放回待核实",
    )  # fmt: skip


@require_POST
@needs(Act.EDIT)
def verify(request: Request, pk: int) -> HttpResponse:
    """Somebody goes there: the form of the visit, from which one comes back to the clue."""
    clue = clue_or_404(request, pk)
    try:
        clue_acts.start_verifying(clue, by=request.actor, at=timezone.now())
    except clue_acts.Refused as refused:
        messages.error(request, str(refused))
        return redirect("consolidation:clues")
    record = reverse("consolidation:clue", args=[clue.pk])
    if clue.household_id is None:
        messages.info(request, "先对上农户，再登记走访")
        return redirect(record)
    return redirect(f"{reverse('activities:visit', args=[clue.household_id])}?next={record}")


@require_POST
@needs(Act.EDIT)
def open_case(request: Request, pk: int) -> HttpResponse:
    """One tap: the household's case, at its first step."""
    clue = clue_or_404(request, pk)
    try:
        case = clue_acts.open_case(clue, by=request.actor, at=timezone.now())
    except clue_acts.Refused as refused:
        messages.error(request, str(refused))
        return redirect(back(request, reverse("consolidation:clues")))
    cases = registry.of(Case)
    assert cases
    messages.success(request, f"{clue.household}已立案，期限从 {case.opened_on} 算起")
    return redirect(cases.record_url(case.pk))


@require_POST
@needs(Act.EDIT)
def assign(request: Request, pk: int) -> HttpResponse:
    """Who goes there: one of those who work in the place."""
    clue = clue_or_404(request, pk)
    chosen = next((user for user in people_of(clue.village_id) if str(user.pk) == request.POST.get("assignee")), None)
    if chosen is None:
        messages.error(request, "请选择核实人")
    else:
        _tell(request, lambda: clue_acts.assign([clue], to=chosen, by=request.actor, at=timezone.now()), "已指定核实人")
    return redirect("consolidation:clue", pk=pk)


@require_POST
@needs(Act.EDIT)
def match(request: Request, pk: int) -> HttpResponse:
    """The household that a report is about, when its number fitted none."""
    clue, form = clue_or_404(request, pk), MatchForm(request.actor, request.POST)
    if not form.is_valid():
        messages.error(request, "请从提示中选择一户；找不到时请先登记农户")
        return redirect("consolidation:clue", pk=pk)
    household, now = form.cleaned_data["household"], timezone.now()
    if household.village_id not in request.actor.scope(Act.EDIT, ledger().edited_by):
        raise PermissionDenied("您只能看、不能改那一户，请由共同的上级办理")
    _tell(request, lambda: clue_acts.match(clue, household, by=request.actor, at=now), "已对上农户")
    return redirect("consolidation:clue", pk=pk)


def _tell(request: Request, act: Callable[[], Any], words: str) -> None:
    try:
        act()
    except clue_acts.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
