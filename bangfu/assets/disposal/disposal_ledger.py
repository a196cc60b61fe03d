"""资产处置台账 (1.4): who asked to dispose of what, who approved it, when it went to whom for how much."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.assets.disposal import page
from bangfu.assets.disposal.disposal import Disposal
from bangfu.assets.disposal.states import CLOSED, DONE, TONES
from bangfu.assets.operating import part
from bangfu.ledger.declaration import Ledger, Stat


class DisposalLedger(Ledger):
    slug, model, article, scope, scope_from = "asset-disposals", Disposal, "1.4", "division", "asset"
    says = "资产的转让、报废、核销：申请、民主决策、评估、审核、批准、公示、处置、入账；没有批准不能处置"
    acts_only, read_by, edited_by = True, part.READERS, part.WRITERS
    columns = ("asset", "division", "state", "reason_kind", "method", "applied_on", "disposed_on", "proceeds_yuan")
    card = ("asset", "state", "method")
    filters = ("asset", "state", "reason_kind", "method", "applied_on", "approved_on", "disposed_on", "proceeds_yuan")
    search = ("asset__name", "asset__asset_no", "document_no", "receiver")
    tones = {"state": TONES}
    groups = {
        "申请": ("asset", "state", "reason_kind", "reason", "method", "use_plan", "applied_on", "applicant"),
        "决策和评估": ("decided_on", "decision", "appraised_on", "appraiser", "appraised_yuan"),
        "审批和公示": (
            "reviewed_on", "approved_on", "approver", "document_no", "notice_from_on", "notice_to_on",
        ),
        "处置": ("disposed_on", "receiver", "proceeds_yuan", "write_off_no", "handled_by", "settled_on", "closed_on"),
    }  # fmt: skip
    untracked = ("state_before",)
    detail_template = "assets/disposal.html"
    stats = (
        Stat("在办", where=~Q(state__in=CLOSED), unit="件"),
        Stat("处置收入", total="proceeds_yuan", unit="元"),
        Stat("按方式", by="method"),
        Stat("已处置", where=Q(state__in=DONE), unit="件"),
    )

    def more(self, record: Disposal, actor: Actor) -> dict[str, Any]:
        return page.context(record, actor)
