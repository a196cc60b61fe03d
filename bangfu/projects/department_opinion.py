"""部门论证意见 (2.2): which departments the county asked about a project, and what each said."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.accounts.roles import Role
from bangfu.kernel import dates
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import known, text
from bangfu.projects import part


class DepartmentOpinion(Record):
    division = part.place()
    project = part.project("opinions")
    department = models.CharField("部门", max_length=40, help_text="如：自然资源局")
    asked_on = models.DateField("送论证日期", default=dates.today)
    is_agreed = known("同意")
    opinion = text("意见", 300, "用地、预算、行业要求等")
    given_on = models.DateField("答复日期", null=True, blank=True)
    given_by = text("经办人", 40)

    class Meta:
        verbose_name = verbose_name_plural = "部门论证意见"
        indexes = [models.Index(fields=["division", "id"], name="opinion_division")]
        constraints = [models.UniqueConstraint(fields=["department", "project"], name="one_opinion_a_department")]

    def __str__(self) -> str:
        return f"{self.department}的意见"


class DepartmentOpinionLedger(Ledger):
    slug, model, article, scope, scope_from = "department-opinions", DepartmentOpinion, "2.2", "division", "project"
    says = "县里请各部门论证项目，谁还没有答复、谁不同意"
    read_by, edited_by = part.READERS, (Role.COUNTY,)
    columns = ("department", "project", "division", "asked_on", "is_agreed", "opinion", "given_on")
    card = ("department", "is_agreed", "given_on")
    filters = ("project", "is_agreed", "asked_on", "given_on")
    search = ("department",)
    form = exchange = ("project", "department", "asked_on", "is_agreed", "opinion", "given_on", "given_by")
    identity = ("department", "project")
    in_menu = False
    tones = {"is_agreed": {True: "ok", False: "bad"}}
    stats = (
        Stat("没有答复", where=Q(given_on=None), unit="件"),
        Stat("不同意", where=Q(is_agreed=False), unit="件"),
    )

    def clean(self, data: dict[str, Any], record: DepartmentOpinion | None) -> dict[str, str]:
        asked, given = data.get("asked_on"), data.get("given_on")
        if (data.get("is_agreed") is None) != (given is None):
            return {"given_on": "是否同意和答复日期要一起填"}
        if data.get("is_agreed") is False and not data.get("opinion"):
            return {"opinion": "不同意的，请写明为什么"}
        return {"given_on": "答复日期早于送论证日期，请核对"} if asked and given and given < asked else {}
