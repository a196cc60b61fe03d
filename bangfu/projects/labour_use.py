"""用工台账 (1.2): who worked on a project, how long, for what wage; 以工代赈 asks that priority households come first."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from bangfu.exchange.sheet import Kind
from bangfu.ledger.columns import Yuan
from bangfu.ledger.constraints import must
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.people.models import Household, Person
from bangfu.projects import labour_import, part
from bangfu.projects.candidates import is_priority


class LabourUse(Record):
    """`worker` is the name, also of who is in the register. `is_priority` is as of the day the row was written."""

    division = part.place()
    project = part.project("labour")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, db_index=False, editable=False, related_name="+", verbose_name="农户"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="labour", verbose_name="务工人员"
    )
    worker = text("姓名", 40, "不在农户档案里的填姓名")
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期")
    days = models.DecimalField("工日", max_digits=6, decimal_places=1, validators=[MinValueValidator(Decimal("0.5"))])
    daily_yuan = Yuan("日工资（元）", max_digits=8, validators=[MinValueValidator(0)])
    wage_yuan = models.GeneratedField(
        expression=F("days") * F("daily_yuan"), output_field=Yuan("应发工资（元）", max_digits=14), db_persist=True,
        verbose_name="应发工资（元）",
    )  # fmt: skip
    paid_on = models.DateField("发放日期", null=True, blank=True)
    paid_by = text("发放单位", 80)
    is_priority = models.BooleanField("重点户", default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "项目用工"
        indexes = [models.Index(fields=["division", "id"], name="labour_division")]
        constraints = [
            models.UniqueConstraint(fields=["project", "person", "from_on"], name="one_labour_row_a_day"),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="labour_ends_after_start"),
            must(Q(person__isnull=False) | ~Q(worker=""), "labour_has_somebody", "请选择务工人员，或填写姓名"),
            must(Q(household=None) | Q(person__isnull=False), "labour_worker_of_the_home", labour_import.NOBODY),
        ]

    def __str__(self) -> str:
        return f"{self.worker}（{self.project}）"


class LabourUseLedger(Ledger):
    slug, model, article, scope, scope_from = "labour-uses", LabourUse, "1.2", "division", "project"
    says = "项目用了谁、干了几天、发了多少工资；优先用脱贫户、监测户和低收入户"
    read_by, edited_by = part.READERS, part.WRITERS
    columns = ("worker", "person", "project", "division", "days", "wage_yuan", "paid_on", "is_priority")
    card = ("worker", "days", "wage_yuan")
    filters = ("project", "person", "is_priority", "from_on", "paid_on")
    search = ("worker",)
    form = ("project", "person", "worker", "from_on", "to_on", "days", "daily_yuan", "paid_on", "paid_by")
    exchange = ("project", "household", *form[2:])
    identity = ("project", "worker", "from_on")
    kinds = {"worker": Kind.NAME}
    computed = {"person_id": labour_import.PERSON, "is_priority": labour_import.IS_PRIORITY}
    checks = (labour_import.too_many_days, labour_import.paid_before, labour_import.not_at_work)
    bulk = ("paid_on", "paid_by")
    groups = {"用工": (*form[:7], "wage_yuan", "is_priority"), "发放": form[7:]}
    stats = (
        Stat("用工", where=Q(days__gt=0), unit="人次"),
        Stat("重点户占比", where=Q(is_priority=True), over=Q(days__gt=0)),
        Stat("工日", total="days", unit="天"),
        Stat("没有发放", where=Q(paid_on=None), unit="人次"),
    )

    def clean(self, data: dict[str, Any], record: LabourUse | None) -> dict[str, str]:
        start, end, days, paid = (data.get(name) for name in ("from_on", "to_on", "days", "paid_on"))
        if not data.get("person") and not data.get("worker"):
            return {"person": "从农户档案里选一人；不在档案里的，只填姓名"}
        if start and end and end < start:
            return {"to_on": "结束日期早于开始日期，请核对"}
        if start and end and days and days > (end - start).days + 1:
            return {"days": labour_import.too_long(start, end)}
        return {"paid_on": labour_import.EARLY} if paid and start and paid < start else {}

    def prepare(self, record: LabourUse) -> None:
        """The register says name and household."""
        record.household = record.person.household if record.person else None
        record.worker = record.person.name if record.person else record.worker
        record.is_priority = bool(record.household and is_priority(record.household))
