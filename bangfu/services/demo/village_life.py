"""Invented schools, pairings, points schemes, lists, covenants, products and cases of the demo (3.2, 3.4, 3.5)."""

from __future__ import annotations

from datetime import date, timedelta

from bangfu.activities.models import Activity
from bangfu.divisions.models import Division
from bangfu.kernel.codes import Level
from bangfu.services.models import (
    Dispatch,
    ExperienceCase,
    FairSale,
    Institution,
    InstitutionPairing,
    LocalProduct,
    MatterCase,
    ModelVillage,
    PairingPlanItem,
    PointsRule,
    PointsScheme,
    ResponsibilityList,
    VillageCovenant,
)

INSTITUTIONS = (
    ("东华镇中心小学", "primary", 78, 1260, "广州市越秀区东风东路小学"), ("东华中学", "junior_middle", 96, 1580, ""),
    ("东华镇中心幼儿园", "kindergarten", 31, 420, ""),
    ("东华镇中心卫生院", "town_hospital", 64, 80, "广东省第二人民医院"), ("光明村卫生站", "clinic", 2, 0, ""),
)  # fmt: skip
RULES = (
    ("门前三包、垃圾分类到位", "environment", 5, 20, "month"), ("参加村集体义务劳动", "volunteering", 5, 60, "year"),
    ("参加村民会议", "public_affairs", 2, 20, "year"), ("红白喜事从简", "customs", 10, 20, "year"),
    ("种养示范带动邻里", "industry", 10, 30, "year"), ("乱倒垃圾", "environment", -5, None, "month"),
    ("违规建房", "law", -20, None, "year"),
)  # fmt: skip
LISTS = (
    ("minor_power", "低保申请初审", "社会救助暂行办法", "村党组织书记", "本人申请→入户核实→村民代表评议→公示→报镇",
    "身份证、户口簿、收入说明", 15),
    ("minor_power", "集体资产发包", "农村集体资产管理办法", "经济联合社理事长",
    "提出方案→村民代表会议→公开竞投→签合同→公示", "", 30),
    ("village_matter", "一事一议筹资筹劳", "村民一事一议筹资筹劳管理办法", "村民委员会主任",
    "提议→商议→村民会议表决→报镇审核→实施→公开", "", 30),
    ("public_service", "城乡居民医保参保登记", "医疗保障经办规程", "村便民服务站", "带证件到站→当场登记→缴费",
    "身份证", 1),
    ("public_service", "生育登记", "广东省人口与计划生育条例", "村便民服务站", "网上或到站登记→领取凭证",
    "身份证、结婚证", 1),
    ("negative", "违规收取村民费用", "村级小微权力负面清单", "村务监督委员会", "发现→核实→纠正→公开", "", 10),
)  # fmt: skip
PRODUCTS = (
    ("英德红茶", "tea", "英红茶业合作社", 3, 11, 260, "斤", "英德红茶地理标志"), ("东华麻竹笋", "vegetable",
    "东华麻竹合作社", 5, 9, 8, "斤", ""),
    ("沙糖桔", "fruit", "光明村果农", 11, 1, 4, "斤", ""), ("农家花生油", "grain", "东升榨油坊", 9, 12, 28, "斤", ""),
    ("走地鸡", "livestock", "黄屋养殖户", None, None, 45, "斤", ""), ("客家竹编", "craft", "竹编老艺人", None, None,
    120, "件", "县级非遗"),
    ("滑水山古道", "sight", "", None, None, None, "", ""), ("茶园民宿", "lodging", "茶香小院", None, None, 220,
    "间夜", ""),
)  # fmt: skip


def load(on: date, town: Division) -> None:
    villages = list(Division.objects.filter(parent=town, level=Level.VILLAGE, valid_to=None).order_by("code"))
    _care(on, town)
    _governance(on, town, villages)
    _showing(on, town, villages)


def _care(on: date, town: Division) -> None:
    for name, kind, staff, served, helper in INSTITUTIONS:
        here = Institution.objects.create(division=town, name=name, kind=kind, staff_count=staff, served_count=served)
        if not helper:
            continue
        pair = InstitutionPairing.objects.create(
            division=town, institution=here, helper=helper, is_hospital="hospital" in kind,
            from_on=on - timedelta(days=800), agreement_no=f"结对〔{on.year - 2}〕{here.pk}号",
        )  # fmt: skip
        items = (
            ("TEACHERS", "teachers", "送教下乡"),
            ("REMOTE", "remote", "每月远程教研会诊"),
            ("TRAINING", "training", "骨干跟岗"),
        )
        PairingPlanItem.objects.bulk_create(
            PairingPlanItem(division=town, institution_pairing=pair, year=on.year, kind=kind_of, what=what, times=4,
                            due_on=date(on.year, 12, 20), done_on=on - timedelta(days=40) if place == 0 else None)
            for place, (_, kind_of, what) in enumerate(items)
        )  # fmt: skip
        Dispatch.objects.bulk_create(
            Dispatch(division=town, institution_pairing=pair, person_name=who, title="副高", direction=way,
                     from_on=on - timedelta(days=120), to_on=on - timedelta(days=60 if way == "here" else 90))
            for who, way in (("欧阳静", "here"), ("黎志勇", "here"), ("曾小梅", "there"))
        )  # fmt: skip


def _governance(on: date, town: Division, villages: list[Division]) -> None:
    for place, village in enumerate(villages[:4]):
        scheme = PointsScheme.objects.create(
            village=village, version_name=f"{on.year - 1}年第一版", from_on=date(on.year - 1, 1, 1), base_points=100,
            redeeming="shop", objection_days=5,
        )  # fmt: skip
        PointsRule.objects.bulk_create(
            PointsRule(village=village, points_scheme=scheme, item=item, topic=topic, points=points, cap_points=cap,
                       cap_period=period, proof="照片或签到表")
            for item, topic, points, cap, period in RULES[: 7 - place]
        )  # fmt: skip
    VillageCovenant.objects.bulk_create(
        VillageCovenant(
            village=village, version_name=f"{on.year - 2}年修订", adopted_on=date(on.year - 2, 6, 18),
            agreed_count=43,
            body="爱党爱国，守法明理；邻里和睦，孝老爱亲；红白从简，不比阔气；门前三包，爱护山水。", present_count=47,
            legality_checked_on=date(on.year - 2, 6, 25) if place != 2 else None, legality_checked_by="镇司法所",
            filed_on=date(on.year - 2, 7, 1) if place != 2 else None, from_on=date(on.year - 2, 7, 1),
        )
        for place, village in enumerate(villages[:6])
    )  # fmt: skip
    ResponsibilityList.objects.bulk_create(
        ResponsibilityList(
            division=town, kind=kind, item=item, basis=basis, owner=owner, steps=steps, materials=materials,
            time_limit=days,
            supervised_by="村务监督委员会", published_on=on - timedelta(days=300), from_on=date(on.year - 1, 1, 1),
        )
        for kind, item, basis, owner, steps, materials, days in LISTS
    )  # fmt: skip
    _cases(on, villages)
    ModelVillage.objects.bulk_create(
        ModelVillage(village=village, kind=kind, rank=rank, applied_on=date(on.year - 1, 3, 1),
                     named_on=date(on.year - 1, 11, 8) if named else None,
                     document_no=f"英司〔{on.year - 1}〕12号" if named else "")
        for village, (kind, rank, named) in zip(villages, (("law", "county", True), ("civilised", "city", True),
        ("governance", "province", False)), strict=False)
    )  # fmt: skip


def _cases(on: date, villages: list[Division]) -> None:
    """Running, done and late ones under the items of the lists."""
    items = list(ResponsibilityList.objects.filter(time_limit__gt=1).order_by("pk")[:3])
    rows = []
    for place, (item, who) in enumerate(
        zip(items * 2, ("邓秀英", "黄伯", "陈家兴", "李桂芳", "罗志强", "钟阿姨"), strict=False)
    ):
        steps, opened = [step["title"] for step in item.steps_drawn], on - timedelta(days=8 + 9 * place)
        count = len(steps) if place == 1 else min(place, len(steps) - 1)
        days = [opened + timedelta(days=2 * turn) for turn in range(count)]
        rows.append(MatterCase(
            village=villages[place % 3], list_item=item, applicant=who, opened_on=opened, steps=steps, step_days=days,
            due_on=opened + timedelta(days=21), closed_on=days[-1] if place == 1 else None,
            outcome="done" if place == 1 else "running",
        ))  # fmt: skip
    MatterCase.objects.bulk_create(rows)


def _showing(on: date, town: Division, villages: list[Division]) -> None:
    products = LocalProduct.objects.bulk_create(
        LocalProduct(
            village=villages[place % len(villages)], name=name, kind=kind, producer=producer, season_from=first,
            season_to=last, price_yuan=price, price_per=per, certified_as=brand, contact=producer[:10],
            has_consent=place % 4 != 3,
            is_public=place % 4 != 3, story=f"{name}是东华镇的老味道、老手艺，村里几代人做下来，欢迎来看、来尝。",
        )
        for place, (name, kind, producer, first, last, price, per, brand) in enumerate(PRODUCTS)
    )  # fmt: skip
    fair = Activity.objects.filter(kind="promotion_fair", withdrawn_at=None, division=town).order_by("pk").first()
    if fair:
        FairSale.objects.bulk_create(
            FairSale(village_id=product.village_id, activity=fair, local_product=product, way=("fair",
            "live_stream")[place % 2],
                     sold_on=fair.held_on, quantity=80 + 30 * place, amount_yuan=26000 - 5200 * place,
                     views=4200 if place % 2 else None)
            for place, product in enumerate(products[:4])
        )  # fmt: skip
    ExperienceCase.objects.bulk_create(
        ExperienceCase(division=town, title=title, topic=topic, problem=problem, practice=practice, result=result,
                       written_on=on - timedelta(days=100), author="驻镇工作队", outlet=outlet, medium=medium,
                       published_on=on - timedelta(days=70) if outlet else None)
        for title, topic, problem, practice, result, outlet, medium in (
            ("小积分换出大变化", "governance", "村民参与村务不积极", "积分入户，每月公示，积分超市兑换",
            "环境整治投工比去年多一倍", "city", "清远日报"),
            ("一片叶子连起三百户", "industry", "茶农各卖各的，价格低", "合作社统一收购加工，保底分红",
            "户均增收八千元", "", ""),
        )
    )  # fmt: skip
