"""数据需求台账 (5.1): list, figures, export and API of demands; rows come from acts alone."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.demands import overview
from bangfu.demands.demand import ASKERS, Demand
from bangfu.demands.states import TONES, State
from bangfu.ledger.declaration import Ledger, Stat


class DemandLedger(Ledger):
    slug, model, article, scope = "demands", Demand, "5.1", "division"
    says = "上级要数的登记：谁要、凭什么、何时要；系统里有的自动填进对方的表，没有的才问村镇"
    acts_only = True
    read_by = edited_by = ASKERS
    columns = (
        "title",
        "asker",
        "document_no",
        "due_on",
        "row_kind",
        "head_count",
        "known_count",
        "question_count",
        "state",
    )
    card = ("title", "asker", "due_on", "state")
    filters = ("state", "asker_level", "row_kind", "due_on")
    sorts = ("due_on",)
    search = ("title", "asker", "document_no")
    in_search = True
    identity = ("title", "asker", "period_first")
    work_page = ("demands:board", "上级要数")
    tones = {"state": TONES}
    untracked = ("layout",)
    groups = {
        "谁要的": ("asker", "asker_level", "basis", "document_no", "due_on"),
        "要什么": ("row_kind", "division", "period_first", "period_last", "file_name"),
        "办理": ("state", "office", "registered_by", "opened_at", "delivered_at", "first", "override_reason"),
    }
    detail_template = "demands/demand.html"
    stats = (
        Stat("要的项目", total="head_count", unit="项"),
        Stat("自动填的项目", total="known_count", unit="项"),
        Stat("问村镇的格数", total="question_count", unit="格"),
        Stat("不用打扰的村次", total="spared_count", unit="村次"),
        Stat("没有交出", where=~Q(state__in=[State.DELIVERED, State.CLOSED, State.REFUSED]), unit="份"),
    )

    def works(self, actor: Actor) -> bool:
        return actor.may(Act.EXPORT, ASKERS)

    def more(self, record: Demand, actor: Actor) -> dict[str, Any]:
        return overview.page(record, actor)
