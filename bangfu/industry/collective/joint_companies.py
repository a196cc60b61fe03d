"""联营公司 (4.4): companies that several villages or towns hold together, or with state capital."""

from __future__ import annotations

from typing import Any

from django.db import models

from bangfu.accounts.terms import in_order
from bangfu.industry import columns
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.units.unit import check_credit_codes


class JointCompany(Record):
    class Kind(models.TextChoices):
        VILLAGES = "villages", "村与村联营"
        TOWN = "town", "镇级联营"
        STATE = "state", "与国有资本合作"
        REMOTE = "remote", "飞地抱团"

    division = columns.place("注册地")
    name = models.CharField("公司名称", max_length=120)
    kind = models.CharField("联营方式", max_length=20, choices=Kind.choices)
    credit_code = columns.code_column()
    trade = text("主要经营", 120)
    from_on = models.DateField("成立日期")
    to_on = models.DateField("注销日期", null=True, blank=True, help_text="仍在经营的不填")

    class Meta:
        verbose_name = verbose_name_plural = "联营公司"
        indexes = [models.Index(fields=["division", "id"], name="joint_company_division")]
        constraints = [
            in_order("joint_company_in_order"),
            models.UniqueConstraint(fields=["name", "division"], name="one_joint_company_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class JointCompanyLedger(Ledger):
    slug, model, article, scope = "joint-companies", JointCompany, "4.4", "division"
    says = "几个村、几个镇或与国有资本合办的公司，谁占多少股"
    is_open = True
    edited_by = FIELD
    columns = ("name", "division", "kind", "trade", "from_on", "to_on")
    card = ("name", "division", "kind")
    filters = ("kind", "from_on", "to_on")
    search = ("name", "credit_code")
    in_search = True
    form = exchange = ("name", "division", "kind", "credit_code", "trade", "from_on", "to_on")
    identity = ("name", "division")
    derive = staticmethod(check_credit_codes)  # type: ignore[assignment]
    related = (("company-shares", "company"),)
    stats = (Stat("按方式", by="kind"), Stat("正在经营", where=models.Q(to_on=None), unit="家"))

    def prepare(self, record: Any) -> None:
        record.credit_code = columns.normalised(record.credit_code)

    def clean(self, data: dict[str, Any], record: JointCompany | None) -> dict[str, str]:
        return columns.code_faults(data["credit_code"])
