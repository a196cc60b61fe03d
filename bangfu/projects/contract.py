"""项目合同 (2.2): with whom a project was contracted, for how much, from when to when. Payments against it are in `funds`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.kernel import credit_code
from bangfu.ledger import limits
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.projects import contract_rules
from bangfu.projects.credit_codes import check_codes, code_fault
from bangfu.projects.project import Project


class Contract(Record):
    class Kind(models.TextChoices):
        WORKS = "works", "施工"
        GOODS = "goods", "货物"
        DESIGN = "design", "勘察设计"
        SUPERVISION = "supervision", "监理"
        SERVICE = "service", "其他服务"

    division = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="实施地点"
    )
    project = models.ForeignKey(Project, models.PROTECT, related_name="contracts", verbose_name="项目")
    contract_no = models.CharField("合同编号", max_length=60)
    kind = models.CharField("合同类别", max_length=20, choices=Kind.choices, default=Kind.WORKS)
    contractor = models.CharField("承包人", max_length=80)
    contractor_code = text("承包人统一社会信用代码", 18)
    method = models.CharField("采购方式", max_length=codes.LENGTH, choices=codes.choices("procurement_method"))
    amount_yuan = Yuan("合同金额（元）", validators=[MinValueValidator(0)])
    signed_on = models.DateField("签订日期")
    ends_on = models.DateField("约定完工日期", null=True, blank=True)
    note = text("说明", 200)

    class Meta:
        verbose_name = verbose_name_plural = "项目合同"
        indexes = [models.Index(fields=["division", "id"], name="contract_division")]
        constraints = [
            models.UniqueConstraint(fields=["contract_no", "project"], name="one_contract_a_number"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("signed_on")),
                name="contract_ends_after_signing",
                violation_error_message="约定完工日期早于签订日期，请核对",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_no} {self.contractor}"


class ContractLedger(Ledger):
    slug, model, article, scope, scope_from = "contracts", Contract, "2.2", "division", "project"
    says = "项目的施工、采购、设计、监理合同"
    edited_by = (Role.COUNTY, Role.TOWN, Role.VILLAGE, *TEAM)
    columns = ("contract_no", "project", "division", "kind", "contractor", "amount_yuan", "signed_on", "ends_on")
    card = ("contract_no", "contractor", "amount_yuan")
    filters = ("project", "kind", "method", "signed_on", "ends_on")
    search = ("contract_no", "contractor")
    form = exchange = (
        "project", "contract_no", "kind", "contractor", "contractor_code", "method", "amount_yuan", "signed_on", "ends_on",
        "note",
    )  # fmt: skip
    identity = ("contract_no", "project")
    choice_aliases = codes.aliases(method="procurement_method")
    derive = staticmethod(check_codes("contractor_code"))  # type: ignore[assignment]
    checks = (contract_rules.of_workbook,)
    stats = (Stat("按类别", by="kind"), Stat("合同金额", total="amount_yuan", unit="元"))

    def clean(self, data: dict[str, Any], record: Contract | None) -> dict[str, str]:
        if fault := code_fault(data.get("contractor_code", "")):
            return {"contractor_code": fault}
        project, amount = data.get("project"), data.get("amount_yuan")
        if project and amount and (fault := contract_rules.fault(project, amount, record.pk if record else None)):
            return {"amount_yuan": fault}
        signed, ends = data.get("signed_on"), data.get("ends_on")
        return {"ends_on": "约定完工日期早于签订日期，请核对"} if signed and ends and ends < signed else {}

    def following(self, keys: list[int]) -> AbstractContextManager[None]:
        return limits.held(keys, contract_rules.sums, Project.objects.all(), contract_rules.beyond)

    def prepare(self, record: Contract) -> None:
        record.contractor_code = credit_code.normalise(record.contractor_code)
