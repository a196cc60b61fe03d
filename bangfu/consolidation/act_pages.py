"""The pages of the steps that leave a record: one form each, reached by the big button of a case or removal (1.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act, Role
from bangfu.consolidation import act_forms, case_acts, notice_drafts, removal_acts, review_forms, reviewing
from bangfu.consolidation.act_forms import ActForm
from bangfu.consolidation.case_states import FLOW as CASES
from bangfu.consolidation.removal_states import FLOW as REMOVALS
from bangfu.kernel import dates
from bangfu.ledger import attachments, drafts
from bangfu.ledger import registry as ledgers
from bangfu.ledger.acts import recorded
from bangfu.notices import acts as notices
from bangfu.notices.models import PublicNotice
from bangfu.notices.notice_kind import NoticeKind
from bangfu.notices.redactor import PrivateData
from bangfu.policy.parameter import ParameterMissing
from bangfu.workflow import acts
from bangfu.workflow.models import Flow, StepRecord, known, newest
from bangfu.workflow.openings import Refusal, openings

Kind = PublicNotice.Kind
LEDGERS = {CASES: "cases", REMOVALS: "risk-removals"}
EXPLAINERS = (Role.VILLAGE, Role.CAPTAIN, Role.MEMBER, Role.TOWN)
Run = Callable[[Any, Flow, Any, dict[str, Any]], None]  # record, flow, form, {by, at, on, version}


@dataclass(frozen=True)
class Page:
    title: str
    form: type[ActForm]
    run: Run
    #: the step that it takes; none for an act beside the steps
    step: str = ""
    #: the kind of notice that the page shows beforehand
    notice: NoticeKind | None = None


def _check(case: Any, flow: Flow, form: Any, given: dict[str, Any]) -> None:
    case_acts.verify(case, flow, form.values(), **given)


def _consent(case: Any, flow: Flow, form: Any, given: dict[str, Any]) -> None:
    data = form.cleaned_data
    case_acts.sign_consent(
        case, flow, form=data["form"], signer=data["signer"], members=form.members, scan=data["scan"], **given
    )


def _comparison(case: Any, flow: Flow, form: Any, given: dict[str, Any]) -> None:
    case_acts.compare(case, flow, form.found(), **given)


def _explain(case: Any, flow: Flow, form: Any, given: dict[str, Any]) -> None:
    case_acts.explain(case, form.words(), by=given["by"], on=given["on"])


def _revoke(case: Any, flow: Flow, form: Any, given: dict[str, Any]) -> None:
    for consent in case.consents.filter(revoked_on=None, withdrawn_at=None):
        case_acts.revoke_consent(consent, by=given["by"], at=given["on"], reason=form.cleaned_data["reason"])


def _review(case: Any, flow: Flow, form: Any, given: dict[str, Any]) -> None:
    with recorded(given["by"], "assess"):
        reviewing.record_review(case.household, form.values(), by=given["by"], on=given["on"], case=case)
        acts.take("assess", flow, **given)


def _notice(case: Any, flow: Flow, form: Any, given: dict[str, Any]) -> None:
    case_acts.publish(case, flow, "post_notice", remark=form.cleaned_data["remark"], **given)


def _announcement(case: Any, flow: Flow, form: Any, given: dict[str, Any]) -> None:
    case_acts.publish(case, flow, "announce", remark=form.cleaned_data["remark"], **given)


def _removal_check(removal: Any, flow: Flow, form: Any, given: dict[str, Any]) -> None:
    removal_acts.verify(removal, flow, form.values(), **given)


def _removal_review(removal: Any, flow: Flow, form: Any, given: dict[str, Any]) -> None:
    removal_acts.assess(removal, flow, form.values(), **given)


def _removal_notice(removal: Any, flow: Flow, form: Any, given: dict[str, Any]) -> None:
    removal_acts.publish(removal, flow, "post_notice", remark=form.cleaned_data["remark"], **given)


def _removal_announcement(removal: Any, flow: Flow, form: Any, given: dict[str, Any]) -> None:
    removal_acts.publish(removal, flow, "announce", remark=form.cleaned_data["remark"], **given)


PAGES: dict[tuple[str, str], Page] = {
    (CASES, "check"): Page("入户核实", act_forms.CheckForm, _check, "verify"),
    (CASES, "consent"): Page("承诺授权", act_forms.ConsentForm, _consent, "consent"),
    (CASES, "comparison"): Page("信息比对", act_forms.ComparisonForm, _comparison, "compare"),
    (CASES, "explain"): Page("说明比对提示", review_forms.ExplainForm, _explain),
    (CASES, "revoke"): Page("撤回授权", review_forms.RevokeForm, _revoke),
    (CASES, "review"): Page("民主评议", review_forms.ReviewForm, _review, "assess"),
    (CASES, "notice"): Page("张贴公示", review_forms.NoticeForm, _notice, "post_notice", Kind.IDENTIFICATION),
    (CASES, "announcement"): Page(
        "张贴公告", review_forms.AnnouncementForm, _announcement, "announce", Kind.IDENTIFIED
    ),
    (REMOVALS, "check"): Page("消除前的入户核实", act_forms.RemovalCheckForm, _removal_check, "verify"),
    (REMOVALS, "review"): Page("民主评议", review_forms.RemovalReviewForm, _removal_review, "assess"),
    (REMOVALS, "notice"): Page("张贴公示", review_forms.NoticeForm, _removal_notice, "post_notice", Kind.REMOVAL),
    (REMOVALS, "announcement"): Page(
        "张贴公告", review_forms.AnnouncementForm, _removal_announcement, "announce", Kind.REMOVED
    ),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def act_page(request: Request, slug: str, pk: int, page: str) -> HttpResponse:
    """The form of one step. What cannot be done yet says why; what somebody else did meanwhile leads back to the row."""
    chosen = PAGES.get((slug, page))
    ledger = ledgers.get(LEDGERS.get(slug, ""))
    if chosen is None or ledger is None:
        raise Http404("没有这个页面")
    if not ledger.may(request.actor, Act.READ):
        raise PermissionDenied("您的角色不能办理监测帮扶的事")
    rows = ledger.visible_to(request.actor).select_related("household", "household__village")
    record = rows.filter(Q(pk=pk, withdrawn_at=None)).first()
    flow, records = newest(slug, record) if record else (None, [])
    if record is None or flow is None:
        raise Http404("没有这一件，或不在您的工作范围内")
    known(record)
    refused = _refusals(request, flow, chosen, records)
    if refused is None:
        messages.warning(request, f"现在是“{flow.now.label}”，不用再办“{chosen.title}”")
        return redirect(ledger.record_url(pk))
    data = request.POST if request.method == "POST" else None
    draft = drafts.of(request.actor, request.path) if chosen.form.keeps_draft else {}
    form = chosen.form(record, flow, request.actor, data, request.FILES if data else None, draft)
    if data is not None and form.is_valid() and _ran(request, chosen, record, flow, form):
        drafts.discard(request.actor, request.path)
        messages.success(request, f"已登记：{chosen.title}")
        return redirect(ledger.record_url(pk))
    context = {
        "page": chosen, "form": form, "record": record, "back": ledger.record_url(pk), "refusals": refused,
        "notice": _preview(chosen, record) if chosen.notice else None, "is_draft": bool(draft) and data is None,
    }  # fmt: skip
    return render(request, "consolidation/act.html", context, status=422 if data is not None else 200)


def _refusals(request: Request, flow: Flow, page: Page, records: list[StepRecord]) -> list[Refusal] | None:
    """What stands against the step apart from the record that the page makes; None when the flow has gone on.

    Errors: PermissionDenied, when the step is not this person's.
    """
    if not page.step:
        if not request.actor.roles & set(EXPLAINERS):
            raise PermissionDenied(f"“{page.title}”由村、镇或工作队登记")
        return [] if not flow.ended_on else None
    step = flow.workflow.step(page.step)
    assert step
    if flow.state not in step.sources:
        return None
    mine = [o for o in openings(flow, request.actor, dates.today(), records) if o.step.code == page.step]
    if not mine:
        raise PermissionDenied(f"“{step.label}”由{'、'.join(role.label for role in step.by)}办理")
    made_here = {asked.says for asked in step.evidence if asked.find}
    return [refusal for refusal in mine[0].refusals if refusal.words not in made_here]


def _ran(request: Request, page: Page, record: Any, flow: Flow, form: ActForm) -> bool:
    given = {
        "by": request.actor, "at": timezone.now(), "on": form.cleaned_data.get("on") or dates.today(),
        "version": form.cleaned_data["version"],
    }  # fmt: skip
    try:
        page.run(record, flow, form, given)
    except acts.Refused as error:
        for refusal in error.refusals:
            form.add_error(None, refusal.words)
    except (acts.Overtaken, PrivateData, ParameterMissing, attachments.Refused) as error:
        form.add_error(None, str(error))
    else:
        return True
    return False


def _preview(page: Page, record: Any) -> PublicNotice | None:
    """The sheet as it would hang, before anything is posted."""
    assert page.notice
    draft_of = notice_drafts.of_removal if page.notice in (Kind.REMOVAL, Kind.REMOVED) else notice_drafts.of_case
    try:
        return notices.preview(draft_of(record, page.notice), dates.today())
    except (PrivateData, ParameterMissing):
        return None
