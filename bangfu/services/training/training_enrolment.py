"""培训学员 (1.3): who was in a training, the certificate, and whether there was work three and six months later."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.activities.models import Activity
from bangfu.kernel import dates
from bangfu.ledger.constraints import must, not_before
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.people.columns import text
from bangfu.services import settling, tracked
from bangfu.services.of_person import AboutPerson, OfPerson
from bangfu.services.training.topics import Topic

NO_TRAINING = "没有找到这一天、这个主题的培训；请先在“活动”里登记这次培训，主题写得一样"


class TrainingEnrolment(OfPerson):
    """`trained_on` and `title` are those of the training, by which a workbook names it. Kept: see settling.py."""

    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, related_name="enrolments", verbose_name="培训活动"
    )
    trained_on = models.DateField("培训日期", editable=False)
    title = models.CharField("培训主题", max_length=120, editable=False)
    topic = models.CharField("培训内容", max_length=20, choices=Topic.choices, help_text="学了什么，就算满足了什么需求")
    group = models.CharField("人员类别", max_length=20, choices=tracked.CHOICES, blank=True, default="", editable=False)
    hours = models.PositiveSmallIntegerField("到课学时", null=True, blank=True)
    is_finished = models.BooleanField("结业", default=False)
    certificate = text("证书名称", 60)
    certificate_no = text("证书编号", 40)
    certified_on = models.DateField("发证日期", null=True, blank=True)
    first_outcome = models.BooleanField("训后3个月就业", null=True, editable=False)
    second_outcome = models.BooleanField("训后6个月就业", null=True, editable=False)

    class Meta(OfPerson.Meta):
        verbose_name = verbose_name_plural = "培训学员"
        indexes = [
            models.Index(fields=["village", "id"], name="enrolment_village"),
            models.Index(fields=["trained_on", "id"], name="enrolment_trained"),
        ]
        constraints = [
            *OfPerson.Meta.constraints,
            must(Q(activity__isnull=False), "enrolment_title_of_a_training", NO_TRAINING),
            models.UniqueConstraint(fields=["person", "activity"], name="once_in_a_training"),
            not_before("certified_on", "trained_on", "enrolment_certified_on_after_training", "发证日期早于培训日期，请核对"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} {self.title}"


class TrainingEnrolmentLedger(AboutPerson, Ledger):
    slug, model, article = "training-enrolments", TrainingEnrolment, "1.3"
    says = "培训的学员、证书，和训后三个月、六个月的就业（由就业回访得出）"
    edited_by = FIELD
    columns = ("name", "village", "title", "trained_on", "group", "certificate", "first_outcome", "second_outcome")
    card = ("name", "title", "trained_on", "first_outcome")
    _outcomes = ("first_outcome", "second_outcome")
    filters = ("topic", "group", "trained_on", "is_finished", "certified_on", *_outcomes, "activity", "person")
    sorts = ("trained_on",)
    search = ("name", "title", "certificate_no")
    form = ("person", "activity", "topic", "hours", "is_finished", "certificate", "certificate_no", "certified_on")
    exchange = ("household", "name", "trained_on", "title", *form[2:])
    bulk, identity = ("is_finished",), ("household", "name", "trained_on", "title")
    computed = {
        **AboutPerson.computed,
        "activity_id": "coalesce({activity_id}, (SELECT max(a.id) FROM activities_activity a WHERE a.kind = 'training'"
        " AND a.held_on = {trained_on} AND a.title = {title} AND a.withdrawn_at IS NULL AND a.division_id / 1000000 ="
        " (SELECT h.village_id / 1000000 FROM people_household h WHERE h.id = {household_id})))",
    }
    groups = {"学员": ("household", *form[:5], "group"), "证书": form[5:], "训后就业": _outcomes}
    tones = dict.fromkeys(_outcomes, {True: "ok", False: "warn"})
    stats = (
        Stat("按人员类别", by="group"),
        Stat("按内容", by="topic"),
        Stat("取得证书", where=~Q(certificate=""), unit="人次"),
        Stat("训后3个月就业率", where=Q(first_outcome=True), over=Q(first_outcome__isnull=False)),
        Stat("训后6个月就业率", where=Q(second_outcome=True), over=Q(second_outcome__isnull=False)),
    )

    def prepare(self, record: Any) -> None:
        super().prepare(record)
        record.trained_on, record.title = record.activity.held_on, record.activity.title

    def clean(self, data: dict[str, Any], record: TrainingEnrolment | None) -> dict[str, str]:
        activity = data["activity"]
        if activity.kind != "training" or activity.held_on > dates.today():
            return {"activity": "请选一次已经举办、类别是“培训”的活动；想参加的人登记在“培训需求”里"}
        return {}

    def following(self, keys: list[int]) -> AbstractContextManager[None]:
        return settling.following(TrainingEnrolment, keys)
