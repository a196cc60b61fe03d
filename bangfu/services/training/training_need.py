"""培训需求 (1.3): who wants to learn what, when; found in a visit, answered when they were in a training of that topic."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.activities.models import Activity
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.people.columns import text
from bangfu.services import settling
from bangfu.services.columns import of_activity
from bangfu.services.of_person import AboutPerson, OfPerson
from bangfu.services.training.topics import Topic
from bangfu.services.training.training_session import TrainingSession

ENDED = ~Q(closed_reason="") | Q(answered_on__isnull=False)


class TrainingNeed(OfPerson):
    class Season(models.TextChoices):
        ANY = "any", "随时"
        SLACK = "slack", "农闲时"
        EVENING = "evening", "晚上"
        WEEKEND = "weekend", "周末"
        FESTIVAL = "festival", "节后返岗前"

    class Closed(models.TextChoices):
        TRAINED_ELSEWHERE = "trained_elsewhere", "已在别处学会"
        AT_WORK = "at_work", "已外出务工"
        GIVEN_UP = "given_up", "本人不再需要"

    topic = models.CharField("想学什么", max_length=20, choices=Topic.choices)
    detail = text("具体内容", 100, "如：茶树修剪、叉车")
    wished_on = models.DateField("提出日期")
    season = models.CharField("方便的时间", max_length=10, choices=Season.choices, default=Season.ANY)
    near_home = models.BooleanField("只能在本镇学", default=False)
    visit = of_activity("来自哪次走访")
    planned_in = models.ForeignKey(
        TrainingSession, models.PROTECT, null=True, editable=False, related_name="needs", verbose_name="排在哪一期"
    )
    answered_by = models.ForeignKey(
        Activity,
        models.PROTECT,
        null=True,
        related_name="training_needs",
        editable=False,
        verbose_name="由哪次培训满足",
    )
    answered_on = models.DateField("满足日期", null=True, editable=False)
    closed_reason = models.CharField("不再需要的原因", max_length=20, choices=Closed.choices, blank=True, default="")

    class Meta(OfPerson.Meta):
        verbose_name = verbose_name_plural = "培训需求"
        indexes = [
            models.Index(fields=["village", "id"], name="training_need_village"),
            models.Index(fields=["village", "wished_on"], name="training_need_open", condition=~ENDED),
        ]
        constraints = [
            *OfPerson.Meta.constraints,
            models.UniqueConstraint(fields=["person", "topic", "wished_on"], name="one_training_need_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.name} 想学{self.get_topic_display()}"


class TrainingNeedLedger(AboutPerson, Ledger):
    slug, model, article = "training-needs", TrainingNeed, "1.3"
    work_page = ("services:training", "按需求排班")
    says = "谁想学什么、什么时候方便，由哪次培训满足"
    edited_by = FIELD
    columns = ("name", "village", "topic", "wished_on", "season", "answered_on", "closed_reason")
    card = ("name", "topic", "wished_on")
    filters = (
        "topic", "season", "near_home", "wished_on", "planned_in", "answered_on", "closed_reason", "person", "answered_by",
    )  # fmt: skip
    search = ("name", "detail")
    form = ("person", "topic", "detail", "wished_on", "season", "near_home", "visit", "closed_reason")
    exchange = ("household", "name", "topic", "detail", "wished_on", "season", "near_home", "closed_reason")
    bulk, identity = ("season",), ("household", "name", "topic", "wished_on")
    groups = {"需求": ("household", *form[:7]), "落实": ("planned_in", "answered_by", "answered_on", "closed_reason")}
    tones = {"closed_reason": dict.fromkeys(TrainingNeed.Closed.values, "muted")}
    stats = (
        Stat("需求满足率", where=Q(answered_on__isnull=False), over=Q(closed_reason="")),
        Stat("还没安排", where=~ENDED & Q(planned_in=None), unit="人次"),
        Stat("按内容", by="topic"),
    )

    def clean(self, data: dict[str, Any], record: TrainingNeed | None) -> dict[str, str]:
        if data["visit"] and data["visit"].household_id not in (None, data["person"].household_id):
            return {"visit": "这次走访的是另一户，请选走访这一户的那一次"}
        return {}

    def following(self, keys: list[int]) -> AbstractContextManager[None]:
        return settling.following(TrainingNeed, keys)
