"""区域公用品牌 (4.2): a brand of a county or city that many operators may use, each with a licence."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.accounts.terms import in_order
from bangfu.industry import columns
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class RegionalBrand(Record):
    division = columns.place("所属地方")
    name = models.CharField("品牌名称", max_length=60, help_text="如：英德红茶")
    owner = models.CharField("品牌持有人", max_length=80)
    registration_no = text("商标或地理标志号", 60)
    from_on = models.DateField("启用日期")
    to_on = models.DateField("停用日期", null=True, blank=True, help_text="仍在使用的不填")
    note = text("说明", 200)

    class Meta:
        verbose_name = verbose_name_plural = "区域公用品牌"
        indexes = [models.Index(fields=["division", "id"], name="regional_brand_division")]
        constraints = [
            in_order("regional_brand_in_order"),
            models.UniqueConstraint(fields=["name", "division"], name="one_brand_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class RegionalBrandLedger(Ledger):
    slug, model, article, scope = "regional-brands", RegionalBrand, "4.2", "division"
    says = "市、县的区域公用品牌，谁持有、授权给谁用"
    is_open = True
    edited_by = FIELD
    columns = ("name", "division", "owner", "registration_no", "from_on", "to_on")
    filters = ("from_on", "to_on")
    search = ("name", "owner")
    in_search = True
    form = exchange = ("name", "division", "owner", "registration_no", "from_on", "to_on", "note")
    identity = ("name", "division")
    related = (("brand-licences", "brand"), ("products", "brand"))
    stats = (Stat("正在使用", where=Q(to_on=None), unit="个"),)
