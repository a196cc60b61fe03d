"""验收问题 (2.2): what an acceptance found wrong, each until it is mended."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.kernel import dates
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.projects import part


class Defect(Record):
    division = part.place()
    project = part.project("defects")
    found_on = models.DateField("发现日期", default=dates.today)
    content = models.CharField("问题", max_length=200)
    due_on = models.DateField("整改期限")
    mended_on = models.DateField("整改完成日期", null=True, blank=True)
    mended_note = text("怎样整改的", 200)

    class Meta:
        verbose_name = verbose_name_plural = "验收问题"
        indexes = [models.Index(fields=["division", "id"], name="defect_division")]
        constraints = [models.UniqueConstraint(fields=["content", "project"], name="one_defect_a_content")]

    def __str__(self) -> str:
        return self.content


class DefectLedger(Ledger):
    slug, model, article, scope, scope_from = "acceptance-defects", Defect, "2.2", "division", "project"
    says = "验收发现的问题、期限和整改"
    read_by, edited_by = part.READERS, part.WRITERS
    columns = ("content", "project", "division", "found_on", "due_on", "mended_on")
    card = ("content", "due_on", "mended_on")
    filters = ("project", "found_on", "due_on", "mended_on")
    search = ("content",)
    form = exchange = ("project", "found_on", "content", "due_on", "mended_on", "mended_note")
    identity = ("content", "project")
    in_menu = False
    stats = (Stat("没有整改", where=Q(mended_on=None), unit="个"),)

    def clean(self, data: dict[str, Any], record: Defect | None) -> dict[str, str]:
        found, due, mended = data.get("found_on"), data.get("due_on"), data.get("mended_on")
        if found and due and due < found:
            return {"due_on": "整改期限早于发现日期，请核对"}
        if found and mended and mended < found:
            return {"mended_on": "整改完成日期早于发现日期，请核对"}
        return {}
