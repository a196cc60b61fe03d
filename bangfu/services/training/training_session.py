"""培训计划 (1.3): a session planned from what people asked for: topic, place, day and seats; held, it becomes an activity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.activities.models import Activity
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.services.training.topics import Topic

TO_COME = Q(activity=None, cancelled_reason="", withdrawn_at=None)


class TrainingSession(Record):
    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="在哪里办")
    topic = models.CharField("培训内容", max_length=20, choices=Topic.choices)
    title = models.CharField("培训主题", max_length=120, help_text="如：茶树修剪班")
    held_on = models.DateField("计划日期")
    place = text("具体地点", 80, "如：镇文化站")
    seats = models.PositiveSmallIntegerField("名额", validators=[MinValueValidator(1)])
    hours = models.PositiveSmallIntegerField("学时", null=True, blank=True)
    teacher = text("谁来教", 80, "单位或老师")
    activity = models.OneToOneField(
        Activity, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="举办的培训"
    )
    cancelled_reason = text("取消的原因", 100, "不办了才填；排进来的人回到待安排")

    class Meta:
        verbose_name = verbose_name_plural = "培训计划"
        indexes = [models.Index(fields=["division", "id"], name="training_session_division")]
        constraints = [
            models.UniqueConstraint(
                fields=["division", "title", "held_on"],
                condition=Q(withdrawn_at=None),
                name="one_training_session_a_day",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_to_come(self) -> bool:
        return self.activity_id is None and not self.cancelled_reason and self.withdrawn_at is None


class TrainingSessionLedger(Ledger):
    slug, model, article, scope = "training-sessions", TrainingSession, "1.3", "division"
    says = "按培训需求排的班：内容、地点、日期、名额；办完登记到课的人"
    edited_by = FIELD
    columns = ("title", "topic", "division", "held_on", "seats", "activity", "cancelled_reason")
    card = ("title", "held_on", "seats", "activity")
    filters = ("topic", "held_on", "activity")
    search = ("title", "teacher")
    form = ("division", "topic", "title", "held_on", "place", "seats", "hours", "teacher", "cancelled_reason")
    exchange, identity = form, ("title", "division", "held_on")
    detail_template, work_page = "services/training_session.html", ("services:training", "按需求排班")
    stats = (
        Stat("还没办", where=TO_COME, unit="期"),
        Stat("已办", where=Q(activity__isnull=False), unit="期"),
        Stat("按内容", by="topic"),
    )

    def clean(self, data: dict[str, Any], record: TrainingSession | None) -> dict[str, str]:
        if record is None:
            return {}
        if record.activity_id:
            return {"title": "这一期已经办了；要改的，改那次培训活动和学员"}
        booked = record.needs.filter(withdrawn_at=None).count()
        if data["seats"] < booked:
            return {"seats": f"已经排进 {booked} 人，名额不能更少；请先移出几人"}
        if booked and data["topic"] != record.topic:
            return {"topic": f"已经排进 {booked} 人，不能换内容；请先移出，或另排一期"}
        return {}

    @contextmanager
    def following(self, keys: list[int]) -> Iterator[None]:
        """Who was booked in one that is not held waits again."""
        yield
        gone = ~Q(cancelled_reason="") | Q(withdrawn_at__isnull=False)
        for session in TrainingSession.objects.filter(gone, pk__in=keys, activity=None):
            session.needs.update(planned_in=None)
