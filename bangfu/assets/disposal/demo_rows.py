"""Disposals of the demo, made by the product's own acts: one done and booked, one before the county, one just applied for."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.assets.asset import Asset
from bangfu.assets.disposal import acts
from bangfu.assets.disposal.disposal import Disposal
from bangfu.assets.disposal.states import FLOW
from bangfu.assets.operating.demo_rows import doing
from bangfu.assets.states import State
from bangfu.funds.allotting import Doing
from bangfu.workflow import acts as flows
from bangfu.workflow.models import Flow

TOLD: tuple[dict[str, str], ...] = (
    {"reason_kind": "worn_out", "reason": "设备老化，维修费高于残值", "method": "auction", "use_plan": "修村内机耕路"},
    {"reason_kind": "planning", "reason": "省道扩建占用", "method": "transfer", "use_plan": "再投入产业"},
    {"reason_kind": "natural", "reason": "6 月洪水冲毁", "method": "scrap", "use_plan": ""},
)
#: step, who, what is said; the first goes to the end, the second to the county
STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("decide", "cungan", {"people": 32, "decision": "村民代表会议一致同意"}),
    ("appraise", "cungan", {"appraiser": "英德市某资产评估事务所（演示）", "appraised_yuan": 36000}),
    ("review", "zhenban", {"opinion": "情况属实，同意"}),
    ("approve", "xianju", {"document_no": "英府资处〔演示〕2 号"}),
    ("post_notice", "cungan", {}),
    ("execute", "cungan", {"proceeds_yuan": 38000, "receiver": "英德市某物资回收公司（演示）"}),
)
TO_COUNTY, WAIT = 3, 20


def load(on: date) -> int:
    """How many. Needs the demo's assets in the village of the cast's clerk."""
    homes = [each.pk for each in doing("cungan", on).by.homes]
    rows = Asset.objects.filter(
        division__in=homes, state__in=(State.CONFIRMED, State.HANDED_OVER), asset_class="public", withdrawn_at=None
    )
    made = [_applied(asset, told, on - timedelta(days=60 - 20 * number))
            for number, (asset, told) in enumerate(zip(rows.order_by("-cost_yuan", "pk"), TOLD, strict=False))]  # fmt: skip
    if made:
        _go(made[0], STEPS, on - timedelta(days=60))
        _book(made[0], on)
    if len(made) > 1:
        _go(made[1], STEPS[:TO_COUNTY], on - timedelta(days=40))
    return len(made)


def _applied(asset: Asset, told: dict[str, str], on: date) -> Disposal:
    return acts.apply(asset, {**told, "applicant": asset.owner or "村民委员会"}, doing("cungan", on))


def _go(row: Disposal, steps: tuple[tuple[str, str, dict[str, Any]], ...], on: date) -> None:
    for step, username, evidence in steps:
        day = on + timedelta(days=WAIT) if step == "execute" else on
        flow = Flow.objects.get(slug=FLOW, subject_id=row.pk)
        by = Actor.of(User.objects.get(username=username), day)
        at = timezone.make_aware(datetime.combine(day, time(10)))
        flows.take(step, flow, by=by, at=at, version=flow.version, evidence=evidence)


def _book(row: Disposal, on: date) -> None:
    row.refresh_from_db()
    by = doing("cungan", on)
    values = {
        "received_on": on - timedelta(days=30),
        "amount_yuan": Decimal(38000),
        "voucher_no": "处-01",
        "payer": row.receiver,
    }
    acts.book_proceeds(row, values, Doing(by.by, by.at, uuid4()))
