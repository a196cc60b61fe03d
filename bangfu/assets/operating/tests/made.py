"""An asset and what is done to it, by the acts themselves; for tests."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bangfu.assets.asset import Asset
from bangfu.assets.operating import contracting, receiving
from bangfu.assets.operating.asset_receipt import AssetReceipt
from bangfu.assets.operating.income_use import IncomeUse
from bangfu.assets.operating.operation_contract import OperationContract
from bangfu.funds.allotting import Doing
from bangfu.funds.tests.town import VILLAGE, doing
from bangfu.kernel import dates
from bangfu.kernel.periods import add_months

CODE = "91441881MA4UQ0000U"


def ago(months: int) -> date:
    return add_months(dates.today(), -months)


def asset(**more: Any) -> Asset:
    values: dict[str, Any] = {
        "division_id": VILLAGE, "name": "光明村加工车间", "asset_class": "operating", "formed_year": 2022,
        "cost_yuan": Decimal(500_000), "owner_level": "village", "owner": "光明村经济合作社",
        "acquired_on": date(2022, 5, 1), "right_confirmed_on": date(2022, 6, 1), "handed_over_on": date(2022, 7, 1),
        "inspected_on": ago(1),
    }  # fmt: skip
    made = Asset.objects.create(**values | more)
    made.refresh_from_db()
    return made


def terms(**more: Any) -> dict[str, Any]:
    """Three years, since two and a half; 1,000 a year, due half a year after the beginning; 100 of principal in three parts."""
    return {
        "operator": "东华食品公司", "operator_code": "", "contract_no": "经-1", "mode": "lease", "from_on": ago(30),
        "to_on": add_months(ago(30), 36) - timedelta(days=1), "yearly_yuan": Decimal(1000), "first_due_on": ago(24),
        "principal_yuan": Decimal(100), "principal_from_on": ago(12), "principal_times": 3,
        "distribution_plan": "六成帮扶重点户", "households": 10, "people": 31, "decided_on": ago(31),
    } | more  # fmt: skip


def signed(of: Asset, by: Doing | None = None, **more: Any) -> OperationContract:
    return contracting.sign(of, terms(**more), by or doing())


def received(of: Asset, amount: Any, voucher_no: str, by: Doing | None = None, **more: Any) -> AssetReceipt:
    values = {
        "purse": "income", "received_on": dates.today(), "amount_yuan": Decimal(amount), "voucher_no": voucher_no,
        "payer": "东华食品公司",
    } | more  # fmt: skip
    return receiving.receive(of, values, by or doing())


def used(of: Asset, amount: Any, voucher_no: str, **more: Any) -> IncomeUse:
    values = {
        "purse": "income", "use": "households", "used_on": dates.today(), "amount_yuan": Decimal(amount),
        "voucher_no": voucher_no, "payee": "见发放表", "households": 3, "people": 9,
    } | more  # fmt: skip
    return receiving.use(of, values, doing())
