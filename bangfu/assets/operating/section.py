"""What the page of an asset says of its operation (1.4): risks with reasons, contract, dues, money in = used + left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum
from django.urls import reverse

from bangfu.accounts.actor import Actor
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


def accounts_of(asset: Asset) -> list[Account]:
    keys = Q(key__in=[f"{kind}:{asset.pk}" for kind in (purses.PAYER, *purses.LEFT)])
    return list(Account.objects.filter(keys | Q(key__startswith=f"{purses.USED}:{asset.pk}:")).order_by("pk"))


def left_of(asset: Asset) -> dict[str, Decimal]:
    """Yuan of each purse that was not used yet."""
    return _money(accounts_of(asset))[1]


def _money(accounts: Sequence[Account]) -> tuple[Decimal, dict[str, Decimal], Decimal]:
    """Came in, left by purse, used; three sums of the kept balances."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for account in accounts:
        sums[account.kind] += from_fen(account.balance_fen)
    return -sums[purses.PAYER], {purse.value: sums[f"asset_{purse}"] for purse in Purse}, sums[purses.USED]


def section(asset: Asset, actor: Actor) -> list[dict[str, Any]]:
    on = dates.today()
    contracts = list(OperationContract.objects.filter(asset=asset, withdrawn_at=None).order_by("-last_on", "-pk"))
    accounts = accounts_of(asset)
    came, left, used = _money(accounts)
    overdue = Q(due_on__lt=on, left_yuan__gt=0)
    dues = OperationDue.objects.filter(asset=asset, withdrawn_at=None)
    sums = dues.aggregate(
        expected=Sum("amount_yuan", filter=Q(kind="income", due_on__lte=on)),
        received=Sum("received_yuan", filter=Q(kind="income")),
        principal=Sum("amount_yuan", filter=Q(kind="principal")),
        returned=Sum("received_yuan", filter=Q(kind="principal")),
        overdue=Sum("left_yuan", filter=overdue),
    )
    reasons = risk.reasons(asset.pk, on)
    if not (contracts or accounts or reasons or asset.asset_class == "operating"):
        return []
    rows = ledger_of(OperationContract)
    return [{
        "title": "经营和收益", "template": "assets/_operation.html", "reasons": reasons, "sums": sums, "asset": asset,
        "now": next((each for each in contracts if each.from_on <= on <= each.last_on), None),
        "contracts": [(each, rows.record_url(each.pk), contracting.money_words(each)) for each in contracts],
        "dues": list(dues.filter(left_yuan__gt=0).annotate(of=F("contract__contract_no")).order_by("due_on")[:NEXT]),
        "came": came, "left": left, "all_left": sum(left.values(), Decimal(0)), "used": used, "accounts": accounts,
        "purses": [(purse.label, left[purse.value]) for purse in Purse if left[purse.value]], "today": on,
    }]  # fmt: skip


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
