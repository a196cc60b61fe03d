"""Contracts, money, idle and lost assets of the demo, made by the product's own acts; demo/load.py of the package calls it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.accounts.roles import Act, Role
from bangfu.assets.asset import Asset
from bangfu.assets.operating import contracting, idling, receiving
from bangfu.assets.operating.moves import IN_USE
from bangfu.assets.operating.operation_contract import OperationContract
from bangfu.assets.operating.operation_due import OperationDue
from bangfu.funds.allotting import Doing
from bangfu.kernel import credit_code
from bangfu.kernel.money import CENT
from bangfu.kernel.periods import add_months

OPERATORS = (
    "东华红茶有限公司（演示）",
    "华兴麻竹笋专业合作社（演示）",
    "清远鸡养殖家庭农场（演示）",
    "强村发展有限公司（演示）",
)
MOST = 5
SHARE = {"households": Decimal("0.5"), "reserve": Decimal("0.3")}
USED = 3  # contracts whose income was used already


def doing(username: str, on: date) -> Doing:
    """Somebody of the cast, on that day."""
    at = timezone.make_aware(datetime.combine(on, time(10)))
    return Doing(Actor.of(User.objects.get(username=username), on), at, uuid4())


def load(on: date) -> int:
    """How many contracts. Needs the demo's assets: those of operating class in the town of the cast, the dearest first."""
    here = doing("zhenban", on).by.scope(Act.EDIT, (Role.TOWN,))
    rows = Asset.objects.filter(
        here.q("division"),
        asset_class="operating",
        state__in=IN_USE,
        withdrawn_at=None,
        right_confirmed_on__isnull=False,
    )
    assets = list(rows.order_by("-cost_yuan", "pk")[:MOST])
    by = doing("cungan", on)
    contracts = [_signed(number, asset, on, by) for number, asset in enumerate(assets)]
    for number, contract in enumerate(contracts):
        _received(number, contract, on, by)
    _changes(contracts, on, by)
    public = Asset.objects.filter(here.q("division"), asset_class="public", state__in=IN_USE, withdrawn_at=None)
    elsewhere = public.exclude(division__in=[each.pk for each in by.by.homes]).order_by("-cost_yuan", "pk")
    _unused(list(elsewhere[:2]), on, by)
    return len(contracts)


def _signed(number: int, asset: Asset, on: date, by: Doing) -> OperationContract:
    """Every third is of the kind that pays back its principal; the fourth is over."""
    start = add_months(on.replace(day=1), -(19 if number % 4 else 37))
    months = 36 if number % 4 == 0 else 60
    first17 = f"91990000{770000000 + number:09d}"
    values: dict[str, Any] = {
        "operator": OPERATORS[number % 4], "operator_code": first17 + credit_code.check_character(first17),
        "contract_no": f"东华-经-{number + 1:02d}", "mode": ("lease", "contract", "equity")[number % 3], "from_on": start,
        "to_on": add_months(start, months) - timedelta(days=1), "first_due_on": add_months(start, 6),
        "yearly_yuan": (asset.cost_yuan * Decimal("0.06")).quantize(CENT), "households": 12 + number, "people": 40 + 3 * number,
        "distribution_plan": "五成帮扶重点户，三成村集体留存，其余管护", "decided_on": start - timedelta(days=20),
        "filed_on": None if number % 4 == 1 else start,
    }  # fmt: skip
    if number % 3 == 2:
        values |= {"principal_yuan": asset.cost_yuan, "principal_from_on": add_months(start, 12), "principal_times": 3}
    return contracting.sign(asset, values, _next(by))


def _next(by: Doing) -> Doing:
    return Doing(by.by, by.at, uuid4())


def _received(number: int, contract: OperationContract, on: date, by: Doing) -> None:
    """All that was due, but for the last of every second; principal of the second third alone does not come back."""
    dues = list(contract.dues.filter(due_on__lt=on, withdrawn_at=None).order_by("due_on", "kind"))
    incomes = [due for due in dues if due.kind == OperationDue.Kind.INCOME]
    principals = [due for due in dues if due.kind == OperationDue.Kind.PRINCIPAL]
    paid = (incomes[:-1] if number % 2 else incomes) + (principals if number != 2 else [])
    for part, due in enumerate(paid, 1):
        told = {"due": due, "received_on": due.due_on, "amount_yuan": due.amount_yuan, "payer": contract.operator,
                "voucher_no": f"收-{number + 1:02d}-{part}"}  # fmt: skip
        receiving.receive(contract.asset, told, _next(by))
    for part, (use, share) in enumerate(SHARE.items() if number < USED else (), 1):
        total = sum((due.amount_yuan for due in paid if due.kind == OperationDue.Kind.INCOME), Decimal(0))
        if amount := (total * share).quantize(CENT):
            receiving.use(contract.asset, _use(number, part, use, amount, on), _next(by))


def _use(number: int, part: int, use: str, amount: Decimal, on: date) -> dict[str, Any]:
    notes = {"households": "发给重点户", "reserve": "提取公积公益金"}
    return {
        "purse": "income", "use": use, "amount_yuan": amount, "used_on": on - timedelta(days=10), "payee": "见发放表",
        "voucher_no": f"付-{number + 1:02d}-{part}", "note": notes[use], "households": 0 if use == "reserve" else 12 + number,
        "people": 0 if use == "reserve" else 40 + number, "decided_on": on - timedelta(days=30),
    }  # fmt: skip


def _changes(contracts: Sequence[OperationContract], on: date, by: Doing) -> None:
    """One operator in difficulty, one just changed."""
    if len(contracts) > 1:
        contracting.trouble(contracts[1], {"on": on - timedelta(days=40), "reason": "订单减少，停产一个月"}, _next(by))
    if len(contracts) > 3:
        old = contracts[3]
        start = on - timedelta(days=25)
        contracting.sign(old.asset, {
            "operator": OPERATORS[0], "contract_no": f"{old.contract_no}-换", "mode": old.mode, "from_on": start,
            "to_on": add_months(start, 36), "yearly_yuan": old.yearly_yuan, "first_due_on": add_months(start, 6),
            "decided_on": start - timedelta(days=12), "households": old.households, "people": old.people,
            "distribution_plan": old.distribution_plan,
        }, _next(by))  # fmt: skip


def _unused(assets: Sequence[Asset], on: date, by: Doing) -> None:
    if assets:
        idling.report_idle(assets[0], {
            "kind": "idle", "since_on": on - timedelta(days=120), "reason": "经营者退出，设备停用",
            "plan": "招租，优先租给加工冬笋的合作社",
            "plan_by_on": on - timedelta(days=5), "responsible": "村委会主任",
        }, _next(by))  # fmt: skip
    if len(assets) > 1:
        idling.report_loss(assets[1], {
            "kind": "stolen", "found_on": on - timedelta(days=15), "what": "巡查发现变压器铜线被盗，已报案", "police_no": "演示 3 号",
            "responsible": "镇农业农村办",
        }, _next(by))  # fmt: skip
