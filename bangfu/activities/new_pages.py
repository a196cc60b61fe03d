"""记一次活动: first which kind, then the short form; the same act entered twice is offered as one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.activities import acts, doubles, faults, offers
from bangfu.activities.activity import VISIT, Activity
from bangfu.activities.activity_form import ActivityForm
from bangfu.activities.known import Known
from bangfu.kernel import dates
from bangfu.ledger import attachments, drafts
from bangfu.ledger.acts import Overtaken
from bangfu.policy.activity_kind import ActivityKind, kinds

#: what a unit's liaison records, most likely first; everybody else sees the kinds in the order of the declaration
OF_UNITS = ("field_study", "comfort_visit", "report_hearing", "leadership_meeting", "joint_meeting")
JOIN, APART = "join", "apart"


@needs(Act.EDIT)
def new_page(request: Request) -> HttpResponse:
    if not acts.ledger().may(request.actor, Act.EDIT):
        raise PermissionDenied("您的角色不能登记活动")
    known = Known(request.actor, dates.today())
    kind = kinds().get(request.GET.get("kind", ""))
    if kind is None:
        return render(request, "activities/kinds.html", {"kinds": list(_kinds_for(known)), "ledger": acts.ledger()})
    draft = drafts.of(request.actor, request.get_full_path())
    form = ActivityForm(kind, known, request.POST if request.method == "POST" else None, draft=draft, address=request.GET)
    found: list[Activity] = []
    if request.method == "POST":
        if first := _sent_before(request):
            return redirect(acts.ledger().record_url(first.pk))
        if form.is_valid():
            found = doubles.of(form.values, request.actor)
            if not found or request.POST.get("as"):
                return _saved(request, form, found)
    context = {
        "form": form, "kind": kind, "known": known, "ledger": acts.ledger(), "is_draft": bool(draft) and not form.is_bound,
        "doubles": [(each, doubles.may_join(each, request.actor)) for each in found],
    }  # fmt: skip
    status = 200 if request.method == "GET" else 409 if found else 422
    return render(request, "activities/new.html", context, status=status)


def _kinds_for(known: Known) -> Iterator[ActivityKind]:
    declared = kinds()
    if known.unit:
        yield from (declared[code] for code in OF_UNITS)
    yield from (kind for code, kind in declared.items() if not (known.unit and (code in OF_UNITS or code == VISIT)))


def _sent_before(request: Request) -> Activity | None:
    """What the same form made when it was sent the first time (pressed twice, or a lost answer)."""
    try:
        client_uuid = UUID(request.POST.get("client_uuid", ""))
    except ValueError:
        return None
    found: Activity | None = acts.ledger().visible_to(request.actor, Act.EDIT).filter(client_uuid=client_uuid).first()
    return found


def _saved(request: Request, form: ActivityForm, found: list[Activity]) -> HttpResponse:
    values: dict[str, Any] = form.values
    chosen, _, pk = request.POST.get("as", "").partition(":")
    twin = next((each for each in found if str(each.pk) == pk and doubles.may_join(each, request.actor)), None)
    if chosen == JOIN and twin:
        try:
            saved = doubles.join(twin, values, by=request.actor)
        except Overtaken:
            messages.error(request, "这条记录刚刚被他人修改，请再点一次")
            return redirect(request.get_full_path())
    else:
        saved = acts.record(values, by=request.actor, client_uuid=form.cleaned_data["client_uuid"])
    _attach(request, saved)
    drafts.discard(request.actor, request.get_full_path())
    for doubt in faults.doubtful(values):
        messages.warning(request, doubt)
    counted = "、".join(label for label, _ in offers.counted_by(saved))
    messages.success(request, f"已{'并入' if twin and chosen == JOIN else '登记'}。这次活动计入：{counted}")
    return redirect(acts.ledger().record_url(saved.pk))


def _attach(request: Request, saved: Activity) -> None:
    for file in request.FILES.getlist("papers"):
        try:
            attachments.attach(acts.ledger(), saved, file, request.actor.user)
        except attachments.Refused as error:
            messages.error(request, f"{file.name}：{error}")
