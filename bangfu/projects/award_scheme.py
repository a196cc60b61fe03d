"""以奖代补 (1.2): a scheme with its rule, and what each household was paid for what it did."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.projects import part


class AwardScheme(Record):
    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="适用地方")
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, null=True, blank=True, related_name="award_schemes", verbose_name="所属项目"
    )
    title = models.CharField("办法名称", max_length=80)
    document_no = text("文号", 80)
    rule = models.CharField("奖什么、怎样奖", max_length=300, help_text="如：种植百香果满一亩，验收后每亩奖 500 元")
    unit = models.CharField("计量单位", max_length=10, help_text="如：亩、头")
    rate_yuan = Yuan("每单位奖补（元）", validators=[MinValueValidator(0)])
    cap_yuan = Yuan("每户每年上限（元）", null=True, blank=True, validators=[MinValueValidator(0)])
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期", null=True, blank=True, help_text="含当日；长期有效的不填")

    class Meta:
        verbose_name = verbose_name_plural = "以奖代补办法"
        indexes = [models.Index(fields=["division", "id"], name="award_scheme_division")]
        constraints = [
            models.UniqueConstraint(fields=["title", "division"], name="one_award_scheme_a_title"),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="award_scheme_in_order",
                violation_error_message="结束日期早于开始日期",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AwardSchemeLedger(Ledger):
    slug, model, article, scope = "award-schemes", AwardScheme, "1.2", "division"
    says = "以奖代补的办法：奖什么、标准和上限"
    read_by, edited_by = part.READERS, (Role.COUNTY, Role.TOWN)
    columns = ("title", "division", "unit", "rate_yuan", "cap_yuan", "from_on", "to_on")
    card = ("title", "rate_yuan", "unit")
    filters = ("project", "from_on", "to_on")
    search = ("title", "document_no")
    form = exchange = (
        "title", "division", "document_no", "rule", "unit", "rate_yuan", "cap_yuan", "from_on", "to_on", "project",
    )  # fmt: skip
    identity = ("title", "division")
    related = (("award-payments", "scheme"),)
    stats = (Stat("正在实行", where=Q(to_on=None), unit="个"),)

    def clean(self, data: dict[str, Any], record: AwardScheme | None) -> dict[str, str]:
        start, end = data.get("from_on"), data.get("to_on")
        return {"to_on": "结束日期早于开始日期"} if start and end and end < start else {}
