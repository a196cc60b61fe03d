"""Assets of the demo: what its projects left behind, older ones of three towns, a round of stock-taking under way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.demo import COUNTY, OTHER_COUNTY
from bangfu.accounts.models import User
from bangfu.assets.disposal import demo_rows as disposals
from bangfu.assets.forming import money, splitting
from bangfu.assets.models import Asset, AssetInspection, FundPart, StockRound
from bangfu.assets.operating import demo_rows as operation
from bangfu.assets.operating import risk
from bangfu.assets.reconciling import run
from bangfu.assets.stocktaking import counting
from bangfu.divisions.models import Division
from bangfu.funds.allotting import Doing
from bangfu.kernel.codes import Level
from bangfu.kernel.periods import add_months
from bangfu.projects.models import Project
from bangfu.projects.states import State

TOWNS = (441881137, 441881103, 441882101)
#: name, class, unit, quantity, cost, source, who uses it, how
OLDER = (
    ("光伏电站", "operating", "千瓦", 60, 420_000, "province", "清远阳光电力公司（演示）", "entrust"),
    ("农产品加工车间", "operating", "平方米", 380, 560_000, "central", "东华农产品公司（演示）", "lease"),
    ("茶叶基地", "operating", "亩", 45, 180_000, "paired", "光明茶业合作社（演示）", "contract"),
    ("村道硬化", "public", "公里", 2, 760_000, "province", "", ""),
    ("机耕路", "public", "公里", 3, 245_000, "central", "", ""),
    ("集中供水水池", "public", "座", 1, 132_000, "county", "", ""),
    ("太阳能路灯", "public", "盏", 46, 128_800, "social", "", ""),
    ("文化活动室", "public", "间", 2, 210_000, "paired", "", ""),
    ("鸡苗和鸡舍", "household", "户", 12, 36_000, "central", "", ""),
)
KEEPERS = ("黄志强", "罗水生", "陈桂英", "邓伟明")


@transaction.atomic
def load(today: date) -> int:
    """How many. Needs the demo's projects and their money."""
    by = Actor(User.objects.filter(username="zhenban").first())
    villages = [each for town in TOWNS for each in Division.objects.filter(
        level=Level.VILLAGE, valid_to=None, code__gte=town * 1000, code__lt=town * 1000 + 1000).order_by("code")[:6]]  # fmt: skip
    made = [*_older(villages, today), *_of_projects(by)]
    if made:
        _inspected(made, today)
        _stock_taking(today, by)
        operation.load(today)
        disposals.load(today)
        risk.refresh()
        for county in (COUNTY, OTHER_COUNTY):
            run.reconcile(county, today, by=by)
    return len(made)


def _older(villages: list[Division], today: date) -> list[Asset]:
    """Of earlier years, without a project in the library; every fifth is not confirmed yet, one is registered twice."""
    rows = [
        _row(number, village, today) for number, village in enumerate(village for village in villages for _ in range(3))
    ]
    if rows:
        twin = rows[0]
        rows.append(Asset(division=twin.division, name=f"{twin.division.name}{twin.name}", asset_class=twin.asset_class,
                          formed_year=twin.formed_year, cost_yuan=twin.cost_yuan, old_no="A-07", owner=twin.owner))  # fmt: skip
    made = Asset.objects.bulk_create(rows)
    sources = {name: source for name, *_, source, _, _ in OLDER}
    FundPart.objects.bulk_create(
        FundPart(asset=each, division_id=each.division_id, source=sources[each.name], yuan=each.cost_yuan)
        for each in made if each.name in sources
    )  # fmt: skip
    return made


def _row(number: int, village: Division, today: date) -> Asset:
    name, kind, unit, quantity, cost, _, user, mode = OLDER[number % len(OLDER)]
    built = date(2017 + number % 6, 4 + number % 7, 12)
    owned = number % 5 != 4
    return Asset(
        division=village, name=name, asset_class=kind, formed_year=built.year, acquired_on=built, unit_word=unit,
        quantity=Decimal(quantity), cost_yuan=Decimal(cost + number % 7 * 1500), old_no=f"{built.year}-{number + 1:03d}",
        owner_level="household" if kind == "household" else "village",
        owner="农户" if kind == "household" else f"{village.name}经济合作社", user_name=user, operation_mode=mode,
        keeper=KEEPERS[number % 4] if number % 6 else "", keeper_phone=f"1380000{number:04d}", care_fund="村集体经费" if number % 2 else "",
        right_confirmed_on=built + timedelta(days=90) if owned else None,
        handed_over_on=built + timedelta(days=120) if owned else None,
    )  # fmt: skip


def _of_projects(by: Actor) -> Iterator[Asset]:
    """Of the projects that passed the step 形成资产; those just accepted wait for it on the first page."""
    formed = (State.ASSET_FORMED, State.EVALUATED, State.ARCHIVED)
    for project in Project.objects.filter(state__in=formed, withdrawn_at=None).select_related("division"):
        left = money.money_of(project).left
        halves = [left // 2, left - left // 2] if left > 1_000_000 else [left]
        wanted = [
            {
                "name": f"{project.name}{'' if number == 0 else '附属设施'}", "division_id": project.division_id, "cost_yuan": cost,
                "asset_class": "operating" if project.is_operating else "public", "owner_level": "village",
                "owner": f"{project.division.name}经济合作社",
            }
            for number, cost in enumerate(halves)
        ]  # fmt: skip
        if left:
            yield from splitting.form_assets(project, wanted, Doing(by, timezone.now(), uuid4()))


def _inspected(assets: list[Asset], today: date) -> None:
    seen = [each for number, each in enumerate(assets) if each.handed_over_on and number % 3]
    AssetInspection.objects.bulk_create(
        AssetInspection(
            asset=each, division_id=each.division_id, inspected_on=add_months(today, -(number % 15)),
            is_sound=number % 11 != 0, found="" if number % 11 else "灯头损坏两盏", inspected_by=each.keeper,
        )
        for number, each in enumerate(seen)
    )  # fmt: skip
    Asset.objects.bulk_update(
        [_with_day(each, add_months(today, -(number % 15))) for number, each in enumerate(seen)], ["inspected_on"]
    )


def _with_day(asset: Asset, on: date) -> Asset:
    asset.inspected_on = on
    return asset


def _stock_taking(today: date, by: Actor) -> None:
    town = Division.objects.get(pk=TOWNS[0] * 1000)
    now = StockRound.objects.create(division=town, title=f"{today.year}年度项目资产盘点", opened_on=today - timedelta(days=12),
                                    due_on=today + timedelta(days=18))  # fmt: skip
    here = Asset.objects.filter(division__gte=town.pk, division__lt=town.pk + 1000).order_by("pk")
    for number, asset in enumerate(here[3:12]):
        outcome, said = {4: ("gone", "去年台风损毁，还没有报告"), 6: ("different", "停用了，锁着门")}.get(
            number, ("there", "")
        )
        counting.count(now, asset, outcome, said, Doing(by, timezone.now(), uuid4()))
