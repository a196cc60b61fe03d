"""Who near a project could work on it (1.2): able people of priority households first, then by how near they live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.lawbook import parameters
from bangfu.ledger import registry as ledgers
from bangfu.people import codes
from bangfu.people.models import Household, Person
from bangfu.people.person import PRESENT
from bangfu.policy.code_lists import code_list

LISTED = 100
ABLE = tuple(str(code.value) for code in code_list("labour_skill").codes if code.facts["works"])
#: 脱贫不稳定户, 边缘易致贫户, 突发严重困难户, while their risk stands
MONITORED = Q(household__is_risk_removed__isnull=True) | Q(household__is_risk_removed=False)
RANKS = ("监测户", "低收入户", "脱贫户", "一般农户")


@dataclass(frozen=True)
class Candidate:
    person: Person
    group: str
    is_near: bool
    works_elsewhere: str


def is_priority(household: Household) -> bool:
    """监测户 whose risk stands, 脱贫户, or somebody in it gets 低保 or 特困."""
    monitored = bool(household.monitored_kind) and household.is_risk_removed is not True
    poor = Q(has_subsistence_allowance=True) | Q(has_extreme_poverty_support=True)
    return monitored or household.kind == codes.LIFTED or household.members.filter(PRESENT & poor).exists()


def ages(place: int, on: date) -> tuple[int, int]:
    """The youngest and the oldest on the list, in whole years."""
    low, high = (int(parameters.value(code, on, place)) for code in ("labour_age_min", "work_relief_age_max"))
    return low, high


def fault(person: Person, place: int, on: date, between: tuple[int, int]) -> str:
    """Why somebody may not be taken on from the list; "" for one of the list; `between`: as `ages` gives them."""
    low, high = between
    if person.born_on is None or not _years_before(on, high + 1) < person.born_on <= _years_before(on, low):
        return f"{person.name}到 {on} 不在用工名单的年龄（{low} 至 {high} 岁）之内"
    if person.village_id // 1000 != place // 1000:
        return f"{person.name}不是本镇的人"
    return "" if person.labour_skill in ABLE else f"{person.name}没有劳动能力，请先核对农户档案"


def near(project: Any, actor: Any, on: date) -> list[Candidate]:
    """At most LISTED people of the project's town whom the actor may see; two queries."""
    ledger = ledgers.of(Person)
    assert ledger
    low, high = ages(project.division_id, on)
    town = Division.objects.get(code=project.division_id // 1000 * 1000)
    poor = Person.objects.filter(PRESENT, household=OuterRef("household")).filter(
        Q(has_subsistence_allowance=True) | Q(has_extreme_poverty_support=True)
    )
    people = ledger.visible_to(actor).filter(
        PRESENT, Scope.of([town.code]).q("village"), labour_skill__in=ABLE,
        born_on__gt=_years_before(on, high + 1), born_on__lte=_years_before(on, low),
    )  # fmt: skip
    first = people.filter(
        (~Q(household__monitored_kind="") & MONITORED) | Q(household__kind=codes.LIFTED) | Exists(poor)
    ).annotate(is_low_income=Exists(poor))
    rows = list(first.select_related("household", "village")[: LISTED * 4])
    if len(rows) < LISTED:
        known = [row.pk for row in rows]
        rows += list(people.exclude(pk__in=known).select_related("household", "village")[: LISTED - len(rows)])
    found = [_candidate(row, project.division_id) for row in rows]
    found.sort(key=lambda each: (RANKS.index(each.group), not each.is_near, bool(each.works_elsewhere), each.person.pk))
    return found[:LISTED]


def _candidate(person: Person, place: int) -> Candidate:
    home = person.household
    if home.monitored_kind and home.is_risk_removed is not True:
        group = RANKS[0]
    elif getattr(person, "is_low_income", False):
        group = RANKS[1]
    else:
        group = RANKS[2] if home.kind == codes.LIFTED else RANKS[3]
    return Candidate(person, group, person.village_id == place, person.work_place)


def _years_before(on: date, years: int) -> date:
    return on.replace(year=on.year - years) if (on.month, on.day) != (2, 29) else date(on.year - years, 2, 28)
