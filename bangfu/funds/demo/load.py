"""Money of the demo's projects: documents, allotments, lines and payments made by the product's own acts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.demo import CITY, COUNTY, OTHER_COUNTY, PROVINCE
from bangfu.accounts.models import User
from bangfu.divisions.models import Division
from bangfu.funds import allotting, spending
from bangfu.funds.allotting import Doing
from bangfu.funds.budget_line import BudgetLine
from bangfu.funds.document import FundDocument
from bangfu.lawbook.kept import keeping
from bangfu.projects.models import Contract, Project
from bangfu.projects.progress import latest_percent
from bangfu.projects.states import State

#: source → who gets it by document, title, and the share of a project that it pays for
SOURCES = {
    "central": (PROVINCE, "中央财政衔接推进乡村振兴补助资金", Decimal("0.5")),
    "province": (PROVINCE, "省级驻镇帮镇扶村资金", Decimal("0.3")),
    "paired": (CITY, "对口帮扶市驻镇帮镇扶村资金", Decimal("0.2")),
}
FUNDED = (State.FUNDED, State.PROCUREMENT, State.STARTED, State.COMPLETED, State.ACCEPTED, State.AUDITED,
          State.ASSET_FORMED, State.EVALUATED, State.ARCHIVED)  # fmt: skip
LARGE = Decimal(2_000_000)  # larger projects are paid for by three sources, others by one


@transaction.atomic
@keeping()
def load(today: date) -> int:
    """How many lines. Needs the demo's projects."""
    places = Division.objects.in_bulk([PROVINCE, CITY, COUNTY, OTHER_COUNTY])
    projects = list(Project.objects.filter(state__in=FUNDED, funded_on__isnull=False).select_related("division"))
    by = Actor(User.objects.filter(username="xianju").first())
    if len(places) < 4 or not projects:
        return 0
    issued_on = min(project.funded_on for project in projects if project.funded_on) - timedelta(days=20)
    papers = _documents(places, issued_on, by)
    _left_of_last_year(places[COUNTY], issued_on, by)
    lines = [line for number, each in enumerate(projects) for line in _lines(number, each, places, papers, by)]
    _payments(lines, today, by)
    return len(lines)


def _doing(by: Actor) -> Doing:
    return Doing(by, timezone.now(), uuid4())


def _documents(places: dict[int, Division], on: date, by: Actor) -> dict[str, FundDocument]:
    """Each source in one document, passed down to both counties."""
    papers = {}
    for number, (source, (holder, title, _)) in enumerate(SOURCES.items(), 1):
        paper = {"document_no": f"粤财农〔{on.year}〕{number * 7}号（演示）", "title": f"关于下达{on.year}年{title}的通知",
                 "source": source, "year": on.year, "amount_yuan": Decimal(60_000_000), "issuer": "省财政厅（演示）",
                 "issued_on": on}  # fmt: skip
        papers[source] = allotting.register(places[holder], paper, _doing(by))
        for county in (COUNTY, OTHER_COUNTY):
            given = {"source": source, "year": on.year, "amount_yuan": Decimal(26_000_000), "document": papers[source],
                     "document_no": f"清财农〔{on.year}〕{number}号（演示）", "happened_on": on + timedelta(days=6)}  # fmt: skip
            allotting.allot(places[holder], places[county], given, _doing(by))
    return papers


def _left_of_last_year(county: Division, on: date, by: Actor) -> None:
    """The county's own money of the year before, not spent and carried over."""
    last = on.year - 1
    paper = {"document_no": f"英财农〔{last}〕31号（演示）", "title": f"{last}年县级配套资金", "source": "county", "year": last,
             "amount_yuan": Decimal(1_200_000), "issuer": "英德市财政局（演示）", "issued_on": date(last, 5, 8)}  # fmt: skip
    allotting.register(county, paper, _doing(by))
    allotting.carry_over(county, "county", last, f"英财农〔{on.year}〕1号（演示）", _doing(by))


def _lines(
    number: int, project: Project, places: dict[int, Division], papers: dict[str, FundDocument], by: Actor
) -> Iterator[BudgetLine]:
    holder = places[project.division_id // 10**6 * 10**6]
    sources = list(SOURCES) if project.planned_yuan >= LARGE else [list(SOURCES)[number % 3]]
    for source in sources:
        share = SOURCES[source][2] if len(sources) > 1 else Decimal(1)
        values = {"source": source, "year": papers[source].year, "amount_yuan": (project.planned_yuan * share).quantize(Decimal("0.01")),
                  "document": papers[source], "document_no": f"{papers[source].year}年项目资金计划第{number + 1}号（演示）",
                  "happened_on": project.funded_on}  # fmt: skip
        yield spending.assign(project, holder, values, _doing(by))


def _payments(lines: list[BudgetLine], today: date, by: Actor) -> None:
    """An advance when work began, and more as the work went on."""
    keys = {line.project_id for line in lines}
    contracts = {each.project_id: each for each in Contract.objects.filter(project__in=keys).order_by("-pk")}
    percents, paid = latest_percent(list(keys)), set[int]()
    for number, line in enumerate(lines):
        project, contract = line.project, contracts.get(line.project_id)
        if project.started_on is None or contract is None or project.pk in paid:
            continue
        paid.add(project.pk)
        most = min(line.budgeted_yuan, contract.amount_yuan)
        paid_on = max(project.started_on, contract.signed_on)
        for part, share in enumerate((Decimal("0.2"), *_later(percents.get(project.pk, 0)))):
            on = min(paid_on + timedelta(days=part * 8), today)
            _pay(
                line,
                contract,
                most * share,
                on,
                f"{line.holder.label[:1]}支{on:%Y}-{number * 4 + part + 1:04d}",
                percents,
                by,
            )


def _later(percent: int) -> tuple[Decimal, ...]:
    return (Decimal("0.5"),) if percent >= 60 else ()


def _pay(
    line: BudgetLine,
    contract: Contract,
    amount: Decimal,
    on: date,
    voucher_no: str,
    percents: dict[int, int],
    by: Actor,
) -> None:
    values: dict[str, Any] = {
        "amount_yuan": amount.quantize(Decimal("0.01")), "voucher_no": voucher_no, "paid_on": on, "contract": contract,
        "payee": contract.contractor, "purpose": "工程进度款", "work_percent": percents.get(line.project_id, 0),
    }  # fmt: skip
    spending.pay(line, values, _doing(by))
