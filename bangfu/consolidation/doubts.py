"""数据疑点 (1.1): what the logic checks find in the register. A doubt is mended or explained, never deleted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.models import Household, Person


class Doubt(Record):
    class State(models.TextChoices):
        OPEN = "open", "待处理"
        EXPLAINED = "explained", "已说明"
        MENDED = "mended", "已改正"
        GONE = "gone", "已不在册"

    class Owner(models.TextChoices):
        VILLAGE = "village", "村"
        TOWN = "town", "镇"

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    household = models.ForeignKey(Household, models.PROTECT, related_name="doubts", verbose_name="农户")
    person = models.ForeignKey(Person, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="成员")
    rule = models.CharField("规则", max_length=10)
    title = models.CharField("疑点", max_length=80)
    sentence = models.TextField("情况")
    facts = models.TextField("所据", default="", db_default="")
    fingerprint = models.CharField("指纹", max_length=32, unique=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN, db_default=State.OPEN)
    owner = models.CharField("处理层级", max_length=10, choices=Owner.choices, default=Owner.VILLAGE)
    found_on = models.DateField("发现日期")
    due_on = models.DateField("处理期限", null=True)
    explanation = models.CharField("说明", max_length=200, default="", db_default="")
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="说明人"
    )
    over_on = models.DateField("改正日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "数据疑点"
        indexes = [
            models.Index(fields=["village", "id"], name="doubt_village"),
            models.Index(fields=["due_on", "id"], name="doubt_due"),
            models.Index(fields=["village", "rule"], name="doubt_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.title}"


class DoubtLedger(Ledger):
    slug, model, article = "data-doubts", Doubt, "1.1"
    says = "户和人的登记里自相矛盾或缺少的地方，改正或说明"
    read_by, acts_only, scope_from = (*OFFICIALS, *TEAM), True, "household"
    edited_by = (Role.COUNTY, Role.TOWN, Role.VILLAGE, *TEAM)
    columns = ("title", "household", "person", "village", "sentence", "state", "owner", "due_on")
    card = ("title", "sentence", "state")
    filters = ("state", "rule", "owner", "due_on", "found_on", "household")
    sorts = ("due_on",)
    search = ("household__head_name", "title")
    tones = {"state": {"open": "warn", "explained": "note", "mended": "ok", "gone": "muted"}}
    groups = {
        "疑点": ("rule", "title", "household", "person", "village", "sentence", "facts"),
        "处理": ("state", "owner", "found_on", "due_on", "explanation", "over_on"),
    }
    stats = (
        Stat("待处理", where=Q(state=Doubt.State.OPEN), unit="条"),
        Stat("已说明", where=Q(state=Doubt.State.EXPLAINED), unit="条"),
        Stat("已改正", where=Q(state=Doubt.State.MENDED), unit="条"),
    )
    untracked = ("facts", "sentence")
    detail_template = "consolidation/doubt.html"
