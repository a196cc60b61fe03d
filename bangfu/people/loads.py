"""整批装入: what came in at once without a history of each row; the story of a household begins with it."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class BulkLoad(models.Model):
    name = models.CharField("名称", max_length=40)
    seed = models.BigIntegerField("种子")
    households = models.PositiveIntegerField("户数")
    persons = models.PositiveIntegerField("人数")
    first_household = models.BigIntegerField("首户")
    last_household = models.BigIntegerField("末户")
    made_at = models.DateTimeField("装入时间", db_default=Now())

    class Meta:
        verbose_name = "整批装入"
        verbose_name_plural = "整批装入"

    def __str__(self) -> str:
        return f"{self.name}：{self.households} 户 {self.persons} 人"

    @classmethod
    def of(cls, household: int) -> models.QuerySet[BulkLoad]:
        """The load by which a household came, if it came by one."""
        return cls.objects.filter(first_household__lte=household, last_household__gte=household)
