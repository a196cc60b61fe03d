"""3.4: points from the application to the goods, held by double entry; many at once; looked up by a code on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.bookkeeping import checking
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.people.models import Household
from bangfu.services.models import (
    PointsApplication,
    PointsCode,
    PointsGoods,
    PointsRedemption,
    PointsRule,
    PointsScheme,
)
from bangfu.services.points import application_acts as acts
from bangfu.services.points import books, shop, yearly
from bangfu.services.tests.test_jobs_and_skills import bring_in, faults_of
from tests.ledgers.samples import HERE, make

ClientOf = Callable[[str], Client]
TODAY = dates.today()
NOBODY = Actor(None)


def a_home(place: int = HERE) -> Household:
    ledger = registry.get("households")
    assert ledger
    made: Household = make(ledger, place)
    return made


def a_scheme(village: int = HERE, **columns: Any) -> PointsScheme:
    known = {"version_name": "第一版", "from_on": date(TODAY.year - 2, 1, 1), "redeeming": "shop", "objection_days": 3}
    return PointsScheme.objects.create(village_id=village, **known | columns)


def a_rule(scheme: PointsScheme, **columns: Any) -> PointsRule:
    known = {"item": "义务劳动", "topic": "volunteering", "points": 5}
    return PointsRule.objects.create(village_id=scheme.village_id, points_scheme=scheme, **known | columns)


def some_goods(points: int = 10, pieces: int = 100) -> PointsGoods:
    goods = PointsGoods.objects.create(village_id=HERE, name="洗衣液", points=points, unit="瓶")
    shop.receive(goods, pieces, str(uuid4()), says="", by=NOBODY, on=TODAY, at=timezone.now())
    return goods


def give(home: Household, points: int, on: date = TODAY) -> None:
    books.give(home, points, "points_earned", str(uuid4()), says="测试", by=NOBODY, at=timezone.now(), on=on)


@pytest.mark.django_db
def test_points_go_from_the_application_to_the_account_and_back_after_an_appeal(client_of: ClientOf, cast: Any) -> None:
    village, outsider, home = client_of("县局"), client_of("外县"), a_home()
    old = a_scheme(to_on=TODAY - timedelta(days=31))
    scheme = a_scheme(version_name="第二版", from_on=TODAY - timedelta(days=30))
    past, rule = a_rule(old, points=50), a_rule(scheme, cap_points=12, cap_period="year")
    sent = {
        "household": home.pk,
        "points_rule": rule.pk,
        "happened_on": TODAY,
        "applied_on": TODAY,
        "times": 2,
        "proof": "签到表",
    }
    page = village.post("/l/points-applications/new/", sent | {"points_rule": past.pk})
    assert "这一版方案" in str(page.context["form"].errors)
    assert village.post("/l/points-applications/new/", sent).status_code == 302
    no, yesterday = home.household_no, TODAY - timedelta(days=1)
    rows = (f"{no},义务劳动,{yesterday},{TODAY},1", f"{no},没有的事,{TODAY},{TODAY},1")
    text = "\n".join(("户编号,事项,哪天的事,申报日期,次数", *rows))
    run = bring_in(cast["县局"], "points-applications", text)
    assert "没有这个事项" in faults_of(run)
    first = PointsApplication.objects.get()
    second = PointsApplication.objects.create(
        village_id=HERE, household=home, points_rule=rule, item=rule.item, happened_on=TODAY - timedelta(days=2),
        applied_on=TODAY, times=1, points=5,
    )  # fmt: skip
    PointsRule.objects.filter(pk=rule.pk).update(points=99)  # changed in mid-review: what was applied for stays
    both = {"act": "agree", "row": [first.pk, second.pk], "words": "5 人同意"}
    outsider.post("/services/points/jury/judge/", both)
    assert not PointsApplication.objects.exclude(state="applied").exists()
    answer = village.post("/services/points/jury/judge/", both, follow=True).content.decode()
    assert "封顶 12 分，已有 10 分，记 2 分" in answer
    assert village.get(f"/l/points-applications/{first.pk}/edit/").status_code == 404  # judged: only acts move it
    first.refresh_from_db()
    with pytest.raises(acts.Refused, match="满了才能入账"):
        acts.post(first, by=NOBODY, on=TODAY, at=timezone.now())
    PointsApplication.objects.update(objection_until=TODAY - timedelta(days=1))
    assert acts.post_all_due(TODAY) == 2
    assert acts.post_all_due(TODAY) == 0
    assert books.points_of(home.pk) == 12
    with pytest.raises(acts.Refused):
        acts.agree(first, "再来一次", by=NOBODY, on=TODAY)

    goods = some_goods(points=4)
    bought = {"household": home.pk, "goods": goods.pk, "pieces": 2, "request_key": str(uuid4())}
    assert village.post("/services/points/shop/", bought).status_code == 302
    assert village.post("/services/points/shop/", bought).status_code == 302  # pressed twice, done once
    assert (books.points_of(home.pk), books.stock_of(goods.pk)) == (4, 98)
    page = village.post("/services/points/shop/", bought | {"request_key": str(uuid4())})
    assert "这一户有 4 分，要 8 分" in page.content.decode()
    assert outsider.post("/services/points/shop/", bought | {"request_key": str(uuid4())}).status_code == 422
    with pytest.raises(acts.Refused, match="先退回兑换"):
        acts.undo(first, "没有参加", by=NOBODY, on=TODAY, at=timezone.now())
    redemption = PointsRedemption.objects.get()
    assert outsider.post(f"/services/points/redemptions/{redemption.pk}/return/", {"words": "x"}).status_code == 404
    village.post(f"/services/points/redemptions/{redemption.pk}/return/", {"words": "登记错了"})
    acts.undo(first, "没有参加", by=NOBODY, on=TODAY, at=timezone.now())
    assert (books.points_of(home.pk), books.stock_of(goods.pk)) == (2, 100)
    assert all(not result.faults for result in checking.run())


@pytest.mark.django_db
def test_a_code_on_paper_shows_one_household_and_guessing_ends(client_of: ClientOf, client: Client) -> None:
    village, home, other = client_of("县局"), a_home(), a_home()
    Household.objects.filter(pk__in=[home.pk, other.pk]).update(member_count=3, head_name="罗水生")
    give(home, 7)
    sheet = village.get(f"/services/points/codes/{HERE}/").content.decode()
    assert client_of("外县").get(f"/services/points/codes/{HERE}/").status_code == 404
    code = PointsCode.objects.get(household=home).code
    assert f"{code[:4]} {code[4:8]} {code[8:]}" in sheet
    assert code in village.get(f"/services/points/codes/{HERE}/").content.decode().replace(" ", "")
    page = client.post("/points/", {"code": f" {code[:4]} {code[4:].upper()}"}).content.decode()
    assert "罗**" in page
    assert "<strong>7</strong>" in page
    assert home.head_name == "" or "罗水生" not in page
    assert client.get("/points/").status_code == 200
    for _ in range(60):
        assert client.post("/points/", {"code": "2" * 12}).status_code == 404
    assert client.post("/points/", {"code": code}).status_code == 429


@pytest.mark.django_db
def test_a_year_ends_once_and_points_of_the_new_year_stay(cast: Any) -> None:
    home, year = a_home(), TODAY.year
    scheme = a_scheme(base_points=20)
    Household.objects.filter(pk=home.pk).update(member_count=2)
    give(home, 30, date(year - 1, 6, 1))
    give(home, 5, date(year, 1, 1))
    give(home, -4, date(year, 1, 1))
    for _ in range(2):
        yearly.reset(scheme, year, TODAY)
    assert books.points_of(home.pk) == 30 - 4 - 26 + 5 + 20
    give(home, -1000)  # a deduction takes what is there
    assert books.points_of(home.pk) == 0
