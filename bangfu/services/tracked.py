"""The three groups of 1.3 that nobody types: new labour, returnees, farmers, found by ages, school states and work records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.lawbook.parameters import Snapshot

NEW_LABOUR, RETURNEE, FARMER, OTHER = "new_labour", "returnee", "farmer", "other"
#: before one may leave school for work or a vocational school
LAST_GRADES = ("grade_9", "senior_3", "vocational_3", "technician_4", "college_3")

_PRESENT = "p.left_on IS NULL AND p.withdrawn_at IS NULL AND NOT p.is_disputed"
_ABLE = "p.labour_skill IN ('general_labour', 'skilled_labour', 'weak_labour')"
_IDLE = "coalesce(p.work_months, 0) = 0 AND coalesce(p.public_post_months, 0) = 0"
_BORN = "p.born_on > %({prefix}_first)s AND p.born_on <= %({prefix}_last)s"
_WORKED_BEFORE = """(EXISTS (SELECT FROM people_personevent e WHERE e.pgh_obj_id = p.id AND e.work_months > 0)
    OR EXISTS (SELECT FROM services_placement l WHERE l.person_id = p.id AND l.withdrawn_at IS NULL
        AND l.ended_on IS NOT NULL)) AND NOT EXISTS (SELECT FROM services_placement l WHERE l.person_id = p.id
        AND l.withdrawn_at IS NULL AND (l.ended_on IS NULL OR l.ended_on > %(on)s))"""
_LAND = """EXISTS (SELECT FROM people_household h WHERE h.id = p.household_id
    AND coalesce(h.arable_mu, 0) + coalesce(h.orchard_mu, 0) + coalesce(h.water_mu, 0) + coalesce(h.forest_mu, 0) > 0)"""

#: group → SQL over `people_person p`; whoever fits several is in the first
CONDITIONS = {
    NEW_LABOUR: f"{_BORN.format(prefix='new')} AND (p.school_status = ANY(%(grades)s)"
    f" OR (p.school_status = '' AND {_ABLE} AND {_IDLE}))",
    RETURNEE: f"p.school_status = '' AND {_ABLE} AND {_IDLE} AND {_BORN.format(prefix='labour')} AND {_WORKED_BEFORE}",
    FARMER: f"p.school_status = '' AND {_ABLE} AND {_BORN.format(prefix='labour')}"
    f" AND (p.industry = 'A' OR ({_IDLE} AND {_LAND}))",
}
#: SQL of the group of `people_person p`
GROUP = "CASE " + " ".join(f"WHEN {sql} THEN '{name}'" for name, sql in CONDITIONS.items()) + f" ELSE '{OTHER}' END"


@dataclass(frozen=True)
class Tracked:
    value: str
    label: str
    says: str


GROUPS = (
    Tracked(
        NEW_LABOUR,
        "新成长劳动力",
        "今年毕业年级的学生，和刚到劳动年龄、没有上学也没有务工记录的人；登记就读意愿或就业意向",
    ),
    Tracked(RETURNEE, "返乡回流人员", "从前有务工记录、现在没有的劳动力；登记就业意向，跟踪再就业"),
    Tracked(FARMER, "务农人员", "在家务农的劳动力；按实际登记培训需求"),
)
CHOICES = [*((group.value, group.label) for group in GROUPS), (OTHER, "其他劳动力")]


def present(group: str) -> str:
    """SQL: `people_person p` lives in the register and is of the group, and of none before it."""
    before = [f"NOT coalesce({CONDITIONS[name]}, false)" for name in _before(group)]
    return " AND ".join([_PRESENT, *before, CONDITIONS[group]])


def _before(group: str) -> list[str]:
    names = list(CONDITIONS)
    return names[: names.index(group)]


def values(known: Snapshot, on: date, division: int | None = None) -> Mapping[str, Any]:
    """What the conditions ask as %(…)s."""

    def born(code: str) -> date:
        return _years_before(on, int(known.at(code, on, division).value) + (1 if code.endswith("max") else 0))

    return {
        "on": on, "grades": list(LAST_GRADES),
        "new_first": born("new_labour_age_max"), "new_last": born("new_labour_age_min"),
        "labour_first": born("tracked_labour_age_max"), "labour_last": born("tracked_labour_age_min"),
    }  # fmt: skip


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=min(day.day, 28) if day.month == 2 else day.day)
