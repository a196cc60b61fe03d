"""A town's project with money from the province down to a contract, as the acts make it; for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.divisions.models import Division
from bangfu.funds import allotting, spending
from bangfu.funds.allotting import Doing
from bangfu.funds.models import Allotment, BudgetLine, FundDocument, Payment
from bangfu.kernel import dates
from bangfu.projects.contract import Contract
from bangfu.projects.progress import Progress
from bangfu.projects.project import Project

PROVINCE, CITY, COUNTY, TOWN, VILLAGE = 440000000000, 441800000000, 441881000000, 441881137000, 441881137201


def place(code: int) -> Division:
    return Division.objects.get(pk=code)


def doing(user: User | None = None) -> Doing:
    by = Actor.of(user, dates.today()) if user else Actor(None)
    return Doing(by, timezone.now(), uuid4())


def yuan(text: str | int) -> Decimal:
    return Decimal(text)


def document(amount: Any = 1000, source: str = "central", year: int = 2026, **more: Any) -> FundDocument:
    holder = more.pop("holder", None) or place(PROVINCE)
    values = {"document_no": f"粤财农〔{year}〕{FundDocument.objects.count() + 1}号", "title": "衔接资金", "source": source,
              "year": year, "amount_yuan": yuan(amount), "issuer": "广东省财政厅", "issued_on": date(year, 1, 10)}  # fmt: skip
    return allotting.register(holder, values | more, doing())


def allot(giver: int, to: int, amount: Any, source: str = "central", year: int = 2026, **more: Any) -> Allotment:
    values = {"source": source, "year": year, "amount_yuan": yuan(amount), "document_no": "下达 1 号",
              "happened_on": date(year, 2, 1)}  # fmt: skip
    return allotting.allot(place(giver), place(to), values | more, doing())


def project(state: str = "started", planned: Any = 900, **more: Any) -> Project:
    values = {"name": "光明村饮水工程", "sort": "water", "kind": "construction", "year": 2026, "state": state,
              "planned_yuan": yuan(planned), "division_id": VILLAGE, "in_pool_on": date(2026, 1, 5),
              "started_on": date(2026, 3, 10)}  # fmt: skip
    return Project.objects.create(**values | more)


def budget(of: Project, amount: Any, source: str = "central", year: int = 2026, **more: Any) -> BudgetLine:
    values = {"source": source, "year": year, "amount_yuan": yuan(amount), "document_no": "英财农〔2026〕3号",
              "happened_on": date(2026, 2, 20)}  # fmt: skip
    return spending.assign(of, more.pop("holder", None) or place(COUNTY), values | more, more.pop("doing", doing()))


def contract(of: Project, amount: Any, **more: Any) -> Contract:
    values = {"division_id": of.division_id, "project": of, "contract_no": f"HT-{Contract.objects.count() + 1}",
              "contractor": "东华建筑公司", "method": "open_tender", "amount_yuan": yuan(amount),
              "signed_on": date(2026, 3, 1)}  # fmt: skip
    return Contract.objects.create(**values | more)


def paying(amount: Any, voucher_no: str, **more: Any) -> dict[str, Any]:
    return {"amount_yuan": yuan(amount), "voucher_no": voucher_no, "paid_on": date(2026, 4, 1), "payee": "东华建筑公司",
            "purpose": "管网工程款", "work_percent": 100, "contract": None} | more  # fmt: skip


@dataclass
class Town:
    document: FundDocument
    project: Project
    line: BudgetLine
    contract: Contract

    def pay(self, amount: Any, voucher_no: str, **more: Any) -> Payment:
        what = more.pop("doing", None) or doing()
        return spending.pay(self.line, paying(amount, voucher_no, contract=self.contract, **more), what)


def town() -> Town:
    """1,000 of the central level: 800 to the county, 500 set aside for a project with a contract over 400, whose work
    is done."""
    paper = document()
    allot(PROVINCE, COUNTY, 800, document=paper)
    wished = project()
    line = budget(wished, 500, document=paper)
    Progress.objects.create(division_id=VILLAGE, project=wished, reported_on=date(2026, 3, 20), percent=100)
    return Town(paper, wished, line, contract(wished, 400))
