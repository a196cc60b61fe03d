"""结对年度计划 (3.2): what a pairing means to do in a year, and the act that did it."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.services.columns import of_activity
from bangfu.services.pairing.institution_pairing import InstitutionPairing


class PairingPlanItem(Record):
    class Kind(models.TextChoices):
        TEACHERS = "teachers", "支教送教"
        DOCTORS = "doctors", "驻点医生"
        FREE_CLINIC = "free_clinic", "义诊"
        DEPARTMENT = "department", "专科建设"
        TRAINING = "training", "跟岗进修"
        REMOTE = "remote", "远程教研会诊"
        EQUIPMENT = "equipment", "设备图书"
        STUDENTS = "students", "学生交流"
        OTHER = "other", "其他"

    division = models.ForeignKey(
        Division, models.PROTECT, db_index=False, related_name="+", editable=False, verbose_name="所在地"
    )
    institution_pairing = models.ForeignKey(
        InstitutionPairing, models.PROTECT, related_name="plan_items", verbose_name="结对"
    )
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2021), MaxValueValidator(2100)])
    kind = models.CharField("事项类别", max_length=20, choices=Kind.choices)
    what = models.CharField("计划事项", max_length=120)
    times = models.PositiveSmallIntegerField("计划次数或人数", null=True, blank=True)
    due_on = models.DateField("计划完成日期", null=True, blank=True)
    done_by = of_activity("由哪次活动完成")
    done_on = models.DateField("完成日期", null=True, blank=True)
    result = text("结果", 200)

    class Meta:
        verbose_name = verbose_name_plural = "结对年度计划"
        indexes = [models.Index(fields=["division", "id"], name="pairing_plan_item_division")]
        constraints = [
            models.UniqueConstraint(fields=["institution_pairing", "year", "what"], name="one_plan_item_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.year}年 {self.what}"


class PairingPlanItemLedger(Ledger):
    slug, model, article = "pairing-plan-items", PairingPlanItem, "3.2"
    scope, scope_from = "division", "institution_pairing"
    says = "结对双方一年的计划，由哪次活动完成"
    edited_by = (Role.COUNTY, Role.TOWN, *TEAM)
    columns = ("what", "institution_pairing", "year", "kind", "due_on", "done_on")
    card = ("what", "year", "done_on")
    filters = ("year", "kind", "due_on", "done_on", "institution_pairing")
    search = ("what", "result")
    form = ("institution_pairing", "year", "kind", "what", "times", "due_on", "done_by", "done_on", "result")
    exchange, identity = form, ("institution_pairing", "year", "what")
    computed = {
        "done_on": "coalesce({done_on}, (SELECT a.held_on FROM activities_activity a WHERE a.id = {done_by_id}))"
    }
    stats = (
        Stat("完成率", where=Q(done_on__isnull=False), over=Q(id__isnull=False)),
        Stat("没完成", where=Q(done_on=None), unit="项"),
        Stat("按类别", by="kind"),
    )

    def prepare(self, record: Any) -> None:
        if record.done_by and not record.done_on:
            record.done_on = record.done_by.held_on
