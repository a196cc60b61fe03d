"""部门论证意见 (2.2): whom the county asked, until when, and what each said; who has an account says it (review/)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Act, Role
from bangfu.exchange.sheet import Batch, Fault
from bangfu.kernel import dates
from bangfu.lawbook import parameters
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import known, text
from bangfu.projects import part

DAYS = "project_opinion_days"
SAID = ("is_agreed", "opinion", "given_on", "given_by")
OWN = "这个部门自己在系统里答复，县里不代填"


class DepartmentOpinion(Record):
    division = part.place()
    project = part.project("opinions")
    department = models.CharField("部门", max_length=40, help_text="如：自然资源局")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name="部门账号所在单位",
        help_text="选了的，由它的部门经办人自己答复；没有账号的不选，县里按书面意见登记",
    )  # fmt: skip
    asked_on = models.DateField("送论证日期", default=dates.today)
    due_on = models.DateField("答复期限", null=True, editable=False)
    is_agreed = known("同意")
    opinion = text("意见", 300, "用地、预算、行业要求等")
    given_on = models.DateField("答复日期", null=True, blank=True)
    given_by = text("经办人", 40)

    class Meta:
        verbose_name = verbose_name_plural = "部门论证意见"
        indexes = [
            models.Index(fields=["division", "id"], name="opinion_division"),
            models.Index(fields=["unit", "due_on"], condition=Q(given_on=None), name="opinion_waits"),
        ]
        constraints = [models.UniqueConstraint(fields=["department", "project"], name="one_opinion_a_department")]

    def __str__(self) -> str:
        return f"{self.department}的意见"


def said_for_others(batch: Batch) -> Iterable[Fault]:
    sql = (
        "select r._row from {rows} r join projects_departmentopinion o on o.id = r._target where o.unit_id is not null"
    )
    return [Fault(row, "department", OWN) for (row,) in batch.fetch(sql)]


class DepartmentOpinionLedger(Ledger):
    slug, model, article, scope, scope_from = "department-opinions", DepartmentOpinion, "2.2", "division", "project"
    says = "县里请各部门论证项目，谁还没有答复、谁不同意"
    unit = "unit"
    read_by, edited_by = (*part.READERS, Role.DEPARTMENT), (Role.COUNTY,)
    columns = ("department", "project", "division", "asked_on", "due_on", "is_agreed", "opinion", "given_on")
    card = ("department", "is_agreed", "due_on")
    filters = ("project", "is_agreed", "asked_on", "due_on", "given_on")
    search = ("department",)
    form = ("project", "department", "unit", "asked_on", *SAID)
    exchange = ("project", "department", "asked_on", *SAID)
    groups = {"送论证": (*form[:4], "due_on"), "意见": SAID}
    identity = ("department", "project")
    checks = (said_for_others,)
    tones = {"is_agreed": {True: "ok", False: "bad"}}
    detail_template = "projects/opinion_row.html"
    stats = (Stat("没有答复", where=Q(given_on=None), unit="件"), Stat("不同意", where=Q(is_agreed=False), unit="件"))

    def clean(self, data: dict[str, Any], record: DepartmentOpinion | None) -> dict[str, str]:
        asked, given = data.get("asked_on"), data.get("given_on")
        if record and record.given_on and record.unit_id and data.get("unit") != record.unit:
            return {"unit": "这个部门已经自己答复，不能改"}
        before = record or DepartmentOpinion()
        if data.get("unit") and any(data.get(name) != getattr(before, name) for name in SAID):
            return {"unit": OWN}
        if (data.get("is_agreed") is None) != (given is None):
            return {"given_on": "是否同意和答复日期要一起填"}
        if data.get("is_agreed") is False and not data.get("opinion"):
            return {"opinion": "不同意的，请写明为什么"}
        return {"given_on": "答复日期早于送论证日期，请核对"} if asked and given and given < asked else {}

    def prepare(self, record: DepartmentOpinion) -> None:
        record.due_on = parameters.due_on(DAYS, record.asked_on, record.division_id)

    def more(self, record: DepartmentOpinion, actor: Actor) -> dict[str, Any]:
        is_mine = record.unit_id in actor.units(Act.READ, (Role.DEPARTMENT,))
        is_late = record.given_on is None and record.due_on is not None and record.due_on < dates.today()
        return {"answer": reverse("projects:opinion", args=[record.pk]) if is_mine else "", "is_late": is_late}
