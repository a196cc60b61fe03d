"""What follows from the register about a household that is, or may be, monitored (1.1): its labour, whether it is one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum

from bangfu.people.models import Household, Person
from bangfu.people.person import PRESENT
from bangfu.policy.code_lists import code_list

WEAK = "weak_labour"
#: kinds of measures that count as 开发式 (national checks since 2023)
DEVELOPMENT = tuple(str(code.value) for code in code_list("measure_kind").codes if code.facts.get("development"))


class Labour(StrEnum):
    """The strongest labour among those who live in the household."""

    ABLE = "able"
    WEAK = "weak"
    NONE = "none"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return {
            "able": "有劳动力",
            "weak": "只有弱劳动力、半劳动力",
            "none": "整户无劳动力",
            "unknown": "劳动力情况未登记",
        }[self]


def is_monitored(household: Household) -> bool:
    return bool(household.monitored_kind) and household.is_risk_removed is not True


def labour_of(household: Household) -> Labour:
    return labour_among(Person.objects.filter(PRESENT, household=household).values_list("labour_skill", flat=True))


def labour_among(skills_of_members: Iterable[str]) -> Labour:
    """From 劳动技能 of the members; one who is not recorded leaves it unknown unless somebody able is there."""
    skills = set(skills_of_members)
    works = {str(code.value) for code in code_list("labour_skill").codes if code.facts["works"]}
    if skills & (works - {WEAK}):
        return Labour.ABLE
    if not skills or "" in skills:
        return Labour.UNKNOWN
    return Labour.WEAK if WEAK in skills else Labour.NONE


def advice(labour: Labour, kinds: Collection[str]) -> str:
    """Shown beside a plan, never blocking. `kinds` of its measures: weak labour as far as possible, none → safety net."""
    if labour is Labour.WEAK and not set(kinds) & set(DEVELOPMENT):
        return "这一户只有弱劳动力、半劳动力，尽可能安排一项力所能及的开发式措施，如公益性岗位、庭院经济"
    if labour is Labour.NONE and "safety_net" not in kinds:
        return "整户无劳动力，请落实兜底保障；符合低收入人口条件的移交民政"
    return ""
