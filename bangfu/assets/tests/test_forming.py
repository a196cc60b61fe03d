"""From an accepted project to assets with their sources, an owner and a keeper (1.4); money and sheets agree to the fen."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.assets import acts
from bangfu.assets.forming import splitting
from bangfu.assets.models import Asset, FundPart, NoAsset
from bangfu.assets.states import State
from bangfu.bookkeeping.posting import Refused
from bangfu.exchange import registry as books
from bangfu.exchange import runs
from bangfu.exchange.models import ImportRun, StagedRow
from bangfu.exchange.models import State as RunState
from bangfu.funds import spending
from bangfu.funds.tests.town import COUNTY, PROVINCE, VILLAGE, Town, allot, budget, document, doing, paying, town
from bangfu.kernel import dates
from bangfu.ledger import acts as ledger_acts
from bangfu.ledger import registry
from bangfu.projects.project import Project

ClientOf = Callable[[str], Client]


def built() -> Town:
    """A project paid with 333.33 of the central level and 66.67 of the province's, accepted and settled at 400."""
    it = town()
    it.pay("333.33", "记-1")
    paper = document(1000, "province")
    allot(PROVINCE, COUNTY, 500, "province", document=paper)
    second = budget(it.project, 100, "province", document=paper)
    spending.pay(second, paying("66.67", "记-2", contract=it.contract), doing())
    Project.objects.filter(pk=it.project.pk).update(
        state="audited", accepted_on=date(2026, 5, 1), audited_on=date(2026, 5, 9), settled_yuan=400, is_operating=True
    )
    it.project.refresh_from_db()
    return it


def wanted(name: str, cost: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "asset_class": "public", "cost_yuan": Decimal(str(cost)), "division_id": VILLAGE, **more}


def bring_in(user: User, slug: str, text: str) -> ImportRun:
    book = books.get(slug)
    assert book
    run = runs.start(Actor.of(user, dates.today()), book, io.BytesIO(text.encode()), f"{slug}.csv", len(text.encode()))
    assert run.state == RunState.PREVIEWED, run.message
    return run


def parts_of(asset: Asset) -> dict[str, Decimal]:
    return dict(FundPart.objects.filter(asset=asset).values_list("source", "yuan"))


@pytest.mark.django_db
def test_a_project_becomes_assets_that_cost_no_more_than_it_and_each_fen_has_its_source(cast: dict[str, User]) -> None:
    it = built()
    with pytest.raises(Refused, match=r"合计 400\.01 元，多于还可以登记的 400\.00 元（审定结算金额 400\.00 元"):
        splitting.form_assets(it.project, [wanted("水池", 300), wanted("管网", "100.01")], doing())
    assert not Asset.objects.exists()
    once = doing()
    pool, pipes, shed = splitting.form_assets(
        it.project, [wanted("水池", "133.33"), wanted("管网", "133.34"), wanted("机房", "133.33")], once
    )
    assert [row.pk for row in splitting.form_assets(it.project, [wanted("水池", 1)] * 3, once)] == [
        pool.pk,
        pipes.pk,
        shed.pk,
    ]
    pool.refresh_from_db()
    assert pool.asset_no == f"441881-Z{pool.formed_year}-00001" and pool.acquired_on == date(2026, 5, 1)
    for asset in (pool, pipes, shed):
        assert sum(parts_of(asset).values()) == asset.cost_yuan
    assert {s: sum(parts_of(a).get(s, 0) for a in (pool, pipes, shed)) for s in ("central", "province")} == {
        "central": Decimal("333.33"), "province": Decimal("66.67")}  # fmt: skip
    with pytest.raises(Refused, match="合计 133.00 元，少于原值 133.33 元"):
        splitting.set_parts(pool, {"central": Decimal(133)}, doing())
    splitting.set_parts(pool, {"central": Decimal("100"), "social": Decimal("33.33")}, doing())
    assert parts_of(pool) == {"central": Decimal(100), "social": Decimal("33.33")}
    with pytest.raises(Refused, match="已经登记了资产"):
        splitting.state_no_asset(it.project, "项目管理费", doing())
    ledger = registry.get("assets")
    assert ledger
    _asked_by_every_way_in(it, ledger, cast["县局"])
    too_much = ledger.clean({"cost_yuan": Decimal(134), "project": it.project}, pool)
    assert "这一项最多 133.33 元" in too_much["cost_yuan"]
    assert "多于原值" in ledger.clean({"cost_yuan": Decimal(1), "project": it.project}, pool)["cost_yuan"]


def _asked_by_every_way_in(it: Town, ledger: Any, user: User) -> None:
    """One fen more: by whoever was asked before others had saved, by what was withdrawn and comes back, by a workbook."""
    by = Actor.of(user, dates.today())
    with pytest.raises(ledger_acts.Refused, match="审定结算 400.00 元，它的资产合计 400.01 元"):
        ledger_acts.create(ledger, wanted("一分钱", "0.01", project=it.project), by=by)
    spare = Asset.objects.create(**wanted("备件", 5, withdrawn_at=timezone.now()), project=it.project)
    with pytest.raises(ledger_acts.Refused, match="合计 405.00 元"):
        ledger_acts.restore(ledger, spare, by=by, reason="找到了")
    number, head = it.project.project_no, "资产编号,资产名称,坐落,资产类别,由哪个项目形成,形成年度,原值\n"
    rows = [f"Z-{n},棚{n},英德市东华镇光明村,公益性资产,{of},2026,{yuan}" for n, of, yuan in ((1, number, "0.5"), (2, "", "7"))]
    run = bring_in(user, "assets", head + "\n".join(rows))
    faults = [str(row.faults) for row in StagedRow.objects.filter(run=run, faults__isnull=False)]
    assert (runs.totals(run)["wrong"], runs.totals(run)["add"]) == (1, 1) and "合计 400.50 元，超过了" in faults[0]


@pytest.mark.django_db(transaction=True)
def test_two_who_register_at_once_never_register_more_than_was_spent(cast: dict[str, User]) -> None:
    it, refused = built(), list[str]()

    def form() -> None:
        try:
            splitting.form_assets(it.project, [wanted("水池", 300)], doing())
        except Refused as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=form) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Asset.objects.count() == 1 and len(refused) == 1 and "还可以登记的 100.00 元" in refused[0]


@pytest.mark.django_db
def test_shares_never_go_round_in_a_circle(cast: dict[str, User]) -> None:
    ledger = registry.get("assets")
    assert ledger
    Asset.objects.create(**wanted("厂房", 5, owner="甲公司", user_name="乙公司", operation_mode="equity"))
    Asset.objects.create(**wanted("设备", 5, owner="乙公司", user_name="丙公司", operation_mode="equity"))
    place = Asset.objects.first().division  # type: ignore[union-attr]
    given = {"division": place, "operation_mode": "equity", "owner": "丙公司", "user_name": "甲公司"}
    assert "互相持有" in ledger.clean(given, None)["user_name"]
    assert not ledger.clean(given | {"user_name": "丁公司"}, None)
    assert "应是自营" in ledger.clean(given | {"operation_mode": "lease", "user_name": "丙公司"}, None)["user_name"]


@pytest.mark.django_db
def test_the_town_forms_confirms_and_hands_over_on_pages_and_the_sheets_of_three_levels_say_the_same(
    client_of: ClientOf,
) -> None:
    it = built()
    town_office, outside, village = client_of("镇办"), client_of("外县"), client_of("村干")
    form = f"/assets/forming/{it.project.pk}/"
    assert "形成的资产" in town_office.get(f"/l/projects/{it.project.pk}/").content.decode()
    assert town_office.get("/").content.decode().count(f'href="{form}"') == 1
    page = town_office.get(form)
    assert page.context["rows"].forms[0].initial["cost_yuan"] == 400
    assert page.context["rows"].forms[0].initial["asset_class"] == "operating"
    assert outside.get(form).status_code == 404 and village.get(form).status_code == 403
    row = {"row-0-name": "水厂", "row-0-division": VILLAGE, "row-0-asset_class": "operating", "row-0-cost_yuan": "400.01",
           "row-0-owner_level": "village", "row-0-owner": "光明村经济合作社", "row-INITIAL_FORMS": 0, "row-TOTAL_FORMS": 1}  # fmt: skip
    more = town_office.post(form, row | {"act": "more"})
    assert len(more.context["rows"].forms) == 2 and more.context["rows"].forms[0].initial["name"] == "水厂"
    assert "多于还可以登记的" in town_office.post(form, row | {"act": "form"}).content.decode()
    assert town_office.post(form, row | {"act": "form", "row-0-cost_yuan": "400"}).status_code == 302
    asset = Asset.objects.get()
    asset_page = f"/l/assets/{asset.pk}/"
    confirm, hand_over = f"/assets/{asset.pk}/confirm/", f"/assets/{asset.pk}/hand-over/"
    given = {
        "request_uuid": uuid4(),
        "right_confirmed_on": "2026-06-01",
        "owner_level": "village",
        "owner": "光明村经济合作社",
    }
    handed = {
        "request_uuid": uuid4(),
        "handed_over_on": "2026-05-20",
        "keeper": "黄志强",
        "keeper_phone": "13800000000",
    }
    assert "先确权、后移交" in town_office.post(hand_over, handed).content.decode()
    for address, data in (
        (confirm, given),
        (hand_over, handed),
        (f"/assets/{asset.pk}/parts/", {}),
        (f"/assets/{asset.pk}/undo/", {}),
    ):
        assert outside.post(address, data).status_code == 404 and village.post(address, data).status_code == 403
    assert "早于购建日期" in town_office.post(confirm, given | {"right_confirmed_on": "2026-04-01"}).content.decode()
    assert town_office.post(confirm, given).status_code == 302 == town_office.post(confirm, given).status_code
    assert "早于确权日期" in town_office.post(hand_over, handed).content.decode()
    town_office.post(hand_over, handed | {"handed_over_on": "2026-06-02"})
    asset.refresh_from_db()
    assert (asset.state, asset.keeper) == (State.HANDED_OVER, "黄志强")
    town_office.post(f"/assets/{asset.pk}/undo/", {"reason": "日期登错", "state": "handed_over"})
    town_office.post(f"/assets/{asset.pk}/undo/", {"reason": "日期登错", "state": "handed_over"})
    asset.refresh_from_db()
    assert asset.state == State.CONFIRMED and asset.handed_over_on is None
    story = town_office.get(asset_page).content.decode()
    assert "撤销移交" in story and "日期登错" in story and outside.get(asset_page).status_code == 404
    seen = []
    for who, place in (("县局", 441881000000), ("镇办", 441881137000), ("村干", VILLAGE)):
        sheet = client_of(who).get(f"/funds/sheets/asset-management/?place={place}")
        seen.append([[cell for cell, _ in cells] for cells, _ in sheet.context["rows"]])
    assert seen[0] == seen[1] == seen[2] and "400.00" in seen[0][0] and "中央 333.33；省级 66.67" in seen[0][0]
    assert not outside.get("/funds/sheets/asset-management/").context["rows"]
    money = client_of("县局").get("/funds/sheets/fund-use/").context["rows"]
    at = [head for head, _ in client_of("县局").get("/funds/sheets/fund-use/").context["heads"]].index(
        "形成资产金额（元）"
    )
    assert sorted(cells[at][0] for cells, _ in money) == ["333.33", "66.67"]
    workbook = client_of("县局").post("/funds/sheets/asset-management/workbook/")
    assert workbook.status_code in (200, 302)


@pytest.mark.django_db
def test_a_project_that_leaves_nothing_says_why_and_its_money_sheet_repeats_it(client_of: ClientOf) -> None:
    it = built()
    town_office, form = client_of("镇办"), f"/assets/forming/{it.project.pk}/"
    assert town_office.post(form, {"act": "none", "reason": "other"}).status_code == 422
    assert town_office.post(form, {"act": "none", "reason": "项目管理费"}).status_code == 302
    sheet = client_of("县局").get("/funds/sheets/fund-use/").content.decode()
    assert sheet.count("项目管理费") == 2
    town_office.post(f"{form}undo/", {"reason": "登错"})
    assert not NoAsset.objects.filter(withdrawn_at=None).exists()
    made = splitting.form_assets(it.project, [wanted("水池", 10)], doing())[0]
    with pytest.raises(Refused, match="不能办理“撤销确权”"):
        acts.undo_confirm(made, "试", doing())
