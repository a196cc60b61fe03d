"""农村集体经济组织 (4.4): one a village, with its registration; accounts, contracts and shares hang on it."""

from __future__ import annotations

from typing import Any

from django.db import models

from bangfu.industry import columns
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.units.unit import check_credit_codes


class CollectiveOrganisation(Record):
    class Kind(models.TextChoices):
        STOCK = "stock", "股份经济合作社"
        ECONOMIC = "economic", "经济合作社"
        UNION = "union", "经济联合社"
        COMPANY = "company", "村办公司"

    village = columns.place("行政村")
    name = models.CharField("组织名称", max_length=120)
    kind = models.CharField("组织类型", max_length=20, choices=Kind.choices, default=Kind.ECONOMIC)
    credit_code = columns.code_column()
    registered_on = models.DateField("登记日期", null=True, blank=True)
    members = models.PositiveIntegerField("成员数", null=True, blank=True, help_text="成员名册上的人数")
    manager = text("负责人", 40)
    manager_phone = text("负责人电话", 20)
    note = text("说明", 200)

    class Meta:
        verbose_name = verbose_name_plural = "农村集体经济组织"
        indexes = [models.Index(fields=["village", "id"], name="collective_village")]
        constraints = [models.UniqueConstraint(fields=["village"], name="one_collective_a_village")]

    def __str__(self) -> str:
        return self.name


class CollectiveOrganisationLedger(Ledger):
    slug, model, article = "collective-organisations", CollectiveOrganisation, "4.4"
    says = "每个村一个农村集体经济组织，年度账、合同、联营入股都挂在它下面"
    edited_by = FIELD
    columns = ("name", "village", "kind", "credit_code", "members", "registered_on")
    card = ("name", "village", "kind")
    filters = ("kind", "registered_on", "members")
    search = ("name", "credit_code")
    in_search = True
    form = exchange = (
        "village", "name", "kind", "credit_code", "registered_on", "members", "manager", "manager_phone", "note",
    )  # fmt: skip
    identity = ("name", "village")
    aliases = {"name": ("集体经济组织名称", "集体经济组织"), "manager": ("法定代表人", "理事长")}
    masked = {"manager_phone": mask_phone}
    derive = staticmethod(check_credit_codes)  # type: ignore[assignment]
    related = (
        ("collective-accounts", "organisation"), ("collective-contracts", "organisation"),
        ("company-shares", "organisation"), ("collective-projects", "organisation"),
    )  # fmt: skip
    stats = (
        Stat("按类型", by="kind"),
        Stat("有信用代码", where=models.Q(credit_code__isnull=False), over=models.Q(withdrawn_at=None)),
        Stat("成员", total="members", unit="人"),
    )

    def prepare(self, record: Any) -> None:
        record.credit_code = columns.normalised(record.credit_code)

    def clean(self, data: dict[str, Any], record: CollectiveOrganisation | None) -> dict[str, str]:
        return columns.code_faults(data["credit_code"])
