"""数据需求登记: a demand from above for data, registered once with its ground and its day (一张表; 5.1)."""

from __future__ import annotations

from django.db import models

from bangfu.accounts.models import User
from bangfu.accounts.roles import Role
from bangfu.demands.rowkinds import ROW_KINDS
from bangfu.demands.states import AskerLevel, State
from bangfu.divisions.models import Division
from bangfu.ledger.record import Record

#: who registers demands and hands the answer out
ASKERS = (Role.PROVINCE, Role.CITY, Role.COUNTY, Role.TOWN)


class Demand(Record):
    """`division` holds all places that must answer; the officers of `office` carry it through."""

    title = models.CharField("表名", max_length=120)
    asker = models.CharField("要数单位", max_length=120)
    asker_level = models.CharField("层级", max_length=10, choices=AskerLevel.choices)
    basis = models.CharField("依据", max_length=200, help_text="法律、规章或文件的名称")
    document_no = models.CharField("文号", max_length=80)
    period_first = models.DateField("所属期起")
    period_last = models.DateField("所属期止")
    due_on = models.DateField("要求报送日期")
    row_kind = models.CharField("一行是什么", max_length=20, choices=[(kind, label) for kind, label, _ in ROW_KINDS])
    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="范围")
    office = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+", verbose_name="登记地")
    registered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="登记人")
    file_name = models.CharField("工作簿", max_length=200, default="")
    sha256 = models.CharField("指纹", max_length=64, default="")
    #: where the table stands in the workbook, see reading.Layout; empty until it is known
    layout = models.JSONField("版面", default=dict)
    state = models.CharField("情况", max_length=10, choices=State.choices, default=State.DRAFT)
    first = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name="以前的那一份")
    override_reason = models.CharField("再要一次的理由", max_length=200, default="")
    opened_at = models.DateTimeField("发出时间", null=True)
    delivered_at = models.DateTimeField("交出时间", null=True)
    head_count = models.PositiveIntegerField("要的项目", default=0)
    known_count = models.PositiveIntegerField("系统自动填的项目", default=0)
    row_count = models.PositiveIntegerField("行数", default=0)
    cell_count = models.PositiveIntegerField("要填的格数", default=0)
    filled_count = models.PositiveIntegerField("自动填的格数", default=0)
    question_count = models.PositiveIntegerField("要问的格数", default=0)
    village_count = models.PositiveIntegerField("范围内的村数", default=0)
    spared_count = models.PositiveIntegerField("不用打扰的村数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "数据需求"
        ordering = ["division_id", "id"]
        indexes = [
            models.Index(fields=["division", "id"], name="demand_division"),
            models.Index(fields=["due_on", "id"], name="demand_due"),
        ]

    def __str__(self) -> str:
        return self.title
