"""What a case needs on record before a step (1.1): references for the workflow, "" when there is none yet."""

from __future__ import annotations

from datetime import date
from typing import Any

from bangfu.consolidation import case_file
from bangfu.consolidation.cases import Case
from bangfu.consolidation.comparisons import ITEMS
from bangfu.consolidation.models import Consent, HouseholdCheck, VillageReview
from bangfu.lawbook import parameters
from bangfu.notices.models import PublicNotice
from bangfu.notices.notice_kind import NoticeKind
from bangfu.policy.code_lists import code_list
from bangfu.workflow.models import Flow, subject_of

Kind = PublicNotice.Kind


def case_of(flow: Flow) -> Case:
    found: Case = subject_of(flow)
    return found


def check_of(case: Case) -> HouseholdCheck | None:
    return next(iter(case_file.of_case(case).checks), None)


def review_of(case: Case) -> VillageReview | None:
    return next(iter(case_file.of_case(case).reviews), None)


def consent_of(case: Case) -> Consent | None:
    """The valid consent of the case: signed electronically, or on a paper of which the scan is there."""
    consents = case_file.of_case(case).consents
    return next((row for row in consents if row.form == Consent.Form.ELECTRONIC or row.is_scanned), None)


def check_on_record(flow: Flow) -> str:
    found = check_of(case_of(flow))
    least = int(parameters.value("household_check_people_min", found.checked_on, flow.division_id)) if found else 0
    return f"household-checks:{found.pk}" if found and found.checker_count >= least else ""


def consent_on_record(flow: Flow) -> str:
    found = consent_of(case_of(flow))
    return f"consents:{found.pk}" if found else ""


def comparison_on_record(flow: Flow) -> str:
    """Every item of the list has been answered."""
    done = {row.item for row in case_file.of_case(case_of(flow)).comparisons}
    wanted = {str(code.value) for code in code_list(ITEMS).codes}
    return f"data-comparisons:{flow.subject_id}" if wanted <= done else ""


def review_on_record(flow: Flow) -> str:
    found = review_of(case_of(flow))
    return f"village-reviews:{found.pk}" if found else ""


def notice_of(flow: Flow, *kinds: NoticeKind) -> Any:
    """The newest notice that was not taken down; None."""
    of = case_file.of_case if flow.subject_type == Case._meta.label else case_file.of_removal
    standing = (row for row in of(subject_of(flow)).notices if row.taken_down_on is None and row.withdrawn_at is None)
    return next((row for row in standing if row.kind in kinds), None)


def about(flow: Flow) -> str:
    """The matter of a notice: the ledger and the row that the flow is about."""
    return f"{'cases' if flow.subject_type == Case._meta.label else 'risk-removals'}:{flow.subject_id}"


def posted_on_record(flow: Flow) -> str:
    """A notice posted since the assembly; one from before a return doesn't count."""
    found = notice_of(flow, Kind.IDENTIFICATION, Kind.REMOVAL)
    return f"public-notices:{found.pk}" if found and found.from_on >= flow.entered_on else ""


def announced_on_record(flow: Flow) -> str:
    found = notice_of(flow, Kind.IDENTIFIED, Kind.REMOVED)
    return f"public-notices:{found.pk}" if found and found.from_on >= flow.entered_on else ""


def consent_still_valid(flow: Flow, on: date) -> str:
    return "" if consent_of(case_of(flow)) else "农户已撤回授权，或授权书没有扫描件；请先补办授权，否则请办理撤销"


def flags_explained(flow: Flow, on: date) -> str:
    rows = case_file.of_case(case_of(flow)).comparisons
    names = "、".join(row.get_item_display() for row in rows if row.is_unexplained)
    return f"比对提示还没有说明：{names}。请入户了解后填写说明；有合理原因的不影响纳入" if names else ""


def review_agreed(flow: Flow, on: date) -> str:
    found = review_of(case_of(flow))
    if found is None or found.is_agreed:
        return ""
    return "评议没有同意纳入；请办理“不予纳入”，有新情况的退回重新核实"


def kind_fits(flow: Flow, on: date) -> str:
    """脱贫不稳定户 was lifted out, 边缘易致贫户 never was; a sudden hardship may befall both."""
    case, kinds = case_of(flow), code_list("monitored_kind")
    if not case.monitored_kind:
        return "还没有确定监测对象类别；请退回重新评议"
    wanted, kind = kinds.code(case.monitored_kind).facts.get("household_kind"), case.household.kind
    if wanted in (None, kind):
        return ""
    right = next(code.label for code in kinds.codes if code.facts.get("household_kind") == kind)
    registered = case.household.get_kind_display()
    return (
        f"户类型登记为“{registered}”，类别应为“{right}”或“突发严重困难户”，不能是“{kinds.label(case.monitored_kind)}”"
    )


def objections_answered(flow: Flow, on: date) -> str:
    found = notice_of(flow, Kind.IDENTIFICATION, Kind.REMOVAL)
    if found is None:
        return "公示已撤下；请退回重新公示"
    left = found.open_count
    return f"还有 {left} 条异议没有答复；请核实后答复，成立的办理“异议成立”" if left else ""
