"""村集体合同 (4.4): what a collective lets, rents out or takes on, and what is due to it each year."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.terms import in_order
from bangfu.industry import columns, tables
from bangfu.industry.collective import contract_dues
from bangfu.industry.collective.collective_organisations import CollectiveOrganisation
from bangfu.industry.linkage.business_entities import BusinessEntity
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text

FIRST_DUE = "第一次应收日期要在合同起止之内"


class CollectiveContract(Record):
    class Kind(models.TextChoices):
        LAND = "land", "土地发包和流转"
        PROPERTY = "property", "物业和厂房出租"
        SERVICE = "service", "承接服务和工程"
        JOINT = "joint", "合作经营"
        OTHER = "other", "其他"

    village = columns.place("行政村", follows=True)
    organisation = models.ForeignKey(
        CollectiveOrganisation, models.PROTECT, related_name="contracts", verbose_name="集体经济组织"
    )
    contract_no = models.CharField("合同编号", max_length=60, unique=True)
    title = models.CharField("标的", max_length=120, help_text="如：村口鱼塘 12 亩")
    kind = models.CharField("合同类别", max_length=20, choices=Kind.choices)
    party = models.CharField("对方", max_length=80, help_text="个人、企业或单位名称")
    business_entity = models.ForeignKey(
        BusinessEntity, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经营主体"
    )
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期", help_text="含当日")
    yearly_yuan = Yuan("每年应收", validators=[MinValueValidator(0)])
    first_due_on = models.DateField("第一次应收日期", help_text="以后每年同一天应收一次")
    note = text("说明", 200)

    class Meta:
        verbose_name = verbose_name_plural = "村集体合同"
        indexes = [models.Index(fields=["village", "id"], name="collective_contract_village")]
        constraints = [
            in_order("collective_contract_in_order"),
            models.CheckConstraint(
                condition=Q(first_due_on__gte=F("from_on"), first_due_on__lte=F("to_on")),
                name="contract_due_in_its_term",
                violation_error_message=FIRST_DUE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_no} {self.title}"


class CollectiveContractLedger(Ledger):
    slug, model, article, scope_from = "collective-contracts", CollectiveContract, "4.4", "organisation"
    says = "集体土地、物业、服务等合同，每年应收多少；到期未收的由系统算出来"
    edited_by = FIELD
    columns = ("contract_no", "title", "organisation", "village", "kind", "party", "yearly_yuan", "from_on", "to_on")
    card = ("title", "party", "yearly_yuan", "to_on")
    filters = ("kind", "organisation", "business_entity", "from_on", "to_on", "yearly_yuan")
    search = ("contract_no", "title", "party")
    form = exchange = (
        "organisation", "contract_no", "title", "kind", "party", "business_entity", "from_on", "to_on", "yearly_yuan",
        "first_due_on", "note",
    )  # fmt: skip
    identity = ("contract_no",)
    related, detail_template = (("contract-receipts", "contract"),), "industry/contract_record.html"
    work_page = ("industry:contract-dues", "看应收款")
    stats = (Stat("按类别", by="kind"), Stat("每年应收", total="yearly_yuan", unit="元"))

    def clean(self, data: dict[str, Any], record: CollectiveContract | None) -> dict[str, str]:
        if not data["from_on"] <= data["first_due_on"] <= data["to_on"]:
            return {"first_due_on": FIRST_DUE}
        return {}

    def more(self, record: CollectiveContract, actor: Actor) -> dict[str, Any]:
        to_enter = tables.entry("contract-receipts", actor, contract=record.pk)
        return {"standing": contract_dues.of(record.pk), "to_enter": to_enter}
