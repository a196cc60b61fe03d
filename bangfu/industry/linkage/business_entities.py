"""经营主体 (4.1): firms, co-operatives, farms and village companies; one row each, chosen wherever somebody does business."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.industry import columns
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.units.unit import check_credit_codes

#: 农民专业合作社, 家庭农场 and the like; those above need not have a code
WITH_CODE = ("enterprise", "cooperative", "collective")
WITHOUT_CODE = "这类经营主体请填写统一社会信用代码，在营业执照或登记证上"


class Level(models.TextChoices):
    NATIONAL = "national", "国家级"
    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"


class BusinessEntity(Record):
    division = columns.place("所在地")
    name = models.CharField("名称", max_length=120)
    kind = models.CharField("主体类型", max_length=codes.LENGTH, choices=codes.choices("business_entity_kind"))
    credit_code = columns.code_column()
    leading_level = models.CharField(
        "农业龙头企业级别", max_length=20, choices=Level.choices, blank=True, default="", db_default=""
    )
    trade = text("主要经营", 120, "如：红茶种植和加工")
    manager = text("负责人", 40)
    manager_phone = text("负责人电话", 20)
    from_on = models.DateField("成立日期", null=True, blank=True)
    to_on = models.DateField("注销日期", null=True, blank=True, help_text="仍在经营的不填")
    note = text("说明", 200)

    class Meta:
        verbose_name = verbose_name_plural = "经营主体"
        indexes = [models.Index(fields=["division", "id"], name="business_entity_division")]
        constraints = [models.UniqueConstraint(fields=["name", "division"], name="one_entity_a_name")]

    def __str__(self) -> str:
        return self.name


class BusinessEntityLedger(Ledger):
    slug, model, article, scope = "business-entities", BusinessEntity, "4.1", "division"
    says = "龙头企业、合作社、家庭农场、村公司等，一家只登记一次"
    is_open = True
    edited_by = FIELD
    columns = ("name", "division", "kind", "leading_level", "trade", "credit_code", "to_on")
    card = ("name", "kind", "division")
    filters = ("kind", "leading_level", "from_on", "to_on")
    search = ("name", "credit_code", "trade")
    in_search = True
    form = exchange = (
        "name", "division", "kind", "credit_code", "leading_level", "trade", "manager", "manager_phone", "from_on",
        "to_on", "note",
    )  # fmt: skip
    identity = ("name", "division")
    aliases = {"name": ("企业名称", "单位名称", "经营主体名称"), "manager": ("法定代表人", "法人代表")}
    choice_aliases = codes.aliases(kind="business_entity_kind")
    masked = {"manager_phone": mask_phone}
    derive = staticmethod(check_credit_codes)  # type: ignore[assignment]
    related = (("farmer-linkages", "business_entity"), ("entity-members", "business_entity"))
    stats = (
        Stat("按类型", by="kind"),
        Stat("龙头企业", where=~Q(leading_level="") & Q(to_on=None), unit="家"),
        Stat("正在经营", where=Q(to_on=None), unit="家"),
    )

    def prepare(self, record: Any) -> None:
        record.credit_code = columns.normalised(record.credit_code)

    def clean(self, data: dict[str, Any], record: BusinessEntity | None) -> dict[str, str]:
        if data["kind"] in WITH_CODE and not data["credit_code"]:
            return {"credit_code": WITHOUT_CODE}
        if data["from_on"] and data["to_on"] and data["to_on"] < data["from_on"]:
            return {"to_on": "注销日期早于成立日期"}
        return columns.code_faults(data["credit_code"])
