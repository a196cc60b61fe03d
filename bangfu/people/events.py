"""成员变动: births, deaths, marriages, moves, split and merged households (1.1). Made by acts.py, never typed as rows."""

from __future__ import annotations

from django.db import models

from bangfu.divisions.models import Division
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.household import Household
from bangfu.people.person import Person


class MemberEvent(Record):
    """What happened to a household or to one of its members on a day."""

    class Kind(models.TextChoices):
        BIRTH = "birth", "出生"
        DEATH = "death", "死亡"
        MARRIED_IN = "married_in", "婚入"
        MARRIED_OUT = "married_out", "婚出"
        MOVED_IN = "moved_in", "迁入"
        MOVED_OUT = "moved_out", "迁出"
        MOVED = "moved", "转到另一户"
        SPLIT = "split", "分户"
        MERGED = "merged", "并户"
        HEAD_CHANGED = "head_changed", "变更户主"
        CORRECTED = "corrected", "更正"

    village = models.ForeignKey(
        Division, models.PROTECT, db_index=False, related_name="+", editable=False, verbose_name="行政村"
    )
    household = models.ForeignKey(Household, models.PROTECT, related_name="events", verbose_name="农户")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="events", verbose_name="成员")
    kind = models.CharField("变动", max_length=20, choices=Kind.choices)
    happened_on = models.DateField("发生日期")
    other_household = models.ForeignKey(
        Household, models.PROTECT, null=True, related_name="events_as_other", verbose_name="另一户"
    )
    note = models.CharField("说明", max_length=200, blank=True, default="", db_default="")

    class Meta:
        verbose_name = "成员变动"
        verbose_name_plural = "成员变动"
        ordering = ["village_id", "id"]
        indexes = [models.Index(fields=["village", "id"], name="member_event_village")]

    def __str__(self) -> str:
        return f"{self.happened_on:%Y-%m-%d} {self.get_kind_display()}"


class MemberEventLedger(Ledger):
    slug, model, article = "member-events", MemberEvent, "1.1"
    says = "出生、死亡、婚嫁、迁移、分户和并户，在农户页面办理"
    scope_from = "household"
    columns = ("person", "kind", "happened_on", "household", "other_household", "village", "note")
    card = ("person", "kind", "happened_on")
    filters = ("kind", "happened_on", "household", "person")
    acts_only = True
    groups = {"变动": ("kind", "happened_on", "person", "household", "other_household", "village", "note")}
    stats = tuple(Stat(kind.label, where=models.Q(kind=kind), unit="次") for kind in MemberEvent.Kind)[:5]
    is_vast = True
