"""Invented finance and technology of the demo (4.3)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bangfu.accounts.demo import COUNTY
from bangfu.accounts.models import Unit
from bangfu.divisions.models import Division
from bangfu.industry import models as m
from bangfu.industry.technology.commissioner_skills import COMMISSIONER
from bangfu.kernel.periods import add_months
from bangfu.people import codes
from bangfu.people.models import Household
from bangfu.units.models import Cadre

QUESTIONS = (
    ("vegetable", "笋竹新叶发黄、长势差", "先查排水，增施有机肥；缺镁的叶面喷施硫酸镁", "solved"),
    ("tea", "茶园小绿叶蝉多，怎么少用药", "挂黄板诱杀，及时采摘，虫口高时用生物药剂", "solved"),
    ("poultry", "鸡群呼吸道病多", "降低密度、加强通风，按程序补防", "partly"),
    ("vegetable", "笋后期病斑", "", "open"),
    ("tea", "老茶园改植选哪个品种", "", "open"),
)


def load(on: date, town: Division, villages: list[Division], entities: list[Any]) -> None:
    bank, _ = Unit.objects.get_or_create(
        name="英德市农村商业银行（演示）", defaults={"kind": "enterprise", "division_id": COUNTY, "contact": "信贷部"}
    )
    offers = (
        ("富民贷（脱贫人口小额信贷）", "micro", 50_000, 36, "3.10"),
        ("农户信用贷", "farmer", 200_000, 60, "4.35"),
        ("红茶产业贷", "entity", 3_000_000, 36, "3.85"),
    )
    micro, _, entity = m.FinanceProduct.objects.bulk_create(
        m.FinanceProduct(
            division_id=COUNTY, bank=bank, name=name, kind=kind, most_yuan=Decimal(most), most_months=months,
            rate_percent=Decimal(rate), from_on=date(2021, 6, 1),
        )
        for name, kind, most, months, rate in offers
    )  # fmt: skip
    lifted = list(
        Household.objects.filter(village__in=villages, kind=codes.LIFTED, withdrawn_at=None).order_by("pk")[:9]
    )
    ordinary = list(Household.objects.filter(village__in=villages, kind=codes.ORDINARY).order_by("pk")[:3])
    purposes = ("planting", "breeding", "trade", "housing", "machinery")
    m.FinanceWish.objects.bulk_create(
        m.FinanceWish(
            division_id=home.village_id, wish_no=f"东华-{on.year}-{n:03d}", household=home, asked_on=on - timedelta(days=12 * n + 2),
            amount_yuan=Decimal(20000 + 15000 * (n % 4)), months=24 + 12 * (n % 3), purpose=purposes[n % 5],
            bank=bank if n % 2 else None, consented_on=on - timedelta(days=12 * n + 2) if n % 2 else None,
            outcome="lent" if n % 3 == 2 else "open", answered_on=on - timedelta(days=12 * n) if n % 3 == 2 else None,
            answer="已放款" if n % 3 == 2 else "",
        )
        for n, home in enumerate([*lifted[:5], *ordinary])
    )  # fmt: skip
    loans = [
        m.Loan(
            division_id=home.village_id, loan_no=f"贷-{n:03d}", product=micro, household=home, amount_yuan=Decimal(30000 + 5000 * (n % 5)),
            granted_on=add_months(on, -20 - 2 * n), due_on=add_months(on, 4 - 2 * n), purpose=purposes[n % 3], credit_field="household",
            repaid_on=add_months(on, 3 - 2 * n) if n > 5 else None,
        )
        for n, home in enumerate(lifted)
    ]  # fmt: skip
    loans += [
        m.Loan(
            division=town, loan_no=f"贷-E{n}", product=entity, business_entity=row, amount_yuan=Decimal(800000), purpose="processing",
            granted_on=add_months(on, -10), due_on=add_months(on, 14), credit_field="leading_firm" if n else "prepared_food",
        )
        for n, row in enumerate(entities[1:3])
    ]  # fmt: skip
    m.Loan.objects.bulk_create(loans)
    _requests(on, town, villages, lifted)


def _requests(on: date, town: Division, villages: list[Division], homes: list[Household]) -> None:
    cadre = Cadre.objects.filter(town=town, kind=COMMISSIONER, to_on=None, withdrawn_at=None).first()
    if cadre:
        m.CommissionerSkill.objects.create(
            town=town, technology_commissioner=cadre, crops=["vegetable", "tea"], detail="麻竹笋栽培、茶园病虫害防治"
        )
    rows = [
        m.TechnologyRequest(
            village=villages[n % len(villages)], request_no=f"东华-技-{on.year}-{n:03d}", crop=crop, question=question,
            asked_on=on - timedelta(days=30 + 3 * n if answer else 5 + 8 * (n - 3)), answer=answer, outcome=outcome,
            answered_on=on - timedelta(days=26 + 2 * n) if answer else None, is_shared=outcome == "solved",
            technology_commissioner=cadre if answer else None, assigned_on=on - timedelta(days=29 + 3 * n) if answer and cadre else None,
        )
        for n, (crop, question, answer, outcome) in enumerate(QUESTIONS) if villages
    ]  # fmt: skip
    m.TechnologyRequest.objects.bulk_create(rows)
