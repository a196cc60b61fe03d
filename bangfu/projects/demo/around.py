"""What hangs on the demo's projects: goals, opinions, contracts, progress, labour, a defect; facilities and faults."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from bangfu.accounts.models import Unit
from bangfu.divisions.models import Division
from bangfu.people.models import Household, Person
from bangfu.people.person import PRESENT
from bangfu.projects.candidates import ABLE
from bangfu.projects.models import (
    AwardPayment,
    AwardScheme,
    Contract,
    Defect,
    DepartmentOpinion,
    Facility,
    FacilityFault,
    FacilityInspection,
    Goal,
    LabourUse,
    Progress,
    Project,
)  # fmt: skip
from bangfu.projects.states import State

DEPARTMENTS = ("自然资源局", "住房城乡建设局", "财政局", "教育局")
CONTRACTORS = ("永晟建筑工程有限公司（演示）", "粤岭路桥有限公司（演示）", "康源水务工程有限公司（演示）")
KINDS = {"road": "road", "water": "water", "street_light": "street_light", "public_space": "public_space",
         "elderly_care": "elderly_care", "health": "health", "sewage": "sewage"}  # fmt: skip


def parts_of(projects: list[Project], today: date) -> None:
    given = [project for project in projects if project.declared_on]
    Goal.objects.bulk_create(
        Goal(division_id=p.division_id, project=p, kind=Goal.Kind.BENEFIT, name="受益户数", unit="户",
             target=p.households or 1, actual=p.households if p.audited_on else None,
             conclusion=Goal.Conclusion.REACHED if p.grade else "")
        for p in given
    )  # fmt: skip
    units = {
        unit.name.removeprefix("英德市").removesuffix("（演示）"): unit
        for unit in Unit.objects.filter(name__endswith="局（演示）")
    }
    argued = [p for p in given if p.in_pool_on or p.state == State.COUNTY_ARGUMENT]
    DepartmentOpinion.objects.bulk_create(
        DepartmentOpinion(
            division_id=p.division_id, project=p, department=name, asked_on=(p.in_pool_on or today) - timedelta(days=6),
            due_on=(p.in_pool_on or today) + timedelta(days=8), unit=None if p.in_pool_on else units.get(name),
            is_agreed=True if p.in_pool_on else None, given_on=p.in_pool_on, opinion="同意" if p.in_pool_on else "",
        )
        for p in argued for name in DEPARTMENTS
    )  # fmt: skip
    begun = [p for p in given if p.started_on]
    Contract.objects.bulk_create(
        Contract(
            division_id=p.division_id, project=p, contract_no=f"演示-{p.year}-{number:03}", method="consultation",
            contractor=CONTRACTORS[number % 3], amount_yuan=p.planned_yuan * 95 / 100, signed_on=p.started_on - timedelta(days=3),
            ends_on=p.started_on + timedelta(days=120),
        )
        for number, p in enumerate(begun, 1) if p.started_on
    )  # fmt: skip
    Progress.objects.bulk_create(
        Progress(division_id=p.division_id, project=p, reported_on=min(p.started_on + timedelta(days=2), today),
                 percent=100 if p.completed_on else 20 + number * 13 % 70, note="基础做完，正在铺面")
        for number, p in enumerate(begun) if p.started_on
    )  # fmt: skip
    Defect.objects.bulk_create(
        Defect(division_id=p.division_id, project=p, found_on=p.completed_on, content="排水沟盖板缺 6 块",
               due_on=p.completed_on + timedelta(days=10), mended_on=p.accepted_on)
        for p in begun if p.completed_on
    )  # fmt: skip
    _labour(begun, today)


def _labour(projects: list[Project], today: date) -> None:
    town = projects[0].division_id // 1000 * 1000 if projects else 0
    rows = Person.objects.filter(PRESENT, village__gte=town, village__lt=town + 1000, labour_skill__in=ABLE)
    people = list(rows.select_related("household").order_by("-household__monitored_kind", "pk")[:40])
    near = [p for p in projects if p.started_on and p.division_id // 1000 * 1000 == town]
    LabourUse.objects.bulk_create(
        LabourUse(
            division_id=p.division_id, project=p, person=person, household=person.household, worker=person.name,
            from_on=p.started_on, to_on=p.started_on + timedelta(days=19),
            days=Decimal(12 + number % 6), daily_yuan=Decimal(150), paid_by=p.implementer,
            paid_on=p.started_on + timedelta(days=22) if p.completed_on else None,
            is_priority=bool(person.household.monitored_kind) or person.household.kind == "lifted",
        )
        for number, person in enumerate(people) if near and (p := near[number % len(near)]).started_on
    )  # fmt: skip
    _awards(town, today)


def _awards(town: int, today: date) -> None:
    scheme = AwardScheme.objects.create(
        division_id=town, title="种养以奖代补办法（演示）", document_no=f"演示〔{today.year}〕3号", unit="亩",
        rule="种植百香果、红茶满一亩，验收后每亩奖 500 元", rate_yuan=Decimal(500), cap_yuan=Decimal(3000),
        from_on=date(today.year, 1, 1),
    )  # fmt: skip
    homes = Household.objects.filter(village__gte=town, village__lt=town + 1000, withdrawn_at=None).order_by("pk")[:12]
    AwardPayment.objects.bulk_create(
        AwardPayment(
            village_id=home.village_id, household=home, scheme=scheme, checked_on=today - timedelta(days=30),
            quantity=Decimal(1 + number % 5), amount_yuan=Decimal(500 * (1 + number % 5)),
            paid_on=today - timedelta(days=12) if number % 3 else None,
        )
        for number, home in enumerate(homes)
    )  # fmt: skip


def facilities(villages: list[Division], projects: list[Project], today: date) -> None:
    built = [p for p in projects if p.accepted_on and p.sort in KINDS and p.division in villages]
    rows = [
        Facility(village=p.division, name=p.name.removesuffix("改造"), kind=KINDS[p.sort], project=p, built_on=p.accepted_on,
                 owner="村经济合作社", caretaker="罗水生" if number % 3 else "", every_days=30,
                 fund_note="村集体经费" if number % 2 else "", posted_on=p.accepted_on if number % 3 else None)
        for number, p in enumerate(built)
    ]  # fmt: skip
    rows += [
        Facility(village=village, name=f"{village.name.removesuffix('委会')}文化室", kind="public_space", owner="村委会",
                 built_on=date(today.year - 3, 5, 1), caretaker="陈桂兰" if number % 2 else "", every_days=60,
                 posted_on=date(today.year - 2, 6, 1) if number % 2 else None)
        for number, village in enumerate(villages)
    ]  # fmt: skip
    kept = Facility.objects.bulk_create(rows)
    FacilityInspection.objects.bulk_create(
        FacilityInspection(village_id=f.village_id, facility=f, inspected_on=today - timedelta(days=11 + n), inspected_by=f.caretaker)
        for n, f in enumerate(kept) if f.caretaker
    )  # fmt: skip
    FacilityFault.objects.bulk_create(
        FacilityFault(village_id=f.village_id, facility=f, source="public", content="门锁坏了，开不了门",
                      reported_on=today - timedelta(days=20 - n), due_on=today - timedelta(days=5 - n))
        for n, f in enumerate(kept[:6])
    )  # fmt: skip
