"""What the demo's team has to show beside its people: absences, care, opinions, partners, donations, resources."""

from __future__ import annotations

from datetime import date, timedelta

from bangfu.accounts.models import Unit
from bangfu.divisions.models import Division
from bangfu.units.demo import rosters
from bangfu.units.models import (
    Absence,
    Cadre,
    CareItem,
    Donation,
    Group,
    Partner,
    Prize,
    Resource,
    YearlyOpinion,
)


def load(today: date, *, group: Group, cadres: list[Cadre], units: dict[int, Unit]) -> None:
    serving = [cadre for cadre in cadres if cadre.to_on is None]
    _absences(today, serving)
    _care(today, serving)
    _last_year(today, serving)
    _partners(today, group, units)
    _resources(today, group.town, units)


def _absences(today: date, cadres: list[Cadre]) -> None:
    spans = (
        ("leave", 40, 3, "年休假"),
        ("outing", 12, 1, "到市里对接茶叶检测"),
        ("other_duty", 1, 3, "参加县里的专项检查"),
    )
    Absence.objects.bulk_create(
        Absence(
            cadre=cadre, town_id=cadre.town_id, kind=kind, from_on=today - timedelta(days=ago), approved_by="镇党委书记",
            to_on=today - timedelta(days=ago - days + 1), reason=reason,
        )
        for cadre, (kind, ago, days, reason) in zip(cadres[1:], spans, strict=False)
    )  # fmt: skip


def _care(today: date, cadres: list[Cadre]) -> None:
    """Last year all four for everybody; this year the health check is still to come, for one nothing is in place."""
    last, this = date(today.year - 1, 3, 20), date(today.year, 1, 15)
    rows = [(cadre, kind, last) for cadre in cadres for kind in (*rosters.CARE, "health_check")]
    rows += [(cadre, kind, min(this, today)) for cadre in cadres[:-1] for kind in rosters.CARE]
    CareItem.objects.bulk_create(
        CareItem(cadre=cadre, town_id=cadre.town_id, kind=kind, year=day.year, in_place_on=day)
        for cadre, kind, day in rows
        if day >= cadre.from_on
    )


def _last_year(today: date, cadres: list[Cadre]) -> None:
    year, told = today.year - 1, date(today.year - 1, 12, 20)
    opinions = [
        YearlyOpinion(
            cadre=cadre, town_id=cadre.town_id, year=year, grade="excellent" if place == 0 else "competent",
            opinion="常驻镇村，走访群众扎实，所承担的项目按期推进", state="filed", proposed_on=told, filed_on=told,
        )
        for place, cadre in enumerate(cadres)
        if cadre.from_on <= told
    ]  # fmt: skip
    YearlyOpinion.objects.bulk_create(opinions)
    if opinions:
        Prize.objects.create(
            cadre=cadres[0], town_id=cadres[0].town_id, title="驻镇帮镇扶村先进个人（演示）", given_on=told,
            given_by="英德市乡村振兴工作领导小组（演示）",
        )  # fmt: skip


def _partners(today: date, group: Group, units: dict[int, Unit]) -> None:
    partners = Partner.objects.bulk_create(
        Partner(
            group=group, town_id=group.town_id, unit=units[unit], name=name, kind=kind, gives="采购、捐赠和技术",
            from_on=max(date(today.year + years, 1, 10), group.from_on),
        )
        for name, kind, unit, years in rosters.PARTNERS
    )  # fmt: skip
    day = min(today, date(today.year, 2, 10))
    gifts = [
        Donation(unit=units[-1], kind="money", amount_yuan=200000, given_on=day, purpose="村道照明"),
        Donation(partner=partners[1], kind="money", amount_yuan=80000, given_on=day, purpose="助学金"),
        Donation(partner=partners[0], kind="goods", amount_yuan=36000, given_on=day, goods="电动三轮车 4 辆"),
    ]
    for number, gift in enumerate(gifts, 1):
        gift.division_id, gift.receipt_no = group.town_id, f"演示{day.year}-{number}"
    Donation.objects.bulk_create(gifts)


def _resources(today: date, town: Division, units: dict[int, Unit]) -> None:
    Resource.objects.bulk_create(
        Resource(
            division=town, side=side, kind=kind, title=title, unit=units.get(unit), from_on=today - timedelta(days=20),
            open_until=today + timedelta(days=70),
        )
        for side, kind, title, unit in rosters.RESOURCES
    )  # fmt: skip
