"""联农带农协议 (4.1): what an operator promised a household each year, in one of six modes; paid rows hang on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.terms import in_order, never_twice, point, text_point
from bangfu.exchange.sheet import Batch, Fault
from bangfu.industry import columns, tables
from bangfu.industry.linkage import promises
from bangfu.industry.linkage.business_entities import BusinessEntity
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.people.models import Household
from bangfu.projects.models import Project
from bangfu.units import overlaps

TWICE = "这家经营主体和这一户在这段时间已有同一方式的协议，请改那一份，或填写原协议的结束日期"
CLOSED = "这家经营主体在协议开始前已经注销，请核对"


class FarmerLinkage(Record):
    village = columns.place("行政村", follows=True)
    agreement_no = models.CharField(
        "协议编号", max_length=40, unique=True, help_text="一户一号；一份协议带名单的，在协议号后面加序号"
    )
    business_entity = models.ForeignKey(
        BusinessEntity, models.PROTECT, related_name="linkages", verbose_name="经营主体"
    )
    household = models.ForeignKey(Household, models.PROTECT, related_name="linkages", verbose_name="农户")
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="linkages", verbose_name="经营性项目"
    )
    mode = models.CharField("联农带农方式", max_length=codes.LENGTH, choices=codes.choices("linkage_mode"))
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期", help_text="含当日")
    promised_yuan = Yuan("每年承诺金额", validators=[MinValueValidator(0)], help_text="每满一年应兑现给这一户的金额")
    terms = text("主要约定", 300, "如：保底价每斤 3 元、优先用工")

    class Meta:
        verbose_name = verbose_name_plural = "联农带农协议"
        indexes = [models.Index(fields=["village", "id"], name="farmer_linkage_village")]
        constraints = [
            in_order("farmer_linkage_in_order"),
            never_twice(
                "farmer_linkage_once",
                point(F("business_entity")),
                point(F("household")),
                text_point("mode"),
                condition=Q(withdrawn_at=None),
                message=TWICE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_no}（{self.get_mode_display()}）"


def with_closed_entities(batch: Batch) -> Iterable[Fault]:
    """The rule of `clean`, by set."""
    found = "select r._row from {rows} r join industry_businessentity b on b.id = r.business_entity_id where b.to_on < r.from_on"
    return [Fault(row, "business_entity", CLOSED) for (row,) in batch.fetch(found)]


class FarmerLinkageLedger(Ledger):
    slug, model, article, scope_from = "farmer-linkages", FarmerLinkage, "4.1", "household"
    says = "经营主体与农户的利益联结：方式、起止、每年承诺；兑现逐笔登记，差额由系统计算"
    edited_by = FIELD
    columns = ("agreement_no", "household", "village", "business_entity", "mode", "promised_yuan", "from_on", "to_on")
    card = ("agreement_no", "household", "mode", "promised_yuan")
    filters = ("mode", "business_entity", "project", "household", "from_on", "to_on", "promised_yuan")
    search = ("agreement_no", "household__head_name", "business_entity__name")
    form = exchange = ("agreement_no", "business_entity", "household", "project", "mode", "promised_yuan", "from_on",
                       "to_on", "terms")  # fmt: skip
    identity = ("agreement_no",)
    aliases = {"household": ("户编码",), "promised_yuan": ("年约定收益", "承诺收益"), "mode": ("带动方式",)}
    choice_aliases = codes.aliases(mode="linkage_mode")
    checks = (
        overlaps.never_twice(FarmerLinkage, "business_entity_id", "household_id", "mode", message=TWICE),
        with_closed_entities,
    )
    related, detail_template = (("linkage-payments", "linkage"),), "industry/linkage_record.html"
    work_page = ("industry:linkage-book", "工作台账")
    stats = (Stat("按方式", by="mode"), Stat("每年承诺", total="promised_yuan", unit="元"))

    def clean(self, data: dict[str, Any], record: FarmerLinkage | None) -> dict[str, str]:
        closed_on = data["business_entity"].to_on
        return {"business_entity": CLOSED} if closed_on and closed_on < data["from_on"] else {}

    def more(self, record: FarmerLinkage, actor: Actor) -> dict[str, Any]:
        return {"standing": promises.of(record), "to_enter": tables.entry("linkage-payments", actor, linkage=record.pk)}
