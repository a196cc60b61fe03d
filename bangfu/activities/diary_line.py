"""工作日志 (5.3): the diary is written by the records themselves; here is only what somebody adds to it by hand."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.accounts.models import User
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record


class DiaryLine(Record):
    """One line of one day; no hour, no position."""

    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="地点")
    user = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="账号")
    who = models.CharField("写的人", max_length=40, default="", db_default="", editable=False)
    on = models.DateField("日期", default=dates.today)
    text = models.CharField("做了什么", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "工作日志补记"
        ordering = ["division_id", "id"]
        indexes = [
            models.Index(fields=["division", "id"], name="diary_line_division"),
            models.Index(fields=["user", "on"], name="diary_line_user"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class DiaryLineLedger(Ledger):
    slug, model, article, scope = "diary-lines", DiaryLine, "5.3", "division"
    says = "活动、走访、流程之外，自己补写的一句话；日志的其余部分由记录自动生成"
    edited_by = FIELD
    columns = ("on", "text", "who", "division")
    filters = ("on",)
    search = ("text",)
    work_page = ("activities:diary", "看我的日志")
    form = ("division", "on", "text")
    stats = (Stat("补记", where=Q(text__gt=""), unit="条"),)

    def clean(self, data: dict[str, Any], record: DiaryLine | None) -> dict[str, str]:
        return {"on": "日期还没有到"} if data["on"] and data["on"] > dates.today() else {}
