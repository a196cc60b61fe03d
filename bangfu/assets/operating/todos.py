"""What of assets waits for the town (1.4): overdue principal one by one, other risks, contracts to file, plans that are late."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Min, Q, QuerySet, Sum

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.assets.asset import Asset
from bangfu.assets.operating import risk
from bangfu.assets.operating.idle_spell import IdleSpell
from bangfu.assets.operating.operation_contract import OperationContract
from bangfu.funds.allotting import ledger_of
from bangfu.kernel.money import parse_yuan as yuan
from bangfu.kernel.money import show_yuan
from bangfu.lawbook import parameters
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.peek import Found, Peek

SHOWN, COUNTED = 5, 100


@dataclass(frozen=True)
class OfAssets:
    key: str
    what: str
    why: str
    url: str
    action: str
    due_on: date | None = None
    tone: str = "warn"


Line = Iterator[Peek[OfAssets]]


def waiting(actor: Actor, on: date) -> Line:
    scope = actor.scope(Act.EDIT, (Role.TOWN,))
    if not scope:
        return
    assets, contracts, spells = map(ledger_of, (Asset, OperationContract, IdleSpell))
    here = scope.q("division")
    rows = Asset.objects.filter(here, withdrawn_at=None)
    yield _principals(rows.filter(risks__contains=[risk.PRINCIPAL]), assets, on)
    others = rows.exclude(risks=[]).exclude(risks__contains=[risk.PRINCIPAL])
    marks = "&".join(
        f"risks={mark}" for mark in ("income_overdue", "contract_expired", "operator_in_difficulty", "not_inspected")
    )
    yield _counted(
        others.exclude(risks=["operator_changed"]), f"{assets.url()}?{marks}", "去看看",
        lambda count: (f"{count} 项资产有风险提示", "收益逾期、合同到期、经营者困难或没有按期巡查，打开看原因"),
    )  # fmt: skip
    running = OperationContract.objects.filter(here, withdrawn_at=None, last_on__gte=on)
    yield _counted(
        running.filter(filed_on=None), contracts.url(), "去备案",
        lambda count: (f"{count} 份资产经营合同没有备案", "换经营者、换方式的，经民主决策后报镇备案"),
    )  # fmt: skip
    ahead = int(parameters.value("asset_contract_notice_days", on))
    soon = running.filter(last_on__lte=on + timedelta(days=ahead), replaced_by=None)
    yield _counted(
        soon, f"{contracts.url()}?last_on_after={on}&last_on_before={on + timedelta(days=ahead)}", "去看看",
        lambda count: (f"{count} 份资产经营合同快到期", "早议定续签还是另选经营者，免得到期闲置"),
    )  # fmt: skip
    yield _late(IdleSpell.objects.filter(here, withdrawn_at=None, used_on=None, plan_by_on__lt=on), spells)


def _principals(rows: QuerySet[Any], ledger: Ledger, on: date) -> Peek[OfAssets]:
    """Each asset whose principal did not come back when it was due, once it is marked."""
    owed = Q(dues__kind="principal", dues__withdrawn_at=None, dues__left_yuan__gt=0, dues__due_on__lt=on)

    def told(found: list[Found]) -> Iterator[OfAssets]:
        for row in found:
            left = show_yuan(yuan(row.said["left"])) if row.said["left"] else "0"
            yield OfAssets(
                f"{risk.PRINCIPAL}:{row.said['pk']}", f"{row.said['name']}：返还的本金逾期", f"还差 {left} 元，问清原因，收回后登记收款",
                ledger.record_url(row.said["pk"]), "去办", row.due_on, "bad",
            )  # fmt: skip

    since = rows.annotate(left=Sum("dues__left_yuan", filter=owed), since=Min("dues__due_on", filter=owed))
    said = {"pk": "pk", "name": "name", "left": "left"}
    return Peek(since.order_by("since", "pk"), told, said, "since", SHOWN)


def _counted(rows: QuerySet[Any], url: str, action: str, words: Callable[[str], tuple[str, str]]) -> Peek[OfAssets]:
    def told(found: list[Found]) -> Iterable[OfAssets]:
        if found:
            count = f"{COUNTED} 多" if len(found) > COUNTED else str(len(found))
            yield OfAssets("", *words(count), url, action)

    return Peek(rows.order_by(), told, most=COUNTED + 1)


def _late(rows: QuerySet[Any], ledger: Ledger) -> Peek[OfAssets]:
    def told(found: list[Found]) -> Iterator[OfAssets]:
        for row in found:
            why = f"盘活措施：{row.said['plan']}。办好了登记盘活，办不好的申请处置"
            yield OfAssets(
                f"idle:{row.said['pk']}",
                f"{row.said['name']}的盘活计划已到期",
                why,
                ledger.record_url(row.said["pk"]),
                "去办",
                row.due_on,
            )

    said = {"pk": "pk", "name": F("asset__name"), "plan": "plan"}
    return Peek(rows.order_by("plan_by_on", "pk"), told, said, "plan_by_on", SHOWN)
