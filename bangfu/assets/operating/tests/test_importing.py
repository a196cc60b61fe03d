"""Contracts of assets and what came in of them, from workbooks; broken rows say what is wrong and nothing is written (1.4)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bangfu.assets.operating.asset_receipt import AssetReceipt
from bangfu.assets.operating.operation_contract import OperationContract
from bangfu.assets.operating.tests.made import asset
from bangfu.bookkeeping import checking
from bangfu.funds import proofs

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]


def test_contracts_and_receipts_come_in_by_workbook_row_by_row_by_the_same_rules(client_of: ClientOf) -> None:
    one, other = asset(), asset(name="光明村冷库")
    away = asset(name="连州冷库", division_id=441882101202)
    village = client_of("村干")
    head = "资产编号,合同编号,经营者,经营方式,开始日期,结束日期,年租金（万元）,首次应收日期,本金,首次返还日期,返还年数,民主决策日期\n"
    good = (f"{one.asset_no},经-1,东华食品公司,租赁,2024-01-01,2026-12-31,1.2,2024-06-30,3,2024-12-31,3,\n"
            f"{other.asset_no},经-2,罗水生,承包经营,2024-01-01,2026-12-31,,,,,,\n合计,,,,,,1.2,,3,,,\n")  # fmt: skip

    def send(what: str, text: str, unit: str = "wan", by: Any = village) -> Any:
        sent = {"file": SimpleUploadedFile("表.csv", text.encode()), "unit": unit, "request_uuid": str(uuid4())}
        return by.post(f"/assets/operation/import/{what}/", sent)

    broken = {
        f"{away.asset_no},经-1,甲,租赁,2024-01-01,2026-12-31,,,,,,": "没有编号为",
        f"{one.asset_no},经-3,甲,出借,2024-01-01,2026-12-31,,,,,,": "出借",
        f"{one.asset_no},经-4,甲,租赁,2024-01-01,2023-12-31,,,,,,": "早于开始日期",
        f"{one.asset_no},经-5,甲,租赁,2024-01-01,2099-12-31,,,,,,": "超过 70 年",
        f"{other.asset_no},经-2,甲,租赁,2024-02-01,2026-12-31,,,,,,": "已经有编号为 经-2 的合同",
        f"{other.asset_no},经-7,甲,租赁,2024-02-01,2026-12-31,1,,,,,": "第一次应收日期要填",
        f"{other.asset_no},经-8,甲,租赁,2024-02-01,2026-12-31,,,,,,": "民主决策日期",
        f"{other.asset_no},经-9,甲,租赁,2024-02-01,2026-12-31,12000元,,,,,": "单位与所选的不同",
        f"{other.asset_no},,甲,租赁,2024-02-01,2026-12-31,,,,,,": "“合同编号”是空的",
    }
    found = send("contracts", head + good + "\n".join(broken)).context["faults"]
    assert [number for number, _ in found] == list(range(5, 14))
    for (_, told), words in zip(found, broken.values(), strict=True):
        assert words in told, (told, words)
    assert not OperationContract.objects.exists()
    assert send("contracts", head + good).status_code == 302
    assert send("contracts", head + good).status_code == 422 and OperationContract.objects.count() == 2
    assert list(one.dues.order_by("due_on", "kind").values_list("kind", "amount_yuan"))[:2] == [
        ("income", 12000),
        ("principal", 10000),
    ]
    head = "资产编号,合同编号,款项,应收日期,收款金额（元）,收款日期,凭证号,付款人\n"
    good = (f"{one.asset_no},经-1,收益,2024-06-30,12000,2024-07-01,收-1,东华食品公司\n"
            f"{one.asset_no},,本金,,4000,2025-01-05,收-2,东华食品公司\n"
            f"{other.asset_no},,收益,,800.50,2025-02-01,收-3,临时租户\n")  # fmt: skip
    broken = {
        f"{one.asset_no},经-1,收益,2024-06-30,1,2024-07-02,收-4,甲": "还差 0.00 元",
        f"{one.asset_no},经-1,收益,2024-07-30,1,2024-07-02,收-5,甲": "没有对得上的应收收益",
        f"{one.asset_no},,处置收入,,1,2024-07-02,收-6,甲": "处置收入请在处置那一件里登记",
        f"{one.asset_no},,收益,,1,2024-07-02,收-1,甲": "收-1 已经用过",
        f"{one.asset_no},,收益,,0,2024-07-02,收-7,甲": "大于零",
        f"{one.asset_no},,收益,,1,2020-07-02,收-8,甲": "早于资产购建日期",
        f"{other.asset_no},,本金,,1,2024-07-02,收-9,甲": "没有未收的",
    }
    found = send("receipts", head + good + "\n".join(broken), "yuan").context["faults"]
    for (_, told), words in zip(found, broken.values(), strict=True):
        assert words in told, (told, words)
    assert not AssetReceipt.objects.exists()
    assert send("receipts", head + good, "yuan").status_code == 302
    assert sorted(AssetReceipt.objects.values_list("amount_yuan", flat=True)) == [Decimal("800.50"), 4000, 12000]
    assert not [each for each in checking.run(more=proofs.CHECKS) if each.faults]
    outside = client_of("外县")
    assert "没有编号为" in str(send("receipts", head + good, "yuan", outside).context["faults"])
    assert village.get("/assets/operation/import/others/").status_code == 404
    assert client_of("审计员").get("/assets/operation/import/receipts/").status_code == 403
