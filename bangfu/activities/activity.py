"""活动台账: the only place where a real act (visit, meeting, field study) is recorded; no position, no forced photo."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.accounts.models import User
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import known, text
from bangfu.people.models import Household

KINDS = "activity_kind"
VISIT = "household_visit"
IS_VISIT = Q(kind=VISIT, withdrawn_at=None)


class Activity(Record):
    """One act on one day; a visit's place is the village of its household."""

    kind = models.CharField("活动类别", max_length=codes.LENGTH, choices=codes.choices(KINDS), default=VISIT)
    held_on = models.DateField("日期", default=dates.today)
    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="地点")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, db_index=False, related_name="activities", verbose_name="农户"
    )
    title = text("主题", 120)
    people = models.CharField("参加人员", max_length=200, help_text="姓名用顿号隔开")
    user = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="登记人")
    has_change = known("情况有变化")
    found = text("发现的情况", 500)
    follow_up = text("后续要办的事", 300)
    follow_up_on = models.DateField("办理期限", null=True, blank=True)
    done_on = models.DateField("办结日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "活动"
        ordering = ["division_id", "id"]
        indexes = [
            models.Index(fields=["division", "id"], name="activity_division"),
            models.Index(fields=["held_on", "id"], name="activity_held"),
            models.Index(fields=["household", "held_on"], name="activity_household"),
            models.Index(fields=["household", "held_on"], name="activity_visit", condition=IS_VISIT),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.household or ''}{self.get_kind_display()}"


WAITS = Q(done_on=None, withdrawn_at=None) & ~Q(follow_up="")


class ActivityLedger(Ledger):
    slug, model, article, scope = "activities", Activity, "1.1", "division"
    says = "走访、会议、调研、培训等实际开展的活动，一次登记，各处引用"
    edited_by = FIELD
    columns = ("held_on", "kind", "household", "division", "title", "people", "found", "follow_up")
    card = ("held_on", "kind", "household", "found")
    filters = ("kind", "held_on", "has_change", "follow_up_on", "household")
    sorts = ("held_on",)
    search = ("household__head_name", "title", "people")
    form = exchange = (
        "kind", "held_on", "division", "household", "title", "people", "has_change", "found", "follow_up",
        "follow_up_on", "done_on",
    )  # fmt: skip
    bulk = ("people", "done_on")
    identity = ("kind", "held_on", "division", "household", "title")
    aliases = {"held_on": ("走访日期",), "people": ("走访人",), "found": ("走访情况",)}
    choice_aliases = codes.aliases(kind=KINDS)
    groups = {"活动": form[:8], "后续": form[8:]}
    detail_template = "activities/activity.html"
    tones = {"has_change": {True: "warn"}}
    stats = (
        Stat("入户走访", where=Q(kind=VISIT), unit="次"),
        Stat("情况有变化", where=Q(kind=VISIT, has_change=True), unit="次"),
        Stat("后续未办结", where=WAITS, unit="件"),
        Stat("按类别", by="kind"),
    )

    def clean(self, data: dict[str, Any], record: Activity | None) -> dict[str, str]:
        faults, household = {}, data["household"]
        if data["held_on"] and data["held_on"] > dates.today():
            faults["held_on"] = "日期还没有到；活动在开展之后登记"
        if data["kind"] == VISIT and not household:
            faults["household"] = "入户走访请选择农户"
        if household and data["division"] and household.village_id != data["division"].pk:
            faults["household"] = "这一户不在所填的地点，请改选农户或地点"
        if data["has_change"] and not data["found"]:
            faults["found"] = "情况有变化的，请写一句发现了什么"
        return faults
