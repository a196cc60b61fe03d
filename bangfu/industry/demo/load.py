"""Invented records of chapter 4 for the demo: 东华镇 in depth, its county and a neighbour in outline; by set."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from bangfu.accounts.demo import COUNTY, OTHER_COUNTY, TOWN_NAME
from bangfu.divisions.models import Division
from bangfu.industry import models as m
from bangfu.industry.demo import money, selling
from bangfu.kernel import codes, credit_code
from bangfu.kernel.codes import Level
from bangfu.people.models import Household

ENTITIES = (
    ("英德市东华镇华兴麻竹笋专业合作社（演示）", "cooperative", "", "麻竹笋种植和初加工"),
    ("英德市东华红茶有限公司（演示）", "enterprise", "city", "红茶种植、加工和销售"),
    ("广东东华清鲜食品有限公司（演示）", "enterprise", "province", "预制菜加工"),
    ("东华镇清远鸡养殖家庭农场（演示）", "family_farm", "", "清远鸡养殖"),
    ("东华镇强村发展有限公司（演示）", "collective", "", "物业出租、承接服务"),
    ("东华镇农机服务队（演示）", "service", "", "代耕代种"),
)
MODES = ("contract_farming", "floor_price_purchase", "job_absorption", "asset_income", "agency_sale", "custody_farming")


@transaction.atomic
def load(on: date) -> int:
    """Rows of linkage that were made; none where there are some already."""
    if m.BusinessEntity.objects.exists():
        return 0
    town = Division.objects.filter(
        code__range=codes.bounds(COUNTY), level=Level.TOWN, name=TOWN_NAME, valid_to=None
    ).first()  # fmt: skip
    if town is None:
        return 0
    villages = list(Division.objects.filter(parent=town, level=Level.VILLAGE, valid_to=None).order_by("code"))
    entities = _entities(town)
    made = _linkages(on, villages, entities)
    _industries(on, town, villages)
    _collectives(on, villages)
    selling.load(on, town, villages, entities)
    money.load(on, town, villages, entities)
    return made


def _entities(town: Division) -> list[Any]:
    rows = []
    for number, (name, kind, level, trade) in enumerate(ENTITIES):
        first17 = f"91990000{880000000 + number:09d}"
        rows.append(
            m.BusinessEntity(
                division=town, name=name, kind=kind, leading_level=level, trade=trade, manager="负责人",
                credit_code=first17 + credit_code.check_character(first17) if kind != "service" else None,
                from_on=date(2016 + number, 3, 1),
            )
        )  # fmt: skip
    return m.BusinessEntity.objects.bulk_create(rows)


def _linkages(on: date, villages: list[Division], entities: list[Any]) -> int:
    homes = Household.objects.filter(village__in=villages, withdrawn_at=None).order_by("-kind", "pk")
    rows = [
        m.FarmerLinkage(
            village_id=home.village_id, agreement_no=f"东华-联-{number + 1:03d}", household=home,
            business_entity=entities[number % 4], mode=MODES[number % len(MODES)], terms="演示协议",
            from_on=date(on.year - 2, 1 + number % 6, 1), to_on=date(on.year + 1, 12, 31),
            promised_yuan=Decimal(1200 + 300 * (number % 5)),
        )
        for number, home in enumerate(homes[:40])
    ]  # fmt: skip
    made = m.FarmerLinkage.objects.bulk_create(rows)
    purposes = {"job_absorption": "wage", "asset_income": "dividend", "custody_farming": "service"}
    payments = [
        m.LinkagePayment(
            linkage=row, village_id=row.village_id, paid_on=date(on.year - back, 1, 15), receipt_no=f"收-{row.agreement_no}-{back}",
            purpose=purposes.get(row.mode, "sale"), amount_yuan=row.promised_yuan * (2 if number % 7 else 1) / 2,
        )
        for number, row in enumerate(made) for back in (1, 0) if date(on.year - back, 1, 15) <= on and (number % 5 or back)
    ]  # fmt: skip
    m.LinkagePayment.objects.bulk_create(payments)
    m.EntityMember.objects.bulk_create(
        m.EntityMember(
            business_entity=entities[0], household_id=row.household_id, village_id=row.village_id, from_on=row.from_on,
            share_yuan=Decimal(500),
        )
        for row in made[:15]
    )  # fmt: skip
    return len(made)


def _industries(on: date, town: Division, villages: list[Division]) -> None:
    kinds = (("麻竹笋", "vegetable", 320), ("英德红茶", "tea", 180), ("清远鸡", "poultry", 0))
    m.LeadingIndustry.objects.bulk_create(
        m.LeadingIndustry(
            division=place, name=name, kind=kind, year=on.year - back, area_mu=mu * (20 if place == town else 1) or None,
            heads=None if mu else 4000, value_yuan=Decimal((300000 if place != town else 5_200_000) * (10 - back) // 10),
            is_one_village_one_product=number == 0,
        )
        for place in [town, *villages[:6]] for number, (name, kind, mu) in enumerate(kinds) for back in (0, 1, 2)
    )  # fmt: skip


def _collectives(on: date, villages: list[Division]) -> None:
    """Every village of the town, and some of the county and of the neighbour."""
    others = [
        place
        for county, count in ((COUNTY, 30), (OTHER_COUNTY, 12))
        for place in Division.objects.filter(
            code__range=codes.bounds(county), level=Level.VILLAGE, valid_to=None
        ).exclude(parent=villages[0].parent_id)[:count]
    ] if villages else []  # fmt: skip
    places = [*villages, *others]
    organisations = m.CollectiveOrganisation.objects.bulk_create(
        m.CollectiveOrganisation(village=place, name=f"{place.full_name}经济合作社", members=200 + 37 * (n % 9))
        for n, place in enumerate(places)
    )
    m.CollectiveAccount.objects.bulk_create(
        m.CollectiveAccount(
            village_id=row.village_id, organisation=row, year=on.year - back,
            operating_income_yuan=Decimal(8000 * (n % 11) * (5 - back)), contract_income_yuan=Decimal(12000 + 9000 * (n % 7)),
            investment_income_yuan=Decimal(5000 * (n % 4)), subsidy_income_yuan=Decimal(20000),
            operating_cost_yuan=Decimal(2000 * (n % 11)), management_cost_yuan=Decimal(15000),
            current_assets_yuan=Decimal(90000 + 1000 * n), fixed_assets_yuan=Decimal(600000), long_debts_yuan=Decimal(40000 * (n % 3)),
        )
        for n, row in enumerate(organisations) for back in (1, 2, 3) if n % 13 or back > 1
    )  # fmt: skip
    _contracts(on, organisations[: len(villages)])
    _companies(organisations[: len(villages)], villages)


def _contracts(on: date, organisations: list[Any]) -> None:
    titles = (("村口鱼塘", "land", 8000), ("旧粮仓出租", "property", 24000), ("保洁服务", "service", 36000))
    contracts = m.CollectiveContract.objects.bulk_create(
        m.CollectiveContract(
            village_id=row.village_id, organisation=row, contract_no=f"东华-合-{n:02d}-{k}", title=title, kind=kind,
            party="承包人（演示）", from_on=date(on.year - 3, 1, 1), to_on=date(on.year + 2, 12, 31), yearly_yuan=Decimal(yuan),
            first_due_on=date(on.year - 3, 3, 1),
        )
        for n, row in enumerate(organisations[:8]) for k, (title, kind, yuan) in enumerate(titles) if (n + k) % 2
    )  # fmt: skip
    m.ContractReceipt.objects.bulk_create(
        m.ContractReceipt(
            village_id=row.village_id, contract=row, received_on=date(on.year - back, 3, 1), amount_yuan=row.yearly_yuan,
            receipt_no=f"{row.contract_no}-{back}",
        )
        for n, row in enumerate(contracts) for back in (3, 2, 1, 0) if date(on.year - back, 3, 1) <= on and (back or n % 4)
    )  # fmt: skip


def _companies(organisations: list[Any], villages: list[Division]) -> None:
    if len(organisations) < 4:
        return
    company, held = m.JointCompany.objects.bulk_create(
        m.JointCompany(division=villages[0].parent, name=name, kind=kind, trade=trade, from_on=date(2022, 6, 1))
        for name, kind, trade in (
            ("东华镇联村实业有限公司（演示）", "villages", "标准厂房出租"),
            ("英德市东华光伏有限公司（演示）", "state", "光伏发电"),
        )
    )
    first, whole = {"division_id": company.division_id, "from_on": company.from_on}, Decimal(100)
    shares = [
        m.CompanyShare(company=company, holder=row.name, organisation=row, share_percent=whole / 5, **first)
        for row in organisations[:4]
    ]
    state = "英德市国有资产公司（演示）"
    shares += [
        m.CompanyShare(
            company=held, holder=company.name, holding_company=company, share_percent=whole * 2 / 5, **first
        ),
        m.CompanyShare(company=held, holder=state, share_percent=whole * 3 / 5, **first),
    ]
    m.CompanyShare.objects.bulk_create(shares)
    kinds = ("school", "office", "factory", "land", "water", "house")
    m.IdleAsset.objects.bulk_create(
        m.IdleAsset(
            village=place_, name=f"{place_.name}旧址{n + 1}", kind=kinds[n % 6], area=Decimal(300 + 80 * n),
            idle_from_on=date(2019, 9, 1), used_from_on=date(2023, 5, 1) if n % 3 else None, use="lease" if n % 3 else "",
            yearly_yuan=Decimal(18000 + 2000 * n) if n % 3 else None,
        )
        for n, place_ in enumerate(villages[:9])
    )  # fmt: skip
    m.CollectiveProject.objects.bulk_create(
        m.CollectiveProject(
            village_id=row.village_id, organisation=row, name=f"{villages[n].name}冷库", year=2024, way="property",
            revitalisation_no=f"YD-2024-{n:03d}" if n % 2 else "", invested_yuan=Decimal(400000),
        )
        for n, row in enumerate(organisations[:5])
    )  # fmt: skip
