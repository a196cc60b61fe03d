"""联农带农工作台账 (4.1): every agreement with what was promised and paid; households that have none but could."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.industry import tables
from bangfu.industry.linkage import promises
from bangfu.industry.linkage.farmer_linkages import FarmerLinkage
from bangfu.industry.tables import Cell, Figure, Table
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.people import codes
from bangfu.people.models import Household, Person
from bangfu.people.person import PRESENT
from bangfu.policy.code_lists import code_list

#: the page shows the others; the dates of an agreement are on its own page
IN_BOOK = frozenset({"项目", "户类型", "开始", "结束", "每年承诺（元）", "最近兑现"})
HEADS = (
    "协议编号", "项目", "经营主体", "方式", "农户", "户类型", "行政村", "开始", "结束", "每年承诺（元）", "应兑现（元）",
    "已兑现（元）", "还差（元）", "从哪天起欠", "最近兑现",
)  # fmt: skip
_FROM = f"""FROM industry_farmerlinkage l JOIN people_household h ON h.id = l.household_id
    JOIN divisions_division v ON v.code = l.village_id JOIN industry_businessentity b ON b.id = l.business_entity_id
    LEFT JOIN projects_project j ON j.id = l.project_id, LATERAL (SELECT {promises.DUE} AS yuan) due,
    {promises.PAID} paid
    WHERE l.withdrawn_at IS NULL AND (%(project)s = 0 OR l.project_id = %(project)s)
    AND (%(entity)s = 0 OR l.business_entity_id = %(entity)s) AND (NOT %(lacking)s OR paid.yuan < due.yuan)"""
_ROWS = f"""SELECT l.id, l.agreement_no, j.id, j.name, b.id, b.name, l.mode, h.id, h.head_name, h.kind, h.monitored_kind,
    v.name, l.from_on, l.to_on, l.promised_yuan, due.yuan, paid.yuan, {promises.SINCE}, paid.last_on {_FROM}
    AND l.id > %(after)s AND """  # noqa: S608
_SUMS = f"""SELECT count(*), count(DISTINCT l.household_id),
    count(DISTINCT l.household_id) FILTER (WHERE h.kind = 'lifted' OR h.monitored_kind <> ''), sum(l.promised_yuan),
    sum(due.yuan), sum(paid.yuan), sum(greatest(due.yuan - paid.yuan, 0)) {_FROM} AND """  # noqa: S608


@require_GET
@needs(Act.READ)
def book(request: Request) -> HttpResponse:
    """Of one operating project, one operator, or all of the place."""
    ledger = registry.of(FarmerLinkage)
    assert ledger
    as_book = request.GET.get("book") == "1"
    scope = tables.reach(request, ledger, Act.EXPORT if as_book else Act.READ)
    here = tables.within(scope, "l.village_id")
    wanted = {name: tables.number(request.GET.get(name)) for name in ("project", "entity")}
    lacking = request.GET.get("lacking") == "1"
    values: dict[str, Any] = {**wanted, "lacking": lacking, "on": dates.today()}
    size = tables.MOST if as_book else tables.PER_PAGE
    after = 0 if as_book else tables.number(request.GET.get("after"))
    rows = tables.fetch(f"{_ROWS}{here} ORDER BY l.id LIMIT {size + 1}", values | {"after": after})
    query = {name: value for name, value in (*wanted.items(), ("lacking", int(lacking))) if value}
    table = Table(
        "联农带农工作台账", ledger.article, "由协议和兑现记录算出：每满一个协议年应兑现当年的承诺，协议结束时按月结清。",
        HEADS, [_cells(row) for row in rows[:size]], _figures(here, values) if not after and not as_book else [],
        chips=[("全部", _with(query, lacking=0), not lacking), ("没有兑现完", _with(query, lacking=1), lacking)],
        empty="没有协议", next=urlencode(query | {"after": rows[size - 1][0]}) if len(rows) > size else "",
        book=urlencode(query | {"book": 1}), in_book=IN_BOOK,
    )  # fmt: skip
    return tables.workbook(request, ledger, table) if as_book else tables.page(request, table)


def _with(query: dict[str, int], lacking: int) -> str:
    return "?" + urlencode({**query, "lacking": lacking})


def _cells(row: Any) -> list[Cell]:
    (pk, no, project, project_name, entity, entity_name, mode, home, head, kind, monitored, village, first, last,
     promised, due, paid, since, last_on) = row  # fmt: skip
    return [
        Cell(no, reverse("ledger:detail", args=["farmer-linkages", pk])),
        Cell(project_name, reverse("ledger:detail", args=["projects", project]) if project else ""),
        Cell(entity_name, reverse("ledger:detail", args=["business-entities", entity])),
        Cell(code_list("linkage_mode").label(mode)),
        Cell(head, reverse("ledger:detail", args=["households", home])),
        Cell(_of_kind(kind, monitored)), Cell(village), Cell(first), Cell(last), Cell(promised), Cell(due), Cell(paid),
        Cell(max(due - paid, 0 * due)), Cell(since), Cell(last_on),
    ]  # fmt: skip


def _of_kind(kind: str, monitored: str) -> str:
    names = ([code_list("monitored_kind").label(monitored)] if monitored else []) + (
        ["脱贫户"] if kind == codes.LIFTED else []
    )
    return "、".join(names) or "一般农户"


def _figures(here: str, values: dict[str, Any]) -> list[Figure]:
    ((count, homes, first, promised, due, paid, lacking),) = tables.fetch(f"{_SUMS}{here}", values)
    return [
        Figure("协议", count, "份"),
        Figure("联结农户", homes, "户", note=f"其中脱贫户和监测户 {first} 户"),
        Figure("每年承诺", promised or 0, "元"),
        Figure("应兑现", due or 0, "元", definition="每满一个协议年应兑现当年的承诺，协议结束时按月结清"),
        Figure("已兑现", paid or 0, "元"),
        Figure("还差", lacking or 0, "元", url="?lacking=1" if lacking else ""),
    ]


#: whom to look at first
WHO: dict[str, tuple[str, Q]] = {
    "monitored": ("监测户", ~Q(monitored_kind="") & ~Q(is_risk_removed=True)),
    "lifted": ("脱贫户", Q(kind=codes.LIFTED)),
    "ordinary": ("一般农户", Q(kind=codes.ORDINARY, monitored_kind="")),
}


def without_linkage(who: Q, on: date) -> QuerySet[Household]:
    """Households with somebody who can work, and no agreement that runs."""
    works = [str(code.value) for code in code_list("labour_skill").codes if code.facts["works"]]
    able = Person.objects.filter(PRESENT, household=OuterRef("pk"), labour_skill__in=works)
    linked = FarmerLinkage.objects.filter(household=OuterRef("pk"), from_on__lte=on, to_on__gte=on, withdrawn_at=None)
    return Household.objects.filter(who, Exists(able), ~Exists(linked), withdrawn_at=None).order_by("village_id", "pk")


@require_GET
@needs(Act.READ)
def unlinked(request: Request) -> HttpResponse:
    ledger, households = registry.of(FarmerLinkage), registry.of(Household)
    assert ledger and households
    scope = tables.reach(request, ledger).intersect(tables.reach(request, households))
    chosen = request.GET.get("who", "")
    chosen = chosen if chosen in WHO else "monitored"
    rows = without_linkage(WHO[chosen][1] & scope.q("village"), dates.today())
    village, _, pk = request.GET.get("after", "").partition("-")
    if (low := tables.number(village)) and (key := tables.number(pk)):
        rows = rows.filter(TupleGreaterThan(Tuple(F("village_id"), F("pk")), (low, key)))
    found = list(rows.select_related("village")[: tables.PER_PAGE + 1])
    last = found[tables.PER_PAGE - 1] if len(found) > tables.PER_PAGE else None
    may_link = ledger.may(request.actor, Act.EDIT)
    table = Table(
        "还没有联结的农户", ledger.article, "家里有劳动能力、现在没有任何联农带农协议的户，先看监测户和脱贫户。",
        ("户主", "行政村", "自然村、组", "人口", "办理"), [_home(home, ledger.new_url, may_link) for home in found[: tables.PER_PAGE]],
        chips=[(label, f"?who={name}", name == chosen) for name, (label, _) in WHO.items()],
        empty="都有协议，或家里没有劳动能力", next=f"who={chosen}&after={last.village_id}-{last.pk}" if last else "",
    )  # fmt: skip
    return tables.page(request, table)


def _home(home: Household, new_url: str, may_link: bool) -> list[Cell]:
    return [
        Cell(str(home), reverse("ledger:detail", args=["households", home.pk])),
        Cell(str(home.village)),
        Cell(f"{home.natural_village} {home.group_name}".strip()),
        Cell(home.member_count),
        Cell("登记协议" if may_link else "", f"{new_url}?household={home.pk}" if may_link else ""),
    ]
