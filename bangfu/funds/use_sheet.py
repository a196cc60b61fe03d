"""资金使用管理台账: what its columns may show, from a project's budget line, the project, its notices and its assets."""

from __future__ import annotations

from django.db.models import Case, CharField, DecimalField, Exists, OuterRef, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from bangfu.exchange.sheet import Kind
from bangfu.funds import official_sheets
from bangfu.funds.allotting import ledger_of
from bangfu.funds.books import SOURCES
from bangfu.funds.budget_line import BudgetLine
from bangfu.funds.official_sheets import Fact, Source
from bangfu.notices.models import PublicNotice
from bangfu.people import codes
from bangfu.projects.project import KINDS, Grade

SLUG = "fund-use"
_EMPTY = Value("")
_NO_MONEY = Value(None, output_field=DecimalField(max_digits=14, decimal_places=2))


def _money(path: str) -> Fact:
    return Fact(path, Kind.DECIMAL, is_money=True)


def _noticed() -> QuerySet[PublicNotice]:
    about = Concat(Value("projects:"), Cast(OuterRef("project_id"), CharField()))
    return PublicNotice.objects.filter(about=about, withdrawn_at=None)


def _grade() -> Case:
    """The county's conclusion, in words."""
    cases = [When(project__grade=grade.value, then=Value(grade.label)) for grade in Grade]
    return Case(*cases, default=_EMPTY, output_field=CharField())


FACTS = {
    "year": Fact("year", Kind.INTEGER),
    "source": Fact("source", Kind.CHOICE, tuple(codes.choices(SOURCES))),
    "document_no": Fact(Coalesce("document__document_no", "document_no")),
    "budgeted": _money("budgeted_yuan"),
    "paid": _money("paid_yuan"),
    "left": _money("left_yuan"),
    "progress": Fact("progress_percent", Kind.DECIMAL),
    "project_no": Fact("project__project_no", Kind.CODE),
    "project": Fact("project__name"),
    "kind": Fact("project__kind", Kind.CHOICE, tuple(codes.choices(KINDS))),
    "implementer": Fact("project__implementer"),
    "place": Fact("division_id", Kind.DIVISION),
    "planned": _money("project__planned_yuan"),
    "started_on": Fact("project__started_on", Kind.DATE),
    "completed_on": Fact("project__completed_on", Kind.DATE),
    "accepted_on": Fact("project__accepted_on", Kind.DATE),
    "responsible": Fact("project__responsible"),
    #: assets say these: until then a project has made none
    "asset_yuan": Fact(_NO_MONEY, Kind.DECIMAL, is_money=True),
    "no_asset_reason": Fact(_EMPTY),
    "evaluation": Fact(_grade()),
    "notice": Fact(Case(When(Exists(_noticed()), then=Value("已公示")), default=_EMPTY)),
    "note": Fact("project__other_places"),
}


def register() -> None:
    official_sheets.register(SLUG, Source(lambda: ledger_of(BudgetLine), FACTS))
