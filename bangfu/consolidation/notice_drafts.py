"""What a case or a removal publishes (1.1): labels of code lists alone, and what the redactor must not find beside them."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from bangfu.consolidation.cases import Case
from bangfu.consolidation.removals import RiskRemoval
from bangfu.divisions.models import Division
from bangfu.notices.acts import Draft
from bangfu.notices.notice_kind import NoticeKind as Kind
from bangfu.notices.redactor import NoticeFacts
from bangfu.people.models import Household, Person
from bangfu.policy.code_lists import code_list
from bangfu.workflow import acts

#: the village's notice before a decision, the town's announcement after it
DAYS = {
    Kind.IDENTIFICATION: "village_notice_days",
    Kind.IDENTIFIED: "announcement_days",
    Kind.REMOVAL: "removal_notice_days",
    Kind.REMOVED: "announcement_days",
}


def refuse_past(on: date, at: datetime) -> None:
    """A notice hangs from the day it is posted: one entered for a day gone by was never open to anybody.

    Errors: workflow.acts.Refused.
    """
    if on != timezone.localdate(at):
        raise acts.refuse("公示、公告从登记张贴的当天算起，不能往前补；期限也从当天起算", "指引 1.1")


def of_case(case: Case, kind: Kind, remark: str = "") -> Draft:
    risks, kinds = code_list("risk_type"), code_list("monitored_kind")
    reasons = tuple(str(risks.code(risk).facts["public"]) for risk in case.risks) or ("家庭基本生活存在困难",)
    heads = ("拟定类别" if kind is Kind.IDENTIFICATION else "监测类别", "主要困难")
    return _draft(case.household, kind, f"cases:{case.pk}", kinds.label(case.monitored_kind), reasons, heads, remark)


def of_removal(removal: RiskRemoval, kind: Kind, remark: str = "") -> Draft:
    label = code_list("monitored_kind").label(removal.household.monitored_kind)
    ways = {"by_help": "经帮扶，收入稳定，返贫风险已消除", "naturally": "整户已不在本村生活"}
    heads, reasons = ("监测类别", "消除情况"), (ways[removal.removal_kind],)
    return _draft(removal.household, kind, f"risk-removals:{removal.pk}", label, reasons, heads, remark)


def _draft(
    household: Household, kind: Kind, about: str, category: str, reasons: tuple[str, ...], heads: tuple[str, str],
    remark: str,
) -> Draft:  # fmt: skip
    village = Division.objects.select_related("parent").get(pk=household.village_id)
    facts = NoticeFacts(village.label, household.head_name, category, reasons, heads)
    return Draft(kind, village, facts, about, DAYS[kind], remark, known=_private(household))


def _private(household: Household) -> tuple[str, ...]:
    """Names, numbers and phones of everybody who is or was in the household."""
    rows = Person.objects.filter(household=household).values_list("name", "identity_no", "phone", "employer")
    return tuple({text for row in rows for text in row if text} | {household.phone} - {""})
