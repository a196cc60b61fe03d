"""Field work of the demo: a round under way in one county, visits, and clues of this month; the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.demo import CAST, COUNTY
from bangfu.accounts.models import Grant
from bangfu.accounts.roles import Role
from bangfu.activities.activity import Activity
from bangfu.activities.follow_ups import FollowUp
from bangfu.consolidation import clue_acts, intake
from bangfu.consolidation.clues import IS_OPEN, Clue
from bangfu.consolidation.rounds import RoundVillage, ScreeningRound
from bangfu.kernel.identity import check_character
from bangfu.ledger.acts import recorded
from bangfu.people.models import Household

BEGAN, LASTS = 20, 45
#: (rule, risk, score, sentence); the sentence takes an amount
FACTS = (
    ("S04", "illness", 34, "近12个月住院个人负担 {} 元，达到一般农户预警线"),
    ("S02", "illness", 48, "近12个月个人负担医疗费 {} 元，超过上年全省农村居民人均可支配收入"),
    ("S11", "unstable_employment", 22, "家中唯一务工人员失业已满 3 个月"),
    ("S09", "schooling", 28, "本学年自付学费 {} 元"),
    ("S20", "unsafe_housing", 56, "住房鉴定为 C 级，维修估价 {} 元"),
    ("S18", "natural_disaster", 62, "上月受灾，上报损失 {} 元"),
)
CLOSING = ("paid_by_insurance", "income_steady", "solved", "helped_already", "wrong_data")
REPORTS = (
    ("李大山", "13800138001", "illness", "老伴住院三个月，自付四万多元，家里只有我一个人做工"),
    ("王秀英", "13800138002", "schooling", "两个孩子同时上大学，孩子爸爸今年没找到活"),
)
MEETINGS = (
    ("meeting", "村“两委”和工作队研判会", "研究本月排查发现的困难户，议定分头入户"),
    ("field_study", "产业到户情况调研", "看了三家联农带农基地，务工岗位还缺人"),
    ("publicity", "帮扶政策“明白纸”入户", "发放政策明白纸，讲解自主申报的办法"),
)
_VISITS = """
    INSERT INTO activities_activity (kind, held_on, division_id, household_id, title, people, has_change, found)
    SELECT 'household_visit', %s::date - (h.id * 7919 %% 19)::int, h.village_id, h.id, '', %s, h.id %% 41 = 0,
        CASE WHEN h.id %% 41 = 0 THEN '户主外出务工返乡，暂时没有找到新工作' ELSE '走访核对，情况没有变化' END
    FROM people_household h
    WHERE h.village_id BETWEEN %s AND %s AND h.withdrawn_at IS NULL
        AND (h.id * 2654435761 %% 100) < 88 - (h.village_id %% 7) * 9"""


def load(today: date) -> int:
    """Makes it unless there is some; the number of clues. One transaction."""
    if ScreeningRound.objects.exists():
        return 0
    with transaction.atomic():
        _round(today)
        _visits(today)
        return _clues(today)


def _round(today: date) -> None:
    began = today - timedelta(days=BEGAN)
    season = "春季" if began.month < 7 else "秋季"
    made = ScreeningRound.objects.create(
        county_id=COUNTY, title=f"英德市{began.year}年{season}集中排查", from_on=began,
        to_on=began + timedelta(days=LASTS), note="全部农户走访一遍，不漏一户一人",
    )  # fmt: skip
    shares = RoundVillage.objects.filter(screening_round=made, households__gt=0)
    shares.update(responsible="村“两委”、驻村工作队")


def _visits(today: date) -> None:
    names = {part.key: part.name for part in CAST}
    with recorded(Actor(None), "demo"), connection.cursor() as cursor:
        cursor.execute(_VISITS, [today, f"{names['村干']}、{names['队员']}", COUNTY, COUNTY + 999_999])
        cursor.execute("ANALYZE activities_activity")
    town = _village() // 1000 * 1000
    for number, (kind, title, found) in enumerate(MEETINGS):
        held = Activity.objects.create(
            kind=kind, held_on=today - timedelta(days=3 + 4 * number), division_id=town, title=title, result=found,
            people=f"{names['队长']}、{names['镇办']}",
        )  # fmt: skip
        if kind == "meeting":
            FollowUp.objects.create(
                what="分头入户核实", who=names["队长"], division_id=town, due_on=today + timedelta(days=2),
                source_ledger="activities", source_id=held.pk,
            )  # fmt: skip


def _village() -> int:
    """Where the village cadre of the cast works."""
    own = Grant.objects.filter(user__username="cungan", role=Role.VILLAGE).first()
    assert own and own.division_id
    return own.division_id


def _clues(today: date) -> int:
    """Last month's, closed for the most part; this month's, on which the village's list stands."""
    counted = Household.objects.filter(village__gte=COUNTY, village__lte=COUNTY + 999_999, withdrawn_at=None)
    homes = list(counted.order_by("pk").values_list("pk", "village_id"))
    own_village = _village()
    own = [pk for pk, village in homes if village == own_village]
    before = [pk for pk, _ in homes[::29]]
    intake.receive_many(_found(before, today - timedelta(days=34)), run="上月部门数据", at=today - timedelta(days=34))
    town = next(part.username for part in CAST if part.role == Role.TOWN)
    by = Actor.of(Grant.objects.get(user__username=town).user, today)
    rows = list(Clue.objects.filter(IS_OPEN, run_no="上月部门数据").order_by("pk"))
    for number, reason in enumerate(CLOSING):
        closed = timezone.now() - timedelta(days=30 - number)
        clue_acts.close_needless(rows[number :: len(CLOSING)], reason=reason, by=by, at=closed)
    this_month = dict.fromkeys([*own[:40], *(pk for pk, _ in homes[11::23])])
    intake.receive_many(_found(list(this_month), today - timedelta(days=1)), run="本月部门数据", at=today)
    for number, (name, phone, risk, says) in enumerate(REPORTS, 1):
        first17 = f"9900001980010100{number}"
        values = {"village_id": own_village, "channel": "self_report", "risks": [risk], "says": says}
        who = {"reporter_name": name, "reporter_phone": phone}
        number_of = {"reporter_identity_no": first17 + check_character(first17)}
        intake.receive(values | who | number_of, by=Actor(None), at=today)
    return Clue.objects.count()


def _found(homes: list[int], day: date) -> Iterator[dict[str, Any]]:
    for pk in homes:
        facts = [FACTS[pk % len(FACTS)], *([FACTS[(pk // 7) % len(FACTS)]] if pk % 3 == 0 else [])]
        reasons: list[dict[str, Any]] = [
            {
                "rule": rule, "says": says.format(6000 + pk * 37 % 41000), "score": score,
                "fingerprint": f"{rule} {pk} {day:%Y-%m}",
            }
            for rule, _, score, says in dict.fromkeys(facts)
        ]  # fmt: skip
        score = sum(reason["score"] for reason in reasons)
        yield {
            "household_id": pk, "channel": "department_alert", "received_on": day, "score": score, "reasons": reasons,
            "risks": list(dict.fromkeys(risk for _, risk, _, _ in facts)),
            "colour": "red" if score >= 50 else "orange" if score >= 30 else "yellow",
        }  # fmt: skip
