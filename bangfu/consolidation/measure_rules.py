"""What may not be a measure (1.1): for one row of a form or the API, and by set for an import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bangfu.consolidation.case_states import FLOW
from bangfu.consolidation.cases import Case
from bangfu.people.models import Household
from bangfu.policy.code_lists import code_list
from bangfu.workflow.models import Flow

#: the flag of a case under which help comes before the decision
ASSIST_FIRST = "assist_first"
NOT_MONITORED = "这一户不是监测对象，也没有标记“先帮后办”的识别；请先立案，急的在识别页面标记“先帮后办”"
#: rows of an import about such households
STRANGERS = f"""
    SELECT r._row FROM {{rows}} r JOIN people_household h ON h.id = r.household_id
    WHERE h.monitored_kind = '' AND NOT EXISTS (
        SELECT FROM consolidation_case c JOIN workflow_flow f ON f.subject_id = c.id
        WHERE c.household_id = h.id AND f.slug = '{FLOW}' AND f.ended_on IS NULL AND '{ASSIST_FIRST}' = ANY (f.flags))"""  # noqa: S608


def may_be_helped(household: Household) -> bool:
    """Monitored now or once (help goes on to its natural end), or in a case that is assisted first."""
    if household.monitored_kind:
        return True
    cases = Case.objects.filter(household=household, closed_on=None, withdrawn_at=None).values("pk")
    flows = Flow.objects.open().filter(slug=FLOW, subject_id__in=cases, flags__contains=[ASSIST_FIRST])
    return flows.exists()


def faults(data: Mapping[str, Any]) -> dict[str, str]:
    """Field → message."""
    found = {}
    household, item, kind = data.get("household"), data.get("item"), data.get("kind")
    if household and not may_be_helped(household):
        found["household"] = NOT_MONITORED
    belongs = code_list("measure_item").code(item).facts.get("kind") if item else None
    if belongs and kind and belongs != kind:
        label = code_list("measure_kind").label(belongs)
        found["item"] = f"“{code_list('measure_item').label(item)}”属于{label}，请改选措施类别或具体措施"
    if data.get("state") == "delivered" and not (data.get("delivered_on") and data.get("result")):
        found["delivered_on"] = "已落实的，请填写落实日期和成效"
    if bool(data.get("ends_on")) != bool(data.get("ends_with")):
        found["ends_with"] = "自然到期日和“延续到”要一起填"
    return found
