"""What nobody may enter, tried where people enter it: on pages and in workbooks (1.4, 2.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from bangfu.accounts.models import User
from bangfu.assets.models import Asset, AssetInspection, AssetReceipt, Disposal
from bangfu.assets.operating.purses import book
from bangfu.assets.operating.tests.made import asset, received
from bangfu.assets.tests.test_forming import bring_in
from bangfu.bookkeeping import closing
from bangfu.exchange import runs
from bangfu.exchange.models import StagedRow
from bangfu.funds.models import Payment
from bangfu.funds.tests.town import VILLAGE, doing, town
from bangfu.projects.models import Contract

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]


def told(client: Client, address: str, sent: dict[str, Any]) -> str:
    """What the page says that refuses it."""
    answer = client.post(address, sent | {"request_uuid": str(uuid4())})
    assert answer.status_code == 422, (answer.status_code, address)
    return answer.content.decode()


def faults_of(user: User, slug: str, text: str) -> tuple[dict[str, int], str]:
    run = bring_in(user, slug, text)
    faulty = StagedRow.objects.filter(run=run, faults__isnull=False).order_by("pk")
    return runs.totals(run), " ".join(str(row.faults) for row in faulty)


def test_payments_and_contracts_keep_to_contract_budget_and_order(client_of: ClientOf, cast: dict[str, User]) -> None:
    it, county = town(), client_of("县局")
    pay = f"/funds/lines/{it.line.pk}/pay/"
    sent = {"contract": it.contract.pk, "amount_yuan": "400.01", "voucher_no": "记-1", "paid_on": "2026-04-01", "payee": "甲",
            "purpose": "工程款", "work_percent": "100"}  # fmt: skip
    assert "再付 400.01 元就超过合同了" in told(county, pay, sent)
    assert "支付日期不能早于开工日期" in told(county, pay, sent | {"amount_yuan": "1", "paid_on": "2026-03-09"})
    assert told(county, pay, sent | {"amount_yuan": "1万"}) and not Payment.objects.exists()
    new = {"project": it.project.pk, "contract_no": "HT-9", "kind": "works", "contractor": "乙", "contractor_code": "",
           "method": "inquiry", "amount_yuan": "100.01", "signed_on": "2026-03-02", "note": ""}  # fmt: skip
    page = told(county, "/l/contracts/new/", new)
    assert "项目合同合计 500.01 元，超过已安排的资金 500.00 元" in page
    assert "约定完工日期早于签订日期" in told(
        county, "/l/contracts/new/", new | {"amount_yuan": "1", "ends_on": "2026-03-01"}
    )
    head, number = "项目,合同编号,合同类别,承包人,采购方式,合同金额,签订日期\n", it.project.project_no
    rows = [f"{number},HT-{n},施工,丙,询价,{yuan},2026-03-02" for n, yuan in ((7, "60"), (8, "40.01"))]
    totals, said = faults_of(cast["县局"], "contracts", head + "\n".join(rows))
    assert totals["wrong"] == 2 and said.count("项目合同合计 500.01 元，超过已安排的资金") == 2
    assert faults_of(cast["县局"], "contracts", head + rows[0])[0]["add"] == 1
    assert Contract.objects.count() == 1


def test_assets_are_disposed_of_once_take_no_income_of_a_closed_year_and_never_own_themselves(
    client_of: ClientOf, cast: dict[str, User]
) -> None:
    one, village = asset(name="车间", formed_year=2022), client_of("村干")
    received(one, 10, "收-1", received_on=date(2023, 5, 1))
    closing.close(book(VILLAGE), 2023, by=doing().by)
    got = {"due": "", "amount_yuan": "5", "received_on": "2023-06-01", "voucher_no": "收-2", "payer": "甲"}
    assert "2023 年已经结账" in told(village, f"/assets/operation/{one.pk}/receipt/", got)
    wish = {"reason_kind": "worn_out", "reason": "老化", "method": "auction", "applicant": "村委会"}
    apply = f"/assets/disposal/assets/{one.pk}/apply/"
    assert village.post(apply, wish | {"request_uuid": str(uuid4())}).status_code == 302
    assert "该资产已在处置中" in told(village, apply, wish)
    terms = {"operator": "乙", "contract_no": "经-1", "mode": "lease", "from_on": "2024-01-01", "to_on": "2024-12-31"}
    assert "该资产已在处置中，不能签订经营合同" in told(village, f"/assets/operation/{one.pk}/contract/", terms)
    assert (Disposal.objects.count(), AssetReceipt.objects.count()) == (1, 1)
    Asset.objects.create(division_id=VILLAGE, name="厂房", asset_class="operating", cost_yuan=Decimal(5), owner="甲公司",
                         user_name="乙公司", operation_mode="equity", formed_year=2022)  # fmt: skip
    new = {"division": VILLAGE, "name": "设备", "asset_class": "operating", "formed_year": "2022", "cost_yuan": "5",
           "owner": "乙公司", "user_name": "甲公司", "operation_mode": "equity", "owner_level": "village"}  # fmt: skip
    assert "互相持有" in told(client_of("镇办"), "/l/assets/new/", new)
    head = "资产编号,资产名称,坐落,资产类别,形成年度,原值,产权归属,所有权人,使用或经营主体,经营方式\n"
    rows = [f"Z-{n},设备{n},英德市东华镇光明村,经营性资产,2022,5,村集体,{owner},{company},入股" for n, owner, company in (
        (1, "乙公司", "丙公司"), (2, "丙公司", "甲公司"), (3, "丁公司", "甲公司"))]  # fmt: skip
    totals, said = faults_of(cast["镇办"], "assets", head + "\n".join(rows))
    assert (totals["wrong"], totals["add"]) == (2, 1) and said.count("互相持有") == 2
    one.refresh_from_db()
    elsewhere = {"division": 441881137202, "name": one.name, "asset_class": one.asset_class, "formed_year": one.formed_year,
                 "cost_yuan": one.cost_yuan, "owner_level": "village", "owner": one.owner, "version": one.version}  # fmt: skip
    assert "坐落不能改" in told(client_of("镇办"), f"/l/assets/{one.pk}/edit/", elsewhere)
    free = asset(name="没有动过的")
    AssetInspection.objects.create(asset=free, division_id=VILLAGE, inspected_on=date(2024, 1, 1))
    free_there = elsewhere | {"name": free.name, "version": free.version}
    assert client_of("镇办").post(f"/l/assets/{free.pk}/edit/", free_there).status_code == 302
    assert AssetInspection.objects.get().division_id == 441881137202
