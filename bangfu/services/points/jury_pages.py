"""积分评议 (3.4): the jury's table of a place: to be judged, published, posted; many at once, with one opinion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.bookkeeping import posting
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.services.points import application_acts as acts
from bangfu.services.points import objection_acts
from bangfu.services.points.points_application import PointsApplication, PointsApplicationLedger
from bangfu.services.points.points_objection import OPEN, PointsObjection, PointsObjectionLedger

PER_PAGE, MOST = 40, 200
TABS = (("applied", "待评议"), ("published", "公示中"), ("posted", "已入账"), ("refused", "没有通过"))
Deed = Callable[[PointsApplication, str, Actor], str | None]


def ledger() -> PointsApplicationLedger:
    found = registry.of(PointsApplication)
    assert isinstance(found, PointsApplicationLedger)
    return found


@require_GET
@needs(Act.READ)
def jury_page(request: Request) -> HttpResponse:
    if not ledger().may(request.actor, Act.READ):
        raise PermissionDenied("您的角色不能查看积分申报")
    tab = _tab(request.GET.get("state", ""))
    here, after = ledger().reach(request.actor), request.GET.get("after", "")
    rows = ledger().visible_to(request.actor).filter(here.q("village"), state=tab, withdrawn_at=None)
    if after.isdecimal() and len(after) < 16:
        rows = rows.filter(pk__gt=int(after))
    against = PointsObjection.objects.filter(OPEN, points_application=OuterRef("pk"))
    rows = rows.annotate(has_objection=Exists(against)).order_by("pk")
    rows = rows.select_related("household", "village", "points_rule__points_scheme")
    found = list(rows[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    following = urlencode({"state": tab, "after": shown[-1].pk}) if len(found) > PER_PAGE else ""
    context = {
        "ledger": ledger(), "tabs": TABS, "tab": tab, "rows": shown, "next": following, "today": dates.today(),
        "may_judge": ledger().may(request.actor, Act.EDIT),
    }  # fmt: skip
    return render(request, "services/points_jury.html", context)


def _tab(text: str) -> str:
    return text if text in dict(TABS) else "applied"


def _agree(row: PointsApplication, words: str, by: Actor) -> str | None:
    return acts.agree(row, words, by=by, on=dates.today())


def _refuse(row: PointsApplication, words: str, by: Actor) -> None:
    acts.refuse(row, words, by=by, on=dates.today())


def _object(row: PointsApplication, words: str, by: Actor) -> None:
    acts.object_to(row, words, by=by)


def _post(row: PointsApplication, words: str, by: Actor) -> None:
    acts.post(row, by=by, on=dates.today(), at=timezone.now())


def _undo(row: PointsApplication, words: str, by: Actor) -> None:
    acts.undo(row, words, by=by, on=dates.today(), at=timezone.now())


DEEDS: dict[str, tuple[Deed, str]] = {
    "agree": (_agree, "评议通过，公示期满自动入账"), "refuse": (_refuse, "登记了不通过"),
    "object": (_object, "退回重新评议"), "post": (_post, "入账"), "undo": (_undo, "撤销，积分已用反向凭证收回"),
}  # fmt: skip


@require_POST
@needs(Act.EDIT)
def judge(request: Request) -> HttpResponse:
    """One deed for the selected rows, each in its own transaction. Rows outside are not found."""
    if not ledger().may(request.actor, Act.EDIT):
        raise PermissionDenied("您的角色不能评议积分")
    deed = DEEDS.get(request.POST.get("act", ""))
    keys = [int(key) for key in request.POST.getlist("row") if key.isdecimal() and len(key) < 16][:MOST]
    within = request.actor.scope(Act.EDIT, PointsApplicationLedger.edited_by)
    rows = list(PointsApplication.objects.filter(within.q("village"), pk__in=keys).order_by("pk"))
    back = f"{reverse('services:points-jury')}?state={_tab(request.POST.get('state', ''))}"
    if deed is None or not rows:
        messages.error(request, "请先勾选要办理的申报")
        return redirect(back)
    done = 0
    for row in rows:
        done += _done(request, row, deed[0])
    if done:
        messages.success(request, f"{done} 条{deed[1]}")
    return redirect(back)


def _done(request: Request, row: PointsApplication, deed: Deed) -> bool:
    try:
        said: Any = deed(row, request.POST.get("words", ""), request.actor)
    except (acts.Refused, posting.Refused) as error:
        messages.error(request, str(error))
        return False
    if said:
        messages.warning(request, said)
    return True


@require_POST
@needs(Act.EDIT)
def answer(request: Request, pk: int) -> HttpResponse:
    """To one objection from the public page."""
    found = registry.of(PointsObjection)
    assert isinstance(found, PointsObjectionLedger)
    within = request.actor.scope(Act.EDIT, PointsObjectionLedger.edited_by)
    row = found.visible_to(request.actor).filter(within.q("village"), pk=pk, withdrawn_at=None).first()
    if row is None or not request.actor.may_in_ledger(Act.EDIT, found.slug):
        raise Http404("没有这条异议，或不在您的工作范围内")
    outcome, words = request.POST.get("outcome", ""), request.POST.get("words", "")
    try:
        objection_acts.answer(row, outcome, words, by=request.actor, on=dates.today())
    except acts.Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "已答复" if outcome == "rejected" else "已答复，那一条退回重新评议")
    return redirect(found.record_url(pk))
