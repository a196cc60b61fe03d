"""资源对接 (3.3): what a place asks for and a unit offers, of the same kind, until one is matched with the other."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.accounts.models import Unit
from bangfu.divisions.models import Division
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text


class Side(models.TextChoices):
    ASKED = "asked", "需要"
    OFFERED = "offered", "可提供"


class Resource(Record):
    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="服务地")
    side = models.CharField("需求或供给", max_length=10, choices=Side.choices)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="resources", verbose_name="提出单位"
    )
    kind = models.CharField("资源类别", max_length=codes.LENGTH, choices=codes.choices("resource_kind"))
    title = models.CharField("内容", max_length=120)
    detail = text("说明", 500)
    from_on = models.DateField("提出日期")
    open_until = models.DateField("有效期至", null=True, blank=True, help_text="含当日；不填为长期")
    matched = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="对接的资源"
    )
    matched_on = models.DateField("对接日期", null=True, blank=True)
    result = text("对接结果", 300)
    closed_on = models.DateField("办成日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "资源对接"
        indexes = [models.Index(fields=["division", "id"], name="resource_division")]
        constraints = [
            models.CheckConstraint(
                condition=Q(matched=None, matched_on=None) | Q(matched__isnull=False, matched_on__isnull=False),
                name="resource_matched_on_a_day",
                violation_error_message="对接的资源和对接日期要一起填",
            ),
        ]

    def __str__(self) -> str:
        return self.title
