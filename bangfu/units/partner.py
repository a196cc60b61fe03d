"""社会力量 (3.3): a firm or social organisation that a unit mobilised for its group."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from bangfu.accounts.models import Unit, valid_credit_code
from bangfu.accounts.roles import Role
from bangfu.accounts.terms import in_order, never_twice, point, text_point
from bangfu.divisions.models import Division
from bangfu.kernel import credit_code
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.declaration import TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.units.group import Group
from bangfu.units.helped import ByTown
from bangfu.units.unit import check_credit_codes


class Partner(Record):
    town = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="帮扶镇"
    )
    group = models.ForeignKey(Group, models.PROTECT, related_name="partners", verbose_name="组团")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="partners", verbose_name="动员单位")
    name = models.CharField("企业或社会组织名称", max_length=120)
    kind = models.CharField("社会力量类别", max_length=codes.LENGTH, choices=codes.choices("partner_kind"))
    credit_code = models.CharField(
        "统一社会信用代码", max_length=18, blank=True, default="", db_default="", validators=[valid_credit_code]
    )
    from_on = models.DateField("参与日期", help_text="动员参与帮扶的日期，计入当年")
    to_on = models.DateField("结束日期", null=True, blank=True)
    contact = text("联系人", 40)
    contact_phone = text("联系电话", 20)
    gives = text("参与方式", 200, "投资、采购、捐赠、技术等")

    class Meta:
        verbose_name = verbose_name_plural = "社会力量"
        indexes = [models.Index(fields=["town", "id"], name="partner_town")]
        constraints = [
            in_order("partner_in_order"),
            never_twice(
                "partner_once",
                point(F("group")),
                point(F("unit")),
                text_point("name"),
                condition=Q(withdrawn_at=None),
                message="这个单位在这段时间已为本组团登记同一家企业或社会组织",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PartnerLedger(ByTown, Ledger):
    slug, model, article, scope, scope_from = "partners", Partner, "3.3", "town", "group"
    says = "组团单位动员的企业和社会组织"
    edited_by = (Role.COUNTY, Role.TOWN, *TEAM)
    columns = ("name", "kind", "unit", "group", "from_on", "gives")
    card = ("name", "kind", "unit")
    filters = ("kind", "unit", "group", "from_on")
    search = ("name", "credit_code")
    form = exchange = (
        "group", "unit", "name", "kind", "credit_code", "from_on", "to_on", "contact", "contact_phone", "gives",
    )  # fmt: skip
    identity = ("name", "group", "unit", "from_on")
    choice_aliases = codes.aliases(kind="partner_kind")
    masked = {"contact_phone": mask_phone}
    derive = staticmethod(check_credit_codes)  # type: ignore[assignment]
    stats = (Stat("按类别", by="kind"), Stat("仍在参与", where=Q(to_on=None), unit="家"))

    def prepare(self, record: Any) -> None:
        record.credit_code = credit_code.normalise(record.credit_code)
