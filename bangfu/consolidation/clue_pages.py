"""The village's list of clues (1.1), made for a phone: a needless clue is two taps, a case is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.activities.pages import back
from bangfu.consolidation import clue_acts
from bangfu.consolidation.clue_cards import cards, quick_reasons
from bangfu.consolidation.clues import OPEN, Clue, ClueLedger
from bangfu.kernel import dates
from bangfu.kernel.text import clean
from bangfu.ledger import registry
from bangfu.ledger.filters import Selection
from bangfu.ledger.keyset import BadKey, page

PER_PAGE = 20
SORT = "-score"


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
    rows = selection.queryset.select_related("household", "village", "assignee")
    if request.GET.get("unmatched"):
        rows = rows.filter(household=None)
    try:
        found = page(
            ledger(), rows, sort=SORT, after=request.GET.get("after", ""), size=PER_PAGE, cap=settings.COUNT_CAP
        )
    except BadKey:
        return redirect("consolidation:clues")
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
    record = ledger().record_url(clue.pk)
    if clue.household_id is None:
        messages.info(request, "先对上农户，再登记走访")
        return redirect(record)
    return redirect(f"{reverse('activities:visit', args=[clue.household_id])}?next={record}")
