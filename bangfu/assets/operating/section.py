"""What the page of an asset says of its operation (1.4): risks with reasons, contract, dues, money in = used + left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.together import lists
from bangfu.assets import hooks
from bangfu.assets.asset import Asset
from bangfu.assets.operating import books_of_assets, contracting, purses, risk
from bangfu.assets.operating.moves import IN_USE
from bangfu.assets.operating.operation_contract import OperationContract
from bangfu.assets.operating.operation_due import OperationDue
from bangfu.assets.operating.powers import may_write
from bangfu.assets.operating.purses import Purse
from bangfu.assets.states import State
from bangfu.bookkeeping.models import Account
from bangfu.funds.allotting import ledger_of
from bangfu.kernel import dates
from bangfu.kernel.money import from_fen

SHOWN, NEXT = 6, 4


def open_dues(asset: Asset) -> list[OperationDue]:
    """What is still to come in, the oldest first."""
    rows = OperationDue.objects.filter(asset=asset, left_yuan__gt=0, withdrawn_at=None).select_related("contract")
    return list(rows.order_by("due_on", "kind")[:SHOWN])


def accounts_of(asset: Asset) -> QuerySet[Account]:
    keys = Q(key__in=[f"{kind}:{asset.pk}" for kind in (purses.PAYER, *purses.LEFT)])
    return Account.objects.filter(keys | Q(key__startswith=f"{purses.USED}:{asset.pk}:")).order_by("pk")


def left_of(asset: Asset) -> dict[str, Decimal]:
    """Yuan of each purse that was not used yet."""
    return _money(accounts_of(asset))[1]


def _money(accounts: Iterable[Account]) -> tuple[Decimal, dict[str, Decimal], Decimal]:
    """Came in, left by purse, used; three sums of the kept balances."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for account in accounts:
        sums[account.kind] += from_fen(account.balance_fen)
    return -sums[purses.PAYER], {purse.value: sums[f"asset_{purse}"] for purse in Purse}, sums[purses.USED]


def section(asset: Asset, actor: Actor) -> list[dict[str, Any]]:
    on = dates.today()
    contracts, accounts, dues = lists(
        [
            OperationContract.objects.filter(asset=asset, withdrawn_at=None).order_by("-last_on", "-pk"),
            accounts_of(asset),
            OperationDue.objects.filter(asset=asset, withdrawn_at=None)
            .annotate(of=F("contract__contract_no"))
            .order_by("due_on", "pk"),
        ]
    )
    came, left, used = _money(accounts)
    reasons = risk.reasons(asset.pk, on, asset.division_id)
    if not (contracts or accounts or reasons or asset.asset_class == "operating"):
        return []
    rows = ledger_of(OperationContract)
    return [{
        "title": "经营和收益", "template": "assets/_operation.html", "reasons": reasons, "sums": _sums(dues, on), "asset": asset,
        "now": next((each for each in contracts if each.from_on <= on <= each.last_on), None),
        "contracts": [(each, rows.record_url(each.pk), contracting.money_words(each)) for each in contracts],
        "dues": [due for due in dues if due.left_yuan > 0][:NEXT],
        "came": came, "left": left, "all_left": sum(left.values(), Decimal(0)), "used": used, "accounts": accounts,
        "purses": [(purse.label, left[purse.value]) for purse in Purse if left[purse.value]], "today": on,
    }]  # fmt: skip


def _sums(dues: Sequence[OperationDue], on: date) -> dict[str, Decimal]:
    income, principal = ([due for due in dues if due.kind == kind] for kind in ("income", "principal"))
    return {
        "expected": sum((due.amount_yuan for due in income if due.due_on <= on), Decimal(0)),
        "received": sum((due.received_yuan for due in income), Decimal(0)),
        "principal": sum((due.amount_yuan for due in principal), Decimal(0)),
        "returned": sum((due.received_yuan for due in principal), Decimal(0)),
        "overdue": sum((due.left_yuan for due in dues if due.due_on < on and due.left_yuan > 0), Decimal(0)),
    }


def buttons(asset: Asset, actor: Actor) -> list[tuple[str, str]]:
    if asset.withdrawn_at or not may_write(actor, asset.division_id):
        return []
    offered = []
    if asset.state in IN_USE:
        offered.append(("登记经营合同", "sign"))
    offered += [("登记收款", "receive"), ("登记使用", "use")]
    if asset.state in IN_USE:
        offered += [("登记闲置低效", "idle")] if asset.state not in (State.IDLE, State.INEFFICIENT) else []
        offered.append(("报告灭失", "lose"))
    return [(label, reverse(f"asset_operation:{name}", args=[asset.pk])) for label, name in offered]


def join() -> None:
    books_of_assets.join()
    hooks.sections.append(section)
    hooks.buttons.append(buttons)
