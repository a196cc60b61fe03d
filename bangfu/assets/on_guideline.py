"""What the page of 1.4 opens beside its ledgers: the three official sheets, stock-taking, reconciliation, old ledgers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.assets.models import Asset
from bangfu.funds.allotting import ledger_of
from bangfu.lawbook import beside
from bangfu.lawbook.beside import Beside


def offer() -> None:
    beside.sources["资产"] = pages


def pages(actor: Actor, on: date, numbers: Sequence[str]) -> Mapping[str, Sequence[Beside]]:
    ledger = ledger_of(Asset)
    if "1.4" not in numbers or not ledger.may(actor, Act.READ):
        return {}
    found = [
        Beside("项目资产管理台账", "县、镇、村同一批记录，可导出", reverse("funds:sheet", args=["asset-management"])),
        Beside("项目资产处置台账", "从申请到核销，可导出", reverse("funds:sheet", args=["asset-disposal"])),
        Beside("账实核对", "资金、项目、资产、盘点对不上的地方", reverse("assets:reconcile")),
        Beside("资产盘点", "在手机上逐项点在不在", reverse("assets:stock")),
        Beside("到期巡查", "按类别到期要看的资产", reverse("assets:inspections")),
    ]
    if {Role.COUNTY, Role.TOWN} & actor.roles:
        found.append(Beside("可能重复的资产", "同一项登记了两个名称", reverse("assets:duplicates")))
        found.append(Beside("旧台账导入", "各年的资产表并进来", reverse("assets:old")))
    return {"1.4": found}
