"""Invented sales, parks, markets and logistics of the demo (4.2, 4.5)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bangfu.accounts.demo import CITY, COUNTY
from bangfu.accounts.models import Unit
from bangfu.divisions.models import Division
from bangfu.industry import models as m

GUANGZHOU = 440100000000
PRODUCTS = (
    ("麻竹笋干", "vegetable", 0, 38, 6, 10, False), ("英德红茶（一级）", "tea", 1, 180, 4, 11, True),
    ("英德绿茶", "tea", 1, 120, 3, 5, False), ("笋干焖肉预制菜", "processed", 2, 32, None, None, False),
    ("清远鸡", "poultry", 3, 68, None, None, False), ("清远鸡蛋", "poultry", 3, 28, None, None, False),
)  # fmt: skip
BUYERS = ("budget_unit", "union", "enterprise", "individual", "platform")


def load(on: date, town: Division, villages: list[Division], entities: list[Any]) -> None:
    brand = m.RegionalBrand.objects.create(
        division_id=COUNTY, name="英德红茶", owner="英德市茶业行业协会（演示）", from_on=date(2012, 1, 1)
    )
    m.BrandLicence.objects.bulk_create(
        m.BrandLicence(division_id=COUNTY, licence_no=f"英红-{n:03d}", brand=brand, business_entity=entity, from_on=first, to_on=last)
        for n, (entity, first, last) in enumerate(
            ((entities[1], date(on.year - 1, 1, 1), date(on.year + 1, 12, 31)),
             (entities[0], date(on.year - 3, 1, 1), date(on.year - 1, 12, 31)))
        )
    )  # fmt: skip
    products = m.Product.objects.bulk_create(
        m.Product(
            division=town, name=name, kind=kind, business_entity=entities[entity], brand=brand if branded else None,
            price_yuan=Decimal(price), measure="斤", season_from=first, season_to=last, is_recognised=branded,
            yearly_tons=Decimal(12), is_public=True, story="产自东华镇（演示）",
        )
        for name, kind, entity, price, first, last, branded in PRODUCTS
    )  # fmt: skip
    units = list(Unit.objects.filter(division__gte=440000000000).order_by("pk")[:4])
    if units:
        _purchases(on, products, units)
    _parks(on, town, entities)
    _markets(on, town, villages)


def _purchases(on: date, products: list[Any], units: list[Unit]) -> None:
    m.Purchase.objects.bulk_create(
        m.Purchase(
            division_id=product.division_id, order_no=f"XF-{n:04d}", product=product, buyer_kind=BUYERS[n % 5],
            unit=units[n % len(units)] if n % 5 < 2 else None, buyer="" if n % 5 < 2 else "采购方（演示）",
            ordered_on=on - timedelta(days=9 * n + 12) if n % 5 < 2 else None,
            deliver_by_on=on - timedelta(days=9 * n + 2) if n % 5 < 2 else None,
            bought_on=None if n in (0, 5) else on - timedelta(days=9 * n), amount_yuan=Decimal(1500 + 700 * (n % 8)), is_canteen=n % 5 == 0,
        )
        for n, product in ((n, products[n % len(products)]) for n in range(80))
    )  # fmt: skip
    m.CanteenBudget.objects.bulk_create(
        m.CanteenBudget(division_id=COUNTY, unit=unit, year=on.year - back, budget_yuan=Decimal(60000))
        for unit in units for back in (0, 1)
    )  # fmt: skip


def _parks(on: date, town: Division, entities: list[Any]) -> None:
    helping = GUANGZHOU if Division.objects.filter(code=GUANGZHOU).exists() else CITY
    park = m.IndustrialPark.objects.create(
        division_id=COUNTY, name="广清共建英德产业园（演示）", kind="co_built", helping_id=helping, trade="食品加工、电子",
        area_mu=Decimal(1200), from_on=date(2020, 5, 1),
    )  # fmt: skip
    landings = m.FirmLanding.objects.bulk_create(
        m.FirmLanding(
            division=town, landing_no=f"落地-{n:02d}", business_entity=entity, park=park if n else None, came_from_id=helping,
            landed_on=date(2022 + n, 4, 1), is_labour_intensive=n == 1, planned_yuan=Decimal(20_000_000),
        )
        for n, entity in enumerate(entities[1:3])
    )  # fmt: skip
    m.FirmYear.objects.bulk_create(
        m.FirmYear(
            division=town, landing=row, year=on.year - back, jobs=120 + 20 * n, local_jobs=90, priority_jobs=14,
            invested_yuan=Decimal(3_000_000), tax_yuan=Decimal(420_000 - 50_000 * back),
        )
        for n, row in enumerate(landings) for back in (1, 2)
    )  # fmt: skip


def _markets(on: date, town: Division, villages: list[Division]) -> None:
    states = ("rebuilt", "rebuilding", "to_rebuild")
    m.FarmersMarket.objects.bulk_create(
        m.FarmersMarket(
            division=town, name=f"东华镇{where}市场（演示）", state=state, stalls_before=40, problem="占道经营、没有排水",
            stalls_after=72 if state == "rebuilt" else None, started_on=date(2023, 3, 1) if state != "to_rebuild" else None,
            rebuilt_on=date(2023, 11, 1) if state == "rebuilt" else None, cost_yuan=Decimal(2_600_000),
        )
        for where, state in zip(("中心", "文策", "鱼湾"), states, strict=True)
    )  # fmt: skip
    points = m.LogisticsPoint.objects.bulk_create(
        m.LogisticsPoint(division=place, point_no=f"物流-{n:02d}", name=f"{place.name}站点", kind=kind, from_on=date(2022, 1, 1))
        for n, (place, kind) in enumerate(zip([town, *villages], ("town_hub", "ecommerce", "express", "express"), strict=False))
    )  # fmt: skip
    m.LogisticsReach.objects.bulk_create(
        m.LogisticsReach(
            village=place, logistics_point=points[0], how="delivered" if n % 2 else "fetched", times_a_week=3
        )
        for n, place in enumerate(villages[: len(villages) * 2 // 3])
    )
