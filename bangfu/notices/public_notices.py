"""公示公告: one public notice in a village, from a day to a day; made by acts.post alone, never typed (1.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger.declaration import FIELD, OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.notices.notice_kind import NoticeKind


def running(on: date) -> Q:
    """What a visitor may read on that day."""
    return Q(from_on__lte=on, to_on__gte=on, taken_down_on=None, withdrawn_at=None)


class PublicNotice(Record):
    Kind = NoticeKind

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    kind = models.CharField("种类", max_length=20, choices=Kind.choices)
    title = models.CharField("标题", max_length=80)
    #: made by the redactor, a line each: label：text
    body = models.TextField("内容")
    remark = models.CharField("补充说明", max_length=300, blank=True, default="", db_default="")
    signed_by = models.CharField("落款", max_length=80)
    from_on = models.DateField("公示开始日期")
    to_on = models.DateField("公示结束日期", help_text="含当日")
    address = models.CharField("公开网址", max_length=16, unique=True)
    about = models.CharField("所属事项", max_length=60, help_text="台账:编号")
    posted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="张贴人")
    taken_down_on = models.DateField("提前撤下日期", null=True)
    taken_down_reason = models.CharField("撤下原因", max_length=200, blank=True, default="", db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "公示公告"
        indexes = [
            models.Index(fields=["village", "id"], name="notice_village"),
            models.Index(fields=["about"], name="notice_about"),
            models.Index(fields=["village", "to_on"], condition=Q(taken_down_on=None), name="notice_running"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=models.F("from_on")), name="notice_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def public_url(self) -> str:
        return reverse("notices:public", args=[self.address])

    @property
    def is_announcement(self) -> bool:
        """An announcement tells what was decided; it is the town's and asks for no objections."""
        return self.Kind(self.kind).label.endswith("公告")

    def is_running(self, on: date) -> bool:
        return self.from_on <= on <= self.to_on and self.taken_down_on is None and self.withdrawn_at is None

    @property
    def lines(self) -> list[tuple[str, str]]:
        return [(label, text) for label, _, text in (line.partition("：") for line in self.body.split("\n"))]

    def texts(self) -> Iterator[str]:
        """Everything that a visitor reads."""
        yield from (self.title, self.remark, self.signed_by, *self.body.split("\n"))


class PublicNoticeLedger(Ledger):
    slug, model, article = "public-notices", PublicNotice, "1.1"
    says, read_by, edited_by = "村内公示和公告，内容由系统按规定生成，不含个人隐私", (*OFFICIALS, *TEAM), FIELD
    columns = ("title", "village", "kind", "from_on", "to_on", "taken_down_on")
    card = ("title", "from_on", "to_on")
    filters = ("kind", "from_on", "to_on")
    acts_only = True
    identity = ("address",)
    groups = {
        "公示": ("title", "village", "kind", "body", "remark", "signed_by", "from_on", "to_on"),
        "撤下": ("taken_down_on", "taken_down_reason"),
    }
    related = (("objections", "public_notice"),)
    stats = (Stat("按种类", by="kind"), Stat("提前撤下", where=Q(taken_down_on__isnull=False), unit="件"))
    detail_template = "notices/notice.html"

    def more(self, record: PublicNotice, actor: Actor) -> dict[str, Any]:
        return {"notice": record, "is_running": record.is_running(dates.today())}
