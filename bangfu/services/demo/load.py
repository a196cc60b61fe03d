"""Invented rows of 1.3 and chapter 3 for the demo: jobs and training in the town of the cast, schools, lists, products."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from bangfu.accounts.actor import Actor
from bangfu.accounts.demo import COUNTY, TOWN_NAME
from bangfu.accounts.models import User
from bangfu.activities import sameness
from bangfu.activities.models import Activity
from bangfu.divisions.models import Division
from bangfu.exchange import progress
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.ledger.acts import recorded
from bangfu.people.models import Person
from bangfu.people.person import PRESENT
from bangfu.services import settling
from bangfu.services.demo import points_shop, village_life
from bangfu.services.jobs import proposal_acts, running
from bangfu.services.models import (
    AssistanceWorkshop,
    EmploymentCheck,
    EmploymentWish,
    JobPost,
    JobProposal,
    MatchRun,
    Placement,
    PublicWelfarePost,
    TrainingEnrolment,
    TrainingNeed,
    TrainingSession,
    TravelSubsidy,
    VocationalWish,
)
from bangfu.services.training import session_acts

TRAININGS = (
    ("茶树修剪和病虫害防治", "farming", 170),
    ("粤菜师傅短训班", "cooking", 96),
    ("农村电商直播实训", "e_commerce", 24),
)
EMPLOYERS = (("英德华源服饰车间", "assistance_workshop", "town"), ("佛山顺德电器厂", "organised", "province"),
             ("英红茶业公司", "employer", "county"), ("广州天河物业", "introduced", "province"))  # fmt: skip
POSTS = (("缝纫工", "英德华源服饰车间", "workshop", 3200, 4800, "town", 20), ("包装工", "英红茶业公司", "local",
2800, 3600, "county", 12),
         ("装配工", "佛山顺德电器厂", "outside", 4500, 6500, "province", 60), ("保洁员", "东华镇环卫站", "local",
         2200, 2600, "town", 4),
         ("村道施工小工", "光明村经济联合社", "relief", 3000, 4200, "town", 10))  # fmt: skip


@transaction.atomic
def load(on: date) -> None:
    """Needs the divisions, the cast and the invented people."""
    town = _town()
    low, high = codes.bounds(town.pk)
    grown = Person.objects.filter(
        PRESENT, village__gte=low, village__lte=high, school_status="", born_on__lte=on - timedelta(days=365 * 20),
        born_on__gt=on - timedelta(days=365 * 58),
    )  # fmt: skip
    people = list(grown.order_by("pk")[:90])
    with recorded(Actor(None), "demo"):
        village_life.load(on, town)
        if people:
            _skills(on, town, people)
            _jobs(on, town, people)
            _young(on, low, high)
            settling.settle({person.pk for person in people})
            _planned(on, town)
            village = Division.objects.filter(pk=people[0].village_id).first()
            if village:
                points_shop.load(on, village)
    if people:
        _matched(on)  # an officer's act of its own


def _matched(on: date) -> None:
    """A matching of the county, one of its proposals accepted."""
    officer = User.objects.filter(username="xianju").first()
    if officer is None:
        return
    run = MatchRun.objects.create(county_id=COUNTY, by=officer)
    running.match(run, on, progress.Told(f"matching:{run.pk}", ""))
    first = JobProposal.objects.order_by("-score", "pk").first()
    if first:
        proposal_acts.accept(first, by=Actor(None), on=on)


def _town() -> Division:
    low, high = codes.bounds(COUNTY)
    return Division.objects.get(code__gte=low, code__lte=high, level=Level.TOWN, name=TOWN_NAME)


def _of(person: Person, **values: Any) -> dict[str, Any]:
    own = {"person": person, "name": person.name}
    return own | {"household_id": person.household_id, "village_id": person.village_id} | values


def _skills(on: date, town: Division, people: list[Person]) -> None:
    needs: list[TrainingNeed] = []
    enrolments: list[TrainingEnrolment] = []
    for turn, (title, topic, ago) in enumerate(TRAININGS):
        day = on - timedelta(days=ago)
        act = Activity(kind="training", held_on=day, division=town, title=title, headcount=12, details="学时：16")
        act.same_key = sameness.key_of(act)
        act.save(force_insert=True)
        group = people[turn * 15 : turn * 15 + 15]
        for place, person in enumerate(group):
            needs.append(
                TrainingNeed(**_of(person, topic=topic, wished_on=day - timedelta(days=30 + place), season="slack"))
            )
            if place < 11:
                enrolments.append(
                    TrainingEnrolment(
                        **_of(person, activity=act, trained_on=day, title=title, topic=topic, hours=16),
                        is_finished=place < 9,
                        certificate=f"{title}结业证" if place < 9 else "",
                        certified_on=day + timedelta(days=5) if place < 9 else None,
                    )
                )
    TrainingNeed.objects.bulk_create(needs)
    TrainingEnrolment.objects.bulk_create(enrolments)


def _planned(on: date, town: Division) -> None:
    """A session to come with some of those who wait, and one that nobody has reported on."""
    for topic, title, days in (("e_commerce", "农村电商直播第二期", 12), ("cooking", "粤菜师傅提高班", -4)):
        session = TrainingSession.objects.create(
            division=town, topic=topic, title=title, held_on=on + timedelta(days=days), place="镇文化站", seats=20,
            hours=16, teacher="英德市职业技术学校",
        )  # fmt: skip
        waiting = session_acts.waiting(session).order_by("pk").values_list("pk", flat=True)[:2]
        session_acts.book(session, list(waiting), by=Actor(None))


def _jobs(on: date, town: Division, people: list[Person]) -> None:
    first = people[0].village_id
    shop = AssistanceWorkshop.objects.create(
        village_id=first, name="英德华源服饰车间", operator="英德华源服饰有限公司", industry="C",
        product="校服、工装",
        places=40, opened_on=on - timedelta(days=700), recognised_on=on - timedelta(days=560),
    )  # fmt: skip
    JobPost.objects.bulk_create(
        JobPost(
            division=town, title=title, employer=employer, kind=kind, wage_from_yuan=low, wage_to_yuan=high,
            work_area=area, headcount=count, assistance_workshop=shop if kind == "workshop" else None, age_max=58,
            from_on=on - timedelta(days=20), open_until=on + timedelta(days=40 - 12 * place), asks="身体健康",
        )
        for place, (title, employer, kind, low, high, area, count) in enumerate(POSTS)
    )  # fmt: skip
    EmploymentWish.objects.bulk_create(
        EmploymentWish(**_of(person, wished_on=on - timedelta(days=8 + 5 * place), reason=("not_yet_out",
        "returned")[place % 2],
                             work_area=("town", "county", "province")[place % 3], wage_yuan=2800 + 200 * (place % 6),
                             skill=("缝纫", "", "装配、叉车", "保洁")[place % 4]))
        for place, person in enumerate(people[10:50])
    )  # fmt: skip
    placed = list(_placements(on, people[30:50], shop))
    Placement.objects.bulk_create(placed)
    EmploymentCheck.objects.bulk_create(_checks(on, placed))
    PublicWelfarePost.objects.bulk_create(
        PublicWelfarePost(**_of(person, kind=("cleaning", "forest", "road")[place % 3],
        from_on=on - timedelta(days=200 + place),
                                to_on=on + timedelta(days=160), monthly_yuan=1200))
        for place, person in enumerate({person.household_id: person for person in people[60:75]}.values())
    )  # fmt: skip
    TravelSubsidy.objects.bulk_create(
        TravelSubsidy(**_of(person, year=on.year, work_area="other_province", work_place="福建省厦门市", months=5,
                            proof="高铁票和劳动合同", applied_on=on - timedelta(days=(30 if place % 3 else 75) + place),
                            granted_yuan=300 if place % 3 else None,
                            paid_on=on - timedelta(days=3) if place % 3 else None))
        for place, person in enumerate(people[75:87])
    )  # fmt: skip


def _placements(on: date, people: list[Person], shop: AssistanceWorkshop) -> Iterator[Placement]:
    for place, person in enumerate(people):
        employer, channel, area = EMPLOYERS[place % 4]
        yield Placement(
            **_of(person, employer=employer, employment_channel=channel, work_area=area),
            assistance_workshop=shop if channel == "assistance_workshop" else None,
            started_on=on - timedelta(days=60 + 9 * place), wage_yuan=3000 + 150 * place, wage_before_yuan=0,
        )  # fmt: skip


def _checks(on: date, placed: list[Placement]) -> Iterator[EmploymentCheck]:
    for place, row in enumerate(placed):
        assert row.person
        for days in (31, 92, 184):
            day = row.started_on + timedelta(days=days)
            at_work = not (place % 5 == 4 and days > 60)
            if day <= on:
                yield EmploymentCheck(
                    **_of(row.person, checked_on=day, is_employed=at_work, employer=row.employer if at_work else ""),
                    wage_yuan=row.wage_yuan if at_work else None, remark="" if at_work else "厂里订单少，回家了",
                )  # fmt: skip


def _young(on: date, low: int, high: int) -> None:
    pupils = Person.objects.filter(
        PRESENT, village__gte=low, village__lte=high, school_status__in=("grade_9", "senior_3")
    )
    VocationalWish.objects.bulk_create(
        VocationalWish(**_of(person, wished_on=on - timedelta(days=40 + place), stage=("vocational",
        "technician")[place % 2],
                             subject=("汽修", "护理", "烹饪")[place % 3],
                             **({"enrolled_on": on - timedelta(days=10),
                             "school": "英德市职业技术学校"} if place % 3 == 0 else {})))
        for place, person in enumerate(pupils.order_by("pk")[:9])
    )  # fmt: skip
