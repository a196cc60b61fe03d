"""What the units and teams of the demo did this year: enough that some duties are met, some due, some still open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.activities import sameness, taking_part
from bangfu.activities.activity import DEPUTY_LEADER, FIELD_STUDY, MAIN_LEADER, OTHER, Activity
from bangfu.activities.follow_ups import OF_ACTIVITY, FollowUp
from bangfu.ledger.acts import recorded
from bangfu.units.models import Cadre, Group

LEADERS = ("何启明", "梁静宜", "罗嘉文", "谭志远", "冯素云", "邓国华")
STUDIES = (
    "看了茶叶加工车间和村道硬化，议定补齐车间检测设备",
    "走访三户监测户，商定由单位工会认购农产品",
    "到村小学和卫生站，议定教师跟岗和义诊",
)
#: kind, title, people, headcount, result, details, days ago
OF_THE_TOWN: tuple[tuple[str, str, str, int, str, str, int], ...] = (
    ("free_clinic", "老年人健康义诊", "县人民医院医疗队", 126, "建议复查 14 人，已约到县医院", "医护人员：9", 37),
    ("lecture", "“一户一案”政策讲堂", "", 64, "", "主讲人：何景行", 52),
    ("law_event", "法治赶集", "镇司法所", 80, "现场解答土地承包纠纷 6 起", "咨询人次：31", 66),
    ("culture_event", "乡村文艺下乡", "", 210, "", "其中特殊群体：36；哪些特殊群体：独居老人、留守儿童", 81),
    ("job_fair", "春风行动招聘会", "", 190, "", "用人单位：22；提供岗位：460；达成意向：37", 44),
    ("volunteering", "暑期支教志愿服务", "岭南农林大学志愿队", 18, "辅导学生 43 人", "服务时长：240", 95),
    ("agritech_service", "红茶病虫害现场指导", "沈致远", 26, "统防方案发到各合作社", "", 20),
    ("finance_service", "贷款政策上门对接", "农商行客户经理", 12, "三家合作社提出申请", "意向贷款：600000", 33),
    ("promotion_fair", "英德红茶展销", "", 40, "签订购销协议 2 份", "现场销售额：182000", 110),
    ("village_meeting", "产业分红方案村民代表会", "", 41, "表决通过", "到会户代表：38", 58),
    ("party_branch_activity", "工作队临时党支部学习会", "林建华、苏晓彤", 9, "研究下半年帮扶重点", "", 15),
    ("branch_pairing_activity", "单位支部与村支部共建", "", 22, "共建“微网格”议事点", "", 71),
    ("teaching_exchange", "科学课送教", "", 60, "", "课时：6", 88),
)  # fmt: skip


@transaction.atomic
def load(today: date) -> int:
    """Makes them; how many. Needs the groups, teams and cadres of the demo."""
    made = 0
    with recorded(Actor(None), "demo"):
        for place, group in enumerate(Group.objects.filter(to_on=None, withdrawn_at=None).order_by("town_id")):
            units = list(group.members_on(today))
            for activity, parts, cadres in _of(group, units, today, place):
                activity.details = activity.details or ""
                activity.save(force_insert=True)
                taking_part.write(activity, parts, cadres)
                Activity.objects.filter(pk=activity.pk).update(same_key=sameness.key_of(activity))
                made += 1
        _follow_ups(today)
    return made


Made = tuple[Activity, list[tuple[int, str]], list[int]]


def _of(group: Group, units: list[Unit], today: date, place: int) -> Iterator[Made]:
    town = group.town_id
    for number, unit in enumerate(units):
        who = LEADERS[(number + place) % len(LEADERS)]
        for turn in range(2 if number % 3 == 0 else 1):
            day = _day(today, 24 + 41 * turn + 17 * number + 5 * place)
            yield (
                _made(FIELD_STUDY, day, town, people=who, result=STUDIES[(number + turn) % 3]),
                [(unit.pk, DEPUTY_LEADER)],
                [],
            )
        if number % 2 == 0:
            day = _day(today, 130 + 9 * number)
            yield _made(FIELD_STUDY, day, town, people=who, result=STUDIES[number % 3]), [(unit.pk, MAIN_LEADER)], []
        meeting = _made(
            "leadership_meeting",
            _day(today, 160 + 6 * number),
            town,
            title="专题研究驻镇帮镇扶村工作",
            result="审议年度帮扶安排",
        )
        if number != 1:
            yield meeting, [(unit.pk, OTHER)], []
    if units and place == 0:
        day = _day(today, 100)
        joint = _made(
            "joint_meeting",
            day,
            town,
            group=group,
            chair=units[0],
            result="议定年度项目分工，轮值主持下一次由成员单位承担",
        )
        yield joint, [(unit.pk, OTHER) for unit in group.members_on(day)], []
        yield from _of_cadres(group, today)
    for kind, title, people, count, result, told, ago in OF_THE_TOWN if place == 0 else ():
        values = {"title": title, "people": people, "headcount": count, "result": result, "details": told}
        yield _made(kind, _day(today, ago), town, **values), [], []


def _of_cadres(group: Group, today: date) -> Iterator[Made]:
    cadres = list(Cadre.objects.filter(town=group.town_id, to_on=None, withdrawn_at=None).order_by("pk"))
    for number, cadre in enumerate(cadres[:4]):
        unit = [(cadre.sending_unit_id, MAIN_LEADER)]
        hearing = _made("report_hearing", _day(today, 45 + 8 * number), group.town_id, result="肯定进展，要求抓实产业")
        yield hearing, unit, [cadre.pk]
        if number % 2 == 0:
            comfort = _made("comfort_visit", _day(today, 200 + number), group.town_id, details="慰问金额：1000")
            yield comfort, [(cadre.sending_unit_id, OTHER)], [cadre.pk]
    training = _made(
        "training",
        _day(today, 120),
        group.town_id,
        title="驻镇帮镇扶村干部专题培训",
        details="学时：16；授课人：省委党校教师",
    )
    yield training, [], [cadre.pk for cadre in cadres[:-1]]


def _made(kind: str, day: date, town: int, **values: Any) -> Activity:
    return Activity(kind=kind, held_on=day, division_id=town, **values)


def _day(today: date, ago: int) -> date:
    """Of this year; what would lie in the last one falls on its first days."""
    return max(today - timedelta(days=ago), date(today.year, 1, 1) + timedelta(days=ago % 13))


def _follow_ups(today: date) -> None:
    studies = Activity.objects.filter(kind=FIELD_STUDY).exclude(unit_names="").order_by("-held_on")[:4]
    for number, study in enumerate(studies):
        part = study.units.first()
        FollowUp.objects.create(
            what=("采购茶叶检测设备", "认购首批农产品", "排出教师跟岗名单", "答复村道照明经费")[number],
            who=study.people, unit_id=part.unit_id if part else None, division_id=study.division_id,
            due_on=today + timedelta(days=(-6, 2, 12, 30)[number]), source_ledger=OF_ACTIVITY, source_id=study.pk,
        )  # fmt: skip
