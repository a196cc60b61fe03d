"""项目资产管理台账 (1.4): what its columns may show of the asset itself; contracts and income join from operating/."""

from __future__ import annotations

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from bangfu.assets.asset import Asset
from bangfu.assets.fund_part import FundPart
from bangfu.assets.states import State
from bangfu.exchange.sheet import Kind
from bangfu.funds import official_sheets
from bangfu.funds.allotting import ledger_of
from bangfu.funds.books import SOURCES
from bangfu.funds.official_sheets import Fact, Source
from bangfu.people import codes

SLUG = "asset-management"


def _listed(path: str, code_list: str) -> Fact:
    return Fact(path, Kind.CHOICE, tuple(codes.choices(code_list)))


def _composition() -> Coalesce:
    """中央 500000.00；省级 …, one word for each source."""
    labels = Case(
        *(When(source=value, then=Value(label)) for value, label in codes.choices(SOURCES)), default=Value("")
    )
    rows: QuerySet[FundPart] = FundPart.objects.filter(asset=OuterRef("pk"), withdrawn_at=None).order_by()
    words = Concat(labels, Value(" "), Cast("yuan", CharField()), output_field=CharField())
    said = rows.values("asset").annotate(said=StringAgg(words, "；", order_by="source")).values("said")
    return Coalesce(Subquery(said, output_field=CharField()), Value(""))


_POINT = Case(
    When(
        longitude__isnull=False, latitude__isnull=False,
        then=Concat(Cast("longitude", CharField()), Value(","), Cast("latitude", CharField()), output_field=CharField()),
    ),
    default=Value(""),
)  # fmt: skip
_QUANTITY = Concat(F("spec"), Value(" "), Coalesce(Cast("quantity", CharField()), Value("")), output_field=CharField())

FACTS = {
    "asset_no": Fact("asset_no", Kind.CODE),
    "old_no": Fact("old_no"),
    "name": Fact("name"),
    "asset_class": _listed("asset_class", "asset_class"),
    "project_no": Fact("project__project_no", Kind.CODE),
    "project": Fact("project__name"),
    "formed_year": Fact("formed_year", Kind.INTEGER),
    "acquired_on": Fact("acquired_on", Kind.DATE),
    "spec": Fact(_QUANTITY),
    "unit_word": Fact("unit_word"),
    "cost": Fact("cost_yuan", Kind.DECIMAL, is_money=True),
    "fund_parts": Fact(_composition()),
    "place": Fact("division_id", Kind.DIVISION),
    "point": Fact(_POINT),
    "owner_level": _listed("owner_level", "asset_owner_level"),
    "owner": Fact("owner"),
    "user_name": Fact("user_name"),
    "operation_mode": _listed("operation_mode", "operation_mode"),
    "keeper": Fact("keeper"),
    "care_fund": Fact("care_fund"),
    "right_confirmed_on": Fact("right_confirmed_on", Kind.DATE),
    "certificate_no": Fact("certificate_no"),
    "handed_over_on": Fact("handed_over_on", Kind.DATE),
    "state": Fact("state", Kind.CHOICE, tuple(State.choices)),
    "inspected_on": Fact("inspected_on", Kind.DATE),
    "note": Fact("note"),
}


def _kept(rows: QuerySet[Asset]) -> QuerySet[Asset]:
    """What was disposed of stands in the ledger of disposals."""
    return rows.exclude(state=State.DISPOSED)


def register() -> None:
    official_sheets.register(SLUG, Source(lambda: ledger_of(Asset), FACTS, _kept))
