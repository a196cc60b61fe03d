"""Stock-taking by tap, reconciliation of money, projects, assets and things, inspections that are due (1.4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.assets.models import Asset, AssetInspection, Difference, DistinctAssets, FundPart, StockCount, StockRound
from bangfu.assets.reconciling import run
from bangfu.funds.tests.town import COUNTY, PROVINCE, TOWN, VILLAGE, project
from bangfu.kernel import dates
from bangfu.kernel.periods import add_months

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
MOST_QUERIES = 14
ELSEWHERE = 441882101202
K = Difference.Kind


def asset(name: str = "水池", cost: Any = 100, **more: Any) -> Asset:
    values = {"name": name, "asset_class": "public", "cost_yuan": Decimal(str(cost)), "division_id": VILLAGE,
              "formed_year": 2023, "owner": "光明村", "keeper": "黄志强"}  # fmt: skip
    return Asset.objects.create(**values | more)


def opened(on: date) -> StockRound:
    return StockRound.objects.create(division_id=TOWN, title="年度盘点", opened_on=on, due_on=on + timedelta(days=20))


def test_the_village_taps_once_for_what_is_there_and_the_rest_becomes_differences(client_of: ClientOf) -> None:
    today = dates.today()
    there, gone, other = asset(), asset("广播", 5), asset("路灯", 7)
    asset("已处置的", 9, state="disposed")
    strange = asset("联西村水池", division_id=ELSEWHERE)
    village, outside = client_of("村干"), client_of("外县")
    assert village.get("/assets/stock/").context["round"] is None
    now = opened(today)
    assert "资产盘点：还有 3 项没有点" in village.get("/").content.decode()
    with CaptureQueriesContext(connection) as queries:
        page = village.get("/assets/stock/")
    assert {row.pk for row in page.context["rows"]} == {there.pk, gone.pk, other.pk} and len(queries) <= MOST_QUERIES

    def tap(on: Asset, outcome: str, who: Client = village, **more: str) -> int:
        return who.post(
            f"/assets/stock/{now.pk}/{on.pk}/", {"outcome": outcome, **more}, headers={"HX-Request": "true"}
        ).status_code

    assert [tap(there, "there"), tap(there, "there"), tap(gone, "gone", said="去年坏了拆走")] == [200, 200, 200]
    assert tap(other, "different") == 200
    assert tap(there, "gone", outside) == 404 and tap(strange, "there") == 404 and tap(there, "what") == 404
    assert StockCount.objects.count() == 3 and not village.get("/assets/stock/").context["rows"]
    found = {row.kind: row for row in Difference.objects.filter(settled_on=None)}
    assert set(found) == {K.NOT_THERE, K.OTHER_STATE}
    lost = found[K.NOT_THERE]
    assert (lost.asset, lost.said, lost.responsible, lost.due_on) == (
        gone,
        "去年坏了拆走",
        "黄志强",
        today + timedelta(days=30),
    )
    assert tap(gone, "there") == 200  # found again
    lost.refresh_from_db()
    assert lost.settled_on == today and lost.settlement == "盘点：在"
    settle = f"/assets/differences/{found[K.OTHER_STATE].pk}/settle/"
    assert outside.post(settle, {"settlement": "修好"}).status_code == 404
    village.post(settle, {"settlement": "灯头已换"})
    assert not Difference.objects.filter(settled_on=None).exists()
    round_page = client_of("镇办").get(f"/l/stock-rounds/{now.pk}/").context
    assert round_page["sums"] == [3, 3, 0, 1]
    StockRound.objects.update(ended_on=today)
    assert tap(there, "gone") == 422
    assert outside.get("/assets/stock/").context["rows"] == []


def test_reconciliation_finds_what_does_not_agree_and_closes_what_agrees_again(client_of: ClientOf) -> None:
    today = dates.today()
    long_ago = today - timedelta(days=200)
    names = iter(("甲", "乙", "丙", "丁"))

    def done(**more: Any) -> Any:
        return project("audited", 100, name=f"项目{next(names)}", accepted_on=long_ago, audited_on=long_ago, **more)

    bare, above, below = done(), done(settled_yuan=Decimal(90)), done(settled_yuan=Decimal(80))
    asset("多", 95, project=above)
    small = asset("少", 60, project=below)
    FundPart.objects.create(asset=small, division_id=VILLAGE, source="central", yuan=Decimal(59))
    far = asset("外县的", 10, project=below, division_id=ELSEWHERE)
    StockRound.objects.create(division_id=TOWN, title="去年", opened_on=long_ago, due_on=long_ago, ended_on=today)
    county = client_of("县局")
    with CaptureQueriesContext(connection) as queries:
        assert county.get("/assets/reconcile/").status_code == 200
    assert len(queries) <= MOST_QUERIES
    assert county.post("/assets/reconcile/run/").status_code == 302
    found = Difference.objects.filter(settled_on=None)
    kinds = sorted(found.values_list("kind", flat=True))
    assert kinds == sorted(
        [K.UNPAID] * 3 + [K.NOT_FORMED, K.ABOVE_PAID, K.BELOW_SETTLED, K.PARTS_DIFFER] + [K.NOT_COUNTED] * 2
    )
    gap = found.get(kind=K.BELOW_SETTLED)
    assert (gap.one_yuan, gap.other_yuan, gap.gap_yuan, gap.project) == (Decimal(70), Decimal(80), Decimal(-10), below)
    assert found.get(kind=K.NOT_FORMED).project == bare and found.get(kind=K.PARTS_DIFFER).responsible == "黄志强"
    again = run.reconcile(COUNTY, today, by=Actor(None))
    assert (again.opened, again.closed) == (0, 0)
    FundPart.objects.update(yuan=Decimal(60))
    page = county.get(f"/l/asset-differences/{gap.pk}/").content.decode()
    assert "怎样核清的" in page
    county.post(f"/assets/differences/{gap.pk}/settle/", {"settlement": "设计费不形成资产"})
    whole = run.reconcile(PROVINCE, today, by=Actor(None))
    assert (whole.opened, whole.closed) == (1, 1)  # the asset elsewhere, the parts that agree now
    assert found.get(kind=K.ELSEWHERE).asset == far and not found.filter(kind=K.BELOW_SETTLED).exists()
    below.settled_yuan = Decimal(85)
    below.save()
    run.reconcile(COUNTY, today, by=Actor(None))
    assert found.get(kind=K.BELOW_SETTLED).other_yuan == 85  # other figures are a new difference
    assert not client_of("村干").get("/assets/reconcile/").context["may_run"]
    outside = client_of("外县")
    assert [row.kind for row, _ in outside.get("/assets/reconcile/").context["rows"]] == [K.ELSEWHERE]
    assert outside.get(f"/l/asset-differences/{gap.pk}/").status_code == 404


def test_inspections_fall_due_by_class_and_what_looks_double_is_decided_once(
    client_of: ClientOf, cast: dict[str, User]
) -> None:
    today = dates.today()
    owned = {"right_confirmed_on": date(2020, 1, 1), "handed_over_on": add_months(today, -13)}
    due, fresh = asset(**owned), asset("新水池", 100, **owned | {"handed_over_on": add_months(today, -11)})
    asset("到户的鸡", 3, asset_class="household", **owned)
    village, outside = client_of("村干"), client_of("外县")
    assert "1 项资产该巡查了" in village.get("/").content.decode()
    assert [row.pk for row, _ in village.get("/assets/inspect/").context["rows"]] == [due.pk]
    assert not outside.get("/assets/inspect/").context["rows"]
    assert outside.post(f"/assets/{due.pk}/sound/").status_code == 404
    for _ in range(2):
        village.post(f"/assets/{due.pk}/sound/")
    due.refresh_from_db()
    assert AssetInspection.objects.count() == 1 and due.inspected_on == today
    assert not village.get("/assets/inspect/").context["rows"]
    same = asset("水池", 100, old_no="旧7", formed_year=2022)
    town = client_of("镇办")
    pairs = town.get("/assets/duplicates/").context["pairs"]
    assert {frozenset(each.pk for each in pair.both) for pair in pairs} >= {frozenset((due.pk, same.pk))}
    assert not outside.get("/assets/duplicates/").context["pairs"]
    decide = "/assets/duplicates/decide/"
    assert outside.post(decide, {"keep": due.pk, "other": same.pk, "act": "same"}).status_code == 404
    assert village.post(decide, {"keep": due.pk, "other": same.pk, "act": "same"}).status_code == 403
    town.post(decide, {"keep": due.pk, "other": fresh.pk, "act": "distinct"})
    for _ in range(2):
        town.post(decide, {"keep": due.pk, "other": same.pk, "act": "same"})
    same.refresh_from_db()
    due.refresh_from_db()
    assert same.withdrawn_at and due.old_no == "旧7" and DistinctAssets.objects.count() == 1
    assert not town.get("/assets/duplicates/").context["pairs"]
    # one canal in the ledgers of village, town and county, under three names
    three = [asset(name, 345, formed_year=2021, division_id=place) for name, place in (
        ("光明村三面光水渠", VILLAGE), ("光明村水渠", TOWN), ("水渠（光明村三面光）", COUNTY))]  # fmt: skip
    county = client_of("县局")
    found = {frozenset(each.pk for each in pair.both) for pair in county.get("/assets/duplicates/").context["pairs"]}
    assert found == {frozenset((one.pk, other.pk)) for one in three for other in three if one.pk < other.pk}
    decided = {"keep": three[0].pk, "other": three[2].pk, "act": "same"}
    assert client_of("镇办").post(decide, decided).status_code == 404  # the county's row is not the town's to decide
    assert "已撤回" in county.post(decide, decided, follow=True).content.decode()
    back = {"keep": three[2].pk, "other": three[0].pk, "act": "same"}  # who decided the other way at the same time
    assert "已经撤回了" in county.post(decide, back, follow=True).content.decode()
    county.post(decide, decided | {"other": three[1].pk})
    assert [row.pk for row in Asset.objects.filter(cost_yuan=345, withdrawn_at=None)] == [three[0].pk]
    assert county.post(decide, {"keep": "9" * 5000, "other": "x", "act": "same"}).status_code == 404
