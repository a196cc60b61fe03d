"""项目资产处置台账 (1.4): what its columns may show, from a disposal, its asset and what the proceeds were used for."""

from __future__ import annotations

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf

from bangfu.assets.disposal.disposal import Disposal
from bangfu.assets.disposal.states import DROPPED, State
from bangfu.assets.operating.income_use import IncomeUse
from bangfu.assets.operating.purses import Purse
from bangfu.exchange.sheet import Kind
from bangfu.funds import official_sheets
from bangfu.funds.allotting import ledger_of
from bangfu.funds.official_sheets import Fact, Source
from bangfu.people import codes

SLUG = "asset-disposal"


def _money(path: str) -> Fact:
    return Fact(path, Kind.DECIMAL, is_money=True)


def _listed(path: str, code_list: str) -> Fact:
    return Fact(path, Kind.CHOICE, tuple(codes.choices(code_list)))


def _uses() -> Coalesce:
    """Where the proceeds went; until then what was planned."""
    rows = IncomeUse.objects.filter(
        Q(asset=OuterRef("asset_id"), purse=Purse.PROCEEDS, corrects=None, is_corrected=False, withdrawn_at=None)
    )
    said = rows.order_by().values("asset").annotate(said=StringAgg("note", "；", default=Value(""))).values("said")
    return Coalesce(NullIf(Subquery(said, output_field=CharField()), Value("")), F("use_plan"))


def _term() -> Concat:
    return Concat(
        Cast("notice_from_on", CharField()), Value(" 至 "), Cast("notice_to_on", CharField()), output_field=CharField()
    )


def _shown(rows: QuerySet[Disposal]) -> QuerySet[Disposal]:
    """What was refused or withdrawn is no disposal."""
    return rows.exclude(state__in=DROPPED)


FACTS = {
    "asset_no": Fact("asset__asset_no", Kind.CODE),
    "name": Fact("asset__name"),
    "asset_class": _listed("asset__asset_class", "asset_class"),
    "place": Fact("division_id", Kind.DIVISION),
    "cost": _money("asset__cost_yuan"),
    "appraised": _money("appraised_yuan"),
    "reason": _listed("reason_kind", "asset_disposal_reason"),
    "why": Fact("reason"),
    "method": _listed("method", "asset_disposal_method"),
    "state": Fact("state", Kind.CHOICE, tuple(State.choices)),
    "applied_on": Fact("applied_on", Kind.DATE),
    "decided_on": Fact("decided_on", Kind.DATE),
    "approved_on": Fact("approved_on", Kind.DATE),
    "approver": Fact(Concat(F("approver"), Value(" "), F("document_no"), output_field=CharField())),
    "notice": Fact(Coalesce(NullIf(_term(), Value(" 至 ")), Value(""))),
    "disposed_on": Fact("disposed_on", Kind.DATE),
    "receiver": Fact("receiver"),
    "proceeds": _money("proceeds_yuan"),
    "used_for": Fact(_uses()),
    "write_off_no": Fact("write_off_no"),
    "handled_by": Fact("handled_by"),
    "note": Fact("decision"),
}


def register() -> None:
    official_sheets.register(SLUG, Source(lambda: ledger_of(Disposal), FACTS, _shown))
