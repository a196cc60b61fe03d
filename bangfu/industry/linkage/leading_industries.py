"""主导产业 (4.1): what a town or village lives on (土特产), its area, output and value by year."""

from __future__ import annotations

from typing import Any

from django.db import models

from bangfu.industry import columns
from bangfu.kernel.codes import Level
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import amount, text


class LeadingIndustry(Record):
    division = columns.place("镇或村")
    name = models.CharField("产业名称", max_length=60, help_text="如：英德红茶、麻竹笋、清远鸡")
    kind = models.CharField("产业类别", max_length=codes.LENGTH, choices=codes.choices("product_kind"))
    year = columns.year()
    area_mu = amount("规模面积（亩）", 12)
    heads = models.PositiveIntegerField("养殖规模（头、羽）", null=True, blank=True)
    output_tons = amount("产量（吨）", 12)
    value_yuan = Yuan("产值", null=True, blank=True, help_text="以元为单位；来源是万元的，请换算")
    is_one_village_one_product = models.BooleanField("一村一品、一镇一业", default=False)
    note = text("说明", 200)

    class Meta:
        verbose_name = verbose_name_plural = "主导产业"
        indexes = [models.Index(fields=["division", "id"], name="leading_industry_division")]
        constraints = [models.UniqueConstraint(fields=["division", "name", "year"], name="one_leading_industry_a_year")]

    def __str__(self) -> str:
        return f"{self.name} {self.year}年"


class LeadingIndustryLedger(Ledger):
    slug, model, article, scope = "leading-industries", LeadingIndustry, "4.1", "division"
    says = "各镇村土特产和主导产业每年的规模、产量和产值"
    edited_by = FIELD
    columns = ("name", "division", "kind", "year", "area_mu", "output_tons", "value_yuan")
    card = ("name", "division", "year", "value_yuan")
    filters = ("kind", "year", "is_one_village_one_product", "value_yuan")
    search = ("name",)
    in_search = True
    form = exchange = (
        "division", "name", "kind", "year", "area_mu", "heads", "output_tons", "value_yuan",
        "is_one_village_one_product", "note",
    )  # fmt: skip
    identity = ("division", "name", "year")
    choice_aliases = codes.aliases(kind="product_kind")
    limits = {"area_mu": (0, 1_000_000), "output_tons": (0, 10_000_000), "value_yuan": (0, 100_000_000_000)}
    stats = (
        Stat("按类别", by="kind"),
        Stat("产值", total="value_yuan", unit="元"),
        Stat("规模面积", total="area_mu", unit="亩"),
    )

    def clean(self, data: dict[str, Any], record: LeadingIndustry | None) -> dict[str, str]:
        if data["division"].level < Level.TOWN:
            return {"division": "请选择镇或村；县级汇总由系统计算"}
        if not any(data[name] for name in ("area_mu", "heads", "output_tons", "value_yuan")):
            return {"area_mu": "面积、养殖规模、产量、产值至少填一项"}
        return {}
