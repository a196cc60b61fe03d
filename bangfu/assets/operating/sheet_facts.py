"""What the management sheet (项目资产管理台账) says of contracts, income and use: facts beside those of the asset."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from bangfu.assets.operating.asset_receipt import AssetReceipt
from bangfu.assets.operating.idle_spell import IdleSpell
from bangfu.assets.operating.operation_contract import OperationContract
from bangfu.assets.operating.purses import Purse
from bangfu.assets.states import State
from bangfu.exchange.sheet import Kind
from bangfu.funds import official_sheets
from bangfu.funds.official_sheets import Fact

SLUG = "asset-management"


def _contract(name: Any) -> Subquery:
    """Of the contract that runs longest, which is the one that is in force or was last."""
    rows = OperationContract.objects.filter(asset=OuterRef("pk"), withdrawn_at=None).order_by("-last_on", "-pk")
    return Subquery(rows.values(name)[:1] if isinstance(name, str) else rows.annotate(said=name).values("said")[:1])


def _received() -> Subquery:
    """As the vouchers have it: also income without a contract, less what was countered."""
    rows: QuerySet[Any] = AssetReceipt.objects.filter(asset=OuterRef("pk"), purse=Purse.INCOME, withdrawn_at=None)
    summed = rows.order_by().values("asset").annotate(sum=Sum("amount_yuan")).values("sum")
    return Subquery(summed, output_field=DecimalField(max_digits=14, decimal_places=2))


def _plan() -> Subquery:
    rows = IdleSpell.objects.filter(asset=OuterRef("pk"), used_on=None, withdrawn_at=None)
    return Subquery(rows.values("plan")[:1])


_TERM = Concat(
    Cast("from_on", CharField()), Value(" 至 "), Cast("last_on", CharField()), output_field=CharField()
)  # fmt: skip
_IDLE = Case(
    When(state=State.IDLE, then=Value("闲置")), When(state=State.INEFFICIENT, then=Value("低效")), default=Value("")
)
FACTS = {
    "contract_no": Fact(_contract("contract_no")),
    "contract_term": Fact(_contract(_TERM)),
    "agreed_income": Fact(_contract("yearly_yuan"), Kind.DECIMAL, is_money=True),
    "received_income": Fact(Coalesce(_received(), Value(None)), Kind.DECIMAL, is_money=True),
    "distribution_plan": Fact(_contract("distribution_plan")),
    "households": Fact(_contract("households"), Kind.INTEGER),
    "people": Fact(_contract("people"), Kind.INTEGER),
    "idle": Fact(_IDLE),
    "put_to_use": Fact(_plan()),
    "operator": Fact(Coalesce(_contract("operator"), F("user_name"))),
}


def join() -> None:
    official_sheets.source(SLUG).facts.update(FACTS)
