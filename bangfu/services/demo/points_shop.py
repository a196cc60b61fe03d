"""Invented points of the demo (3.4): applications at every step, a shop with its stock, some redemptions."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.divisions.models import Division
from bangfu.people.models import Household
from bangfu.services.models import PointsApplication, PointsGoods, PointsRule
from bangfu.services.points import books, objection_acts, shop

NOBODY = Actor(None)
GOODS = (("洗衣液", 20, "瓶", 40), ("大米", 50, "袋", 20), ("毛巾", 8, "条", 60))


def load(on: date, village: Division) -> None:
    rules = list(PointsRule.objects.filter(village=village, points__gt=0).order_by("pk")[:4])
    homes = list(Household.objects.filter(village=village, withdrawn_at=None, member_count__gt=0).order_by("pk")[:12])
    if not rules:
        return
    rows = PointsApplication.objects.bulk_create(
        _application(on, home, rules[place % len(rules)], place) for place, home in enumerate(homes)
    )
    at, shown = timezone.now(), next((row for row in rows if row.state == "published"), None)
    if shown:
        words = "那天修路的名单里没有这一户，请再核对"
        objection_acts.receive(shown, words, "", key=uuid4(), on=on)
    for row in rows:
        if row.state == "posted":
            key = f"points:application:{row.pk}:{row.version}"
            day = on - timedelta(days=20)
            books.give(row.household, row.points, "points_earned", key, says=row.item, by=NOBODY, at=at, on=day)
    for home in homes[8:]:
        key = f"points:base:{home.pk}:{on.year}"
        books.give(
            home, 100, "points_base", key, says=f"{on.year} 年基础分", by=NOBODY, at=at, on=on - timedelta(days=30)
        )
    goods = PointsGoods.objects.bulk_create(
        PointsGoods(village=village, name=name, points=points, unit=unit) for name, points, unit, _ in GOODS
    )
    for each, (_, _, _, pieces) in zip(goods, GOODS, strict=True):
        shop.receive(each, pieces, f"demo:{each.pk}", says="首批进货", by=NOBODY, on=on - timedelta(days=15), at=at)
    for place, home in enumerate(homes[8:11]):
        shop.redeem(home, goods[place], 1, f"demo:{home.pk}", by=NOBODY, on=on - timedelta(days=place + 1), at=at)


def _application(on: date, home: Household, rule: PointsRule, place: int) -> PointsApplication:
    state = ("applied", "applied", "published", "posted")[place % 4]
    judged = on - timedelta(days=26 if state == "posted" else 1)
    row = PointsApplication(
        village_id=home.village_id, household=home, points_rule=rule, item=rule.item, points=rule.points, state=state,
        happened_on=on - timedelta(days=30 if state == "posted" else 3 + place),
        applied_on=on - timedelta(days=28 if state == "posted" else 2), proof="照片",
    )  # fmt: skip
    if state != "applied":
        row.granted_points, row.judged_on, row.judged_words = rule.points, judged, "评议小组 5 人一致同意"
        row.objection_until = judged + timedelta(days=5)
        row.posted_on = on - timedelta(days=20) if state == "posted" else None
    return row
