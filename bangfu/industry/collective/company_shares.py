"""联营股份 (4.4): who holds how much of a joint company; never more than the whole, never in a circle."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.accounts.terms import in_order
from bangfu.industry import columns
from bangfu.industry.collective import ownership
from bangfu.industry.collective.collective_organisations import CollectiveOrganisation
from bangfu.industry.collective.joint_companies import JointCompany
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record

ONE_HOLDER = "股东是本系统的集体经济组织或联营公司的，只选一个"


class CompanyShare(Record):
    division = columns.place("注册地", follows=True)
    company = models.ForeignKey(JointCompany, models.PROTECT, related_name="shares", verbose_name="联营公司")
    holder = models.CharField("股东", max_length=120, help_text="公司章程或股东名册上的名称")
    organisation = models.ForeignKey(
        CollectiveOrganisation, models.PROTECT, null=True, blank=True, related_name="shares",
        verbose_name="股东的集体经济组织",
    )  # fmt: skip
    holding_company = models.ForeignKey(
        JointCompany, models.PROTECT, null=True, blank=True, related_name="holdings", verbose_name="股东的联营公司"
    )
    share_percent = models.DecimalField(
        "持股比例（%）", max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    invested_yuan = Yuan("出资额", null=True, blank=True)
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期", null=True, blank=True, help_text="含当日；仍持有的不填")

    class Meta:
        verbose_name = verbose_name_plural = "联营股份"
        indexes = [models.Index(fields=["division", "id"], name="company_share_division")]
        constraints = [
            in_order("company_share_in_order"),
            models.CheckConstraint(
                condition=Q(organisation=None) | Q(holding_company=None),
                name="company_share_of_one_holder",
                violation_error_message=ONE_HOLDER,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.share_percent}%"


class CompanyShareLedger(Ledger):
    slug, model, article, scope, scope_from = "company-shares", CompanyShare, "4.4", "division", "company"
    says = "联营公司的股东和比例：合计不超过 100%，不能循环持股"
    edited_by = FIELD
    columns = ("holder", "company", "organisation", "holding_company", "share_percent", "from_on", "to_on")
    card = ("holder", "company", "share_percent")
    filters = ("company", "organisation", "holding_company", "from_on", "to_on")
    search = ("holder", "company__name", "organisation__name")
    form = exchange = (
        "company", "holder", "organisation", "holding_company", "share_percent", "invested_yuan", "from_on", "to_on",
    )  # fmt: skip
    identity = ("company", "holder", "from_on")
    limits = {"share_percent": (0, 100), "invested_yuan": (0, 10_000_000_000)}
    checks = (ownership.above_the_whole, ownership.in_circles)
    stats = (Stat("村集体持有", where=Q(organisation__isnull=False, to_on=None), unit="份"),)

    def clean(self, data: dict[str, Any], record: CompanyShare | None) -> dict[str, str]:
        if data["organisation"] and data["holding_company"]:
            return {"organisation": ONE_HOLDER}
        return ownership.faults(data, record)

    def following(self, keys: list[int]) -> AbstractContextManager[None]:
        return ownership.holding(keys)
