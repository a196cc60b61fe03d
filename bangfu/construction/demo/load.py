"""Invented rows of 2.3 to 2.5 for the demo: sewage of natural villages, waste, greening, demonstration sites, the fund."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.demo import COUNTY, TOWN_NAME
from bangfu.accounts.models import User
from bangfu.construction.benefit_fund import acts as benefit_acts
from bangfu.construction.models import (
    AncientTree,
    BorrowedPractice,
    CooperationProject,
    DemonstrationSite,
    GreeningCampaign,
    GreenSite,
    HouseholdToilet,
    NaturalVillage,
    TendingRound,
    TreePledge,
    VillageAppearance,
    WasteSite,
)
from bangfu.divisions.models import Division
from bangfu.funds.allotting import Doing
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.ledger.acts import recorded
from bangfu.people.models import Household

NAMES = ("新屋", "老围", "黄屋", "上村", "下村", "塘面", "岭背", "石桥")
#: mode, state, kilometres to the network, people, layout
SEWAGE = (
    ("network", "running", "0.8", 420, "dense"), ("central", "running", "6.5", 360, "dense"),
    ("resource_use", "running", "9", 95, "scattered"), ("central", "faulty", "7.2", 240, "mixed"),
    ("", "untreated", "5.1", 130, "scattered"), ("resource_use", "building", "11", 80, "scattered"),
    ("central", "running", "2.4", 180, "mixed"),
)  # fmt: skip
#: status, problem, has a keeper
TOILETS = (
    ("to_mend", "化粪池渗漏", False), ("sound", "", True), ("mending", "没有盖板", False), ("mended", "排气管断了", False),
    ("sound", "", False), ("checked", "化粪池渗漏", True), ("sound", "", True),
)  # fmt: skip
PLEDGES = (
    ("donation", "英德籍乡亲联谊会", "away", 60, 6000), ("planting", "镇机关党支部", "cadre", 40, None),
    ("adoption", "李秀兰", "villager", 5, 500),
    ("donation", "英红茶业公司", "enterprise", 100, 12000), ("planting", "老干部活动中心", "retired", 20, None),
)  # fmt: skip


@transaction.atomic
def load(on: date) -> None:
    """Needs the divisions and the cast."""
    low, high = codes.bounds(COUNTY)
    town = Division.objects.get(code__gte=low, code__lte=high, level=Level.TOWN, name=TOWN_NAME)
    villages = list(Division.objects.filter(parent=town, level=Level.VILLAGE, valid_to=None).order_by("code"))
    with recorded(Actor(None), "demo"):
        _settlement(on, town, villages)
        _toilets(on, town)
        _greening(on, town, villages)
        _development(on, town)


def _toilets(on: date, town: Division) -> None:
    """Some of each step: a problem, mended, checked, without a keeper, in use."""
    low, high = codes.bounds(town.pk)
    homes = Household.objects.filter(village__gte=low, village__lte=high, withdrawn_at=None).order_by("pk")[: 4 * len(TOILETS)]
    HouseholdToilet.objects.bulk_create(
        HouseholdToilet(
            village_id=home.village_id, household=home, kind="three_chamber", status=status, problem=problem,
            retrofitted_on=on - timedelta(days=20) if status in ("mended", "checked") else None,
            checked_on=on - timedelta(days=6) if status == "checked" else None,
            caretaker="梁伯" if kept else "",
        )
        for place, home in enumerate(homes) for status, problem, kept in [TOILETS[place % len(TOILETS)]]
    )  # fmt: skip


def _settlement(on: date, town: Division, villages: list[Division]) -> None:
    rows = []
    for place, village in enumerate(villages):
        for turn in range(3):
            mode, state, distance, people, layout = SEWAGE[(place + turn) % len(SEWAGE)]
            rows.append(NaturalVillage(
                village=village, natural_village=f"{NAMES[(place + 3 * turn) % len(NAMES)]}村",
                households=people // 4, people=people,
                layout=layout, network_km=distance, mode=mode, state=state,
                caretaker="梁伯" if state == "running" else "",
                finished_on=on - timedelta(days=400) if state in ("running", "faulty") else None,
                yearly_yuan=6000 if mode == "central" else None,
                fault="水泵坏了，等配件" if state == "faulty" else "",
            ))  # fmt: skip
    NaturalVillage.objects.bulk_create(rows)
    plant = WasteSite.objects.create(division_id=COUNTY, name="英德市生活垃圾焚烧发电厂", kind="plant")
    station = WasteSite.objects.create(
        division=town, name="东华镇转运站", kind="station", sends_to=plant, cleared_per_week=7, caretaker="邓师傅"
    )
    WasteSite.objects.bulk_create(
        WasteSite(division=village, name=f"{village}收集点", kind="point", sends_to=None if place == 3 else station,
                  natural_villages=3, is_sorted=place % 2 == 0, cleared_per_week=3, caretaker="村保洁员")
        for place, village in enumerate(villages[:-2])
    )  # fmt: skip
    VillageAppearance.objects.bulk_create(
        VillageAppearance(village=village, place=f"{village}文化广场旁", kind=("small_gardens", "wires",
        "house_style")[place % 3],
                          before="杂物乱堆，线缆低垂", after="建成小花园，线缆入管" if place % 2 == 0 else "",
                          households=36,
                          started_on=on - timedelta(days=200),
                          finished_on=on - timedelta(days=80) if place % 2 == 0 else None)
        for place, village in enumerate(villages[:8])
    )  # fmt: skip


def _greening(on: date, town: Division, villages: list[Division]) -> None:
    began = on - timedelta(days=420)
    campaign = GreeningCampaign.objects.create(
        division=town, name="我为家乡添片绿", organiser="东华镇人民政府", goal_trees=3000, from_on=began
    )
    sites = GreenSite.objects.bulk_create(
        GreenSite(village=village, name=f"{village}{name}", kind=kind, theme_forest=theme, greening_campaign=campaign,
                  area_mu=12 + 5 * place, room_trees=600, species="宫粉紫荆、黄花风铃木", opened_on=began,
                  longitude=113.5 + 0.01 * place, latitude=24.2 + 0.01 * place)
        for place, (village, (name, kind, theme)) in enumerate(zip(
            villages, (("桑梓林", "village_edge", "hometown"), ("河岸绿带", "waterside", ""), ("青年林", "hillside",
            "youth"),
                       ("绿美公园", "park", "")), strict=False))
    )  # fmt: skip
    TreePledge.objects.bulk_create(
        TreePledge(village_id=site.village_id, green_site=site, kind=kind, donor=donor, donor_kind=sort,
        trees=trees, pledged_yuan=money,
                   received_yuan=money, received_on=began + timedelta(days=20) if money else None,
                   receipt_no=f"公益{on.year}{site.pk:03d}{place}" if money else "",
                   pledged_on=began + timedelta(days=10),
                   planted_on=began + timedelta(days=30), is_shown=True)
        for site in sites for place, (kind, donor, sort, trees, money) in enumerate(PLEDGES)
    )  # fmt: skip
    TendingRound.objects.bulk_create(
        TendingRound(village_id=site.village_id, green_site=site, tended_on=began + timedelta(days=days),
        planted_trees=225,
                     living_trees=living, replanted_trees=225 - living, work="浇水、除草、扶正", done_by="村护林员")
        for site in sites for days, living in ((120, 206), (300, 214))
    )  # fmt: skip
    AncientTree.objects.bulk_create(
        AncientTree(village=village, tree_no=f"4418810{place:05d}", species=species, grade=grade, age=age,
        custodian="村护林员" if place else "",
                    named_for="英德籍乡亲联谊会" if place == 1 else "", named_on=began if place == 1 else None,
                    named_until=date(began.year + 3, began.month, min(began.day,
                    28)) - timedelta(days=1) if place == 1 else None)
        for place, (village, (species, grade, age)) in enumerate(zip(
            villages, (("樟树", "third", 168), ("榕树", "second", 320), ("木棉", "third", 130)), strict=False))
    )  # fmt: skip


def _development(on: date, town: Division) -> None:
    DemonstrationSite.objects.bulk_create(
        DemonstrationSite(division=town, name=name, year=year, theme=theme, state=state, started_on=date(year, 3, 1),
                          accepted_on=date(year, 12, 5) if state == "accepted" else None, invested_yuan=money,
                          shows=shows)
        for name, year, theme, state, money, shows in (
            ("东华红茶产业示范点", on.year - 1, "industry", "accepted", 3200000, "合作社加农户，统一加工和品牌"),
            ("光明村和美乡村示范点", on.year, "living", "under_way", 1500000, "四小园、污水资源化、积分制一起做"),
        )
    )  # fmt: skip
    by = Actor(User.objects.filter(username="zhenban").first())
    for place, (way, who, what, money) in enumerate((
        ("in", "英德籍乡亲联谊会", "other", 300000), ("in", "英红茶业公司", "industry", 200000),
        ("out", "光明村民委员会", "demonstration", 180000), ("out", "东华镇林业站", "greening", 60000))):  # fmt: skip
        benefit_acts.record(
            town, {"voucher_no": f"{on.year}-{place + 1:03d}", "direction": way, "happened_on": on - timedelta(days=150 - 20 * place),
                   "counterpart": who, "is_named": place == 0, "purpose": what, "amount_yuan": Decimal(money)},
            Doing(by, timezone.now(), uuid4()),
        )  # fmt: skip
    CooperationProject.objects.create(
        division=town, name="红茶精制加工厂", way="joint_venture", partner_name="英红茶业公司",
        signed_on=on - timedelta(days=500),
        started_on=on - timedelta(days=260), agreed_yuan=8000000, invested_yuan=5600000, village_share=30, jobs=46,
    )  # fmt: skip
    BorrowedPractice.objects.create(
        division=town, problem="垃圾清运断断续续，村口常堆垃圾", source="zhejiang", source_place="浙江安吉",
        practice="定时上门收，积分换物",
        borrowed_on=on - timedelta(days=380), responsible="镇环卫站", assessed_on=on - timedelta(days=60),
        result="村口垃圾堆消失", works=True,
    )  # fmt: skip
