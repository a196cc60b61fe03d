"""科技特派员专长 (4.3): what crops and animals a technology commissioner knows; requests are matched by it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from bangfu.industry import columns
from bangfu.ledger.declaration import FIELD, Ledger
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.units.cadre import Cadre
from bangfu.units.helped import ByTown

COMMISSIONER = "technology_commissioner"


class CommissionerSkill(Record):
    town = columns.place("驻点镇", follows=True)
    technology_commissioner = models.ForeignKey(Cadre, models.PROTECT, related_name="skills", verbose_name="科技特派员")
    crops = ArrayField(
        models.CharField(max_length=codes.LENGTH, choices=codes.choices("product_kind")), verbose_name="擅长的品类"
    )
    detail = text("专长说明", 200, "如：麻竹笋栽培、茶园病虫害防治")
    serves_county = models.BooleanField("可以到全县服务", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "科技特派员专长"
        indexes = [models.Index(fields=["town", "id"], name="commissioner_skill_town")]
        constraints = [models.UniqueConstraint(fields=["technology_commissioner"], name="one_row_of_skills")]

    def __str__(self) -> str:
        return str(self.technology_commissioner)


class CommissionerSkillLedger(ByTown, Ledger):
    slug, model, article, scope = "commissioner-skills", CommissionerSkill, "4.3", "town"
    scope_from = "technology_commissioner"
    says = "科技特派员会什么、能到哪里服务；技术需求按品类和远近推荐人"
    edited_by = FIELD
    columns = ("technology_commissioner", "town", "crops", "detail", "serves_county")
    filters = ("crops", "serves_county", "technology_commissioner")
    search = ("technology_commissioner__name", "detail")
    form = exchange = ("technology_commissioner", "crops", "detail", "serves_county")
    identity = ("technology_commissioner",)
    choice_aliases = codes.aliases(crops="product_kind")

    def clean(self, data: dict[str, Any], record: CommissionerSkill | None) -> dict[str, str]:
        if data["technology_commissioner"].kind != COMMISSIONER:
            return {"technology_commissioner": "这名干部登记的类别不是科技特派员，请先在驻镇干部里改类别"}
        return {}
