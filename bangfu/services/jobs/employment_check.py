"""就业回访 (3.1, 1.3): is somebody at work today; one check counts for the training and for the placement of this person."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.kernel import dates
from bangfu.ledger.columns import yuan
from bangfu.ledger.constraints import must
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.people import codes
from bangfu.people.columns import coded, text
from bangfu.services import settling
from bangfu.services.of_person import AboutPerson, OfPerson


class EmploymentCheck(OfPerson):
    checked_on = models.DateField("回访日期", default=dates.today)
    is_employed = models.BooleanField("在岗", default=True)
    employer = text("在哪里上班", 80, "单位或工种；自己经营的写经营什么")
    work_area = coded("务工区域", "work_area")
    wage_yuan = yuan("月工资")
    remark = text("没有工作的原因或困难", 200)

    class Meta(OfPerson.Meta):
        verbose_name = verbose_name_plural = "就业回访"
        indexes = [
            models.Index(fields=["village", "id"], name="employment_check_village"),
            models.Index(fields=["checked_on", "id"], name="employment_check_day"),
        ]
        constraints = [
            *OfPerson.Meta.constraints,
            models.UniqueConstraint(fields=["person", "checked_on"], name="one_employment_check_a_day"),
            must(Q(is_employed=False) | ~Q(employer=""), "check_employer_of_employed", "在岗的，请写在哪里上班"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {'在岗' if self.is_employed else '没有工作'}"


class EmploymentCheckLedger(AboutPerson, Ledger):
    slug, model, article = "employment-checks", EmploymentCheck, "3.1"
    says = "上岗、培训后隔几个月问一次还在不在岗；一次回访，培训和安置都算"
    edited_by = FIELD
    columns = ("name", "village", "checked_on", "is_employed", "employer", "wage_yuan", "remark")
    card = ("name", "checked_on", "is_employed")
    filters = ("is_employed", "checked_on", "work_area", "person")
    sorts = ("checked_on",)
    search = ("name", "employer")
    form = ("person", "checked_on", "is_employed", "employer", "work_area", "wage_yuan", "remark")
    exchange = ("household", "name", *form[1:])
    identity = ("household", "name", "checked_on")
    choice_aliases = codes.aliases("work_area")
    tones = {"is_employed": {True: "ok", False: "warn"}}
    stats = (
        Stat("在岗率", where=Q(is_employed=True), over=Q(id__isnull=False)),
        Stat("没有工作", where=Q(is_employed=False), unit="人次"),
    )

    def following(self, keys: list[int]) -> AbstractContextManager[None]:
        return settling.following(EmploymentCheck, keys)

    def clean(self, data: dict[str, Any], record: EmploymentCheck | None) -> dict[str, str]:
        if data["checked_on"] > dates.today():
            return {"checked_on": "这一天还没有到；问过以后再登记"}
        return {}
