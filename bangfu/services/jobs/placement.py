"""就业安置 (3.1): who went to work where, since when; whether it held is told by the checks one, three and six months later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.ledger.columns import yuan
from bangfu.ledger.constraints import not_before
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.people import codes
from bangfu.people.columns import coded, text
from bangfu.services import settling
from bangfu.services.columns import chosen
from bangfu.services.jobs import seats
from bangfu.services.jobs.assistance_workshop import AssistanceWorkshop
from bangfu.services.jobs.job_post import JobPost
from bangfu.services.of_person import AboutPerson, OfPerson


class Placement(OfPerson):
    """Outcomes are kept, see settling.py."""

    job_post = models.ForeignKey(
        JobPost, models.PROTECT, null=True, blank=True, related_name="placements", verbose_name="推荐的岗位"
    )
    assistance_workshop = models.ForeignKey(
        AssistanceWorkshop, models.PROTECT, null=True, blank=True, related_name="placements", verbose_name="帮扶车间"
    )
    employer = models.CharField("用人单位", max_length=80)
    employment_channel = chosen("就业渠道", "employment_channel")
    work_area = chosen("务工区域", "work_area")
    industry = coded("所属行业", "industry")
    started_on = models.DateField("上岗日期")
    ended_on = models.DateField("离岗日期", null=True, blank=True)
    wage_yuan = yuan("月工资")
    wage_before_yuan = yuan("从前月工资", "没有工作的填 0")
    remark = text("说明", 200)
    first_outcome = models.BooleanField("1个月仍在岗", null=True, editable=False)
    second_outcome = models.BooleanField("3个月仍在岗", null=True, editable=False)
    third_outcome = models.BooleanField("6个月仍在岗", null=True, editable=False)

    class Meta(OfPerson.Meta):
        verbose_name = verbose_name_plural = "就业安置"
        indexes = [
            models.Index(fields=["village", "id"], name="placement_village"),
            models.Index(fields=["started_on", "id"], name="placement_started"),
        ]
        constraints = [
            *OfPerson.Meta.constraints,
            models.UniqueConstraint(fields=["person", "started_on"], name="one_placement_a_day"),
            not_before("ended_on", "started_on", "placement_ended_on_in_order", "离岗日期早于上岗日期，请核对"),
        ]

    def __str__(self) -> str:
        return f"{self.name} 到{self.employer}"


class PlacementLedger(AboutPerson, Ledger):
    slug, model, article = "placements", Placement, "3.1"
    says = "谁上了岗、在哪里、多少工资，一三六个月后是否还在岗（由就业回访得出）"
    edited_by = FIELD
    columns = ("name", "village", "employer", "employment_channel", "work_area", "started_on", "third_outcome")
    card = ("name", "employer", "started_on")
    filters = (
        "employment_channel", "work_area", "industry", "started_on", "ended_on", "first_outcome", "second_outcome",
        "third_outcome", "job_post", "assistance_workshop", "person",
    )  # fmt: skip
    sorts = ("started_on",)
    search = ("name", "employer")
    _told = ("employer", "employment_channel", "work_area", "industry", "started_on", "ended_on")
    form = ("person", "job_post", "assistance_workshop", *_told, "wage_yuan", "wage_before_yuan", "remark")
    exchange = ("household", "name", *form[3:])
    identity = ("household", "name", "started_on")
    choice_aliases = codes.aliases("employment_channel", "work_area", "industry")
    groups = {"安置": ("household", *form), "是否稳定": ("first_outcome", "second_outcome", "third_outcome")}
    stats = (
        Stat("帮扶车间吸纳", where=Q(employment_channel="assistance_workshop"), unit="人次"),
        Stat("6个月稳定率", where=Q(third_outcome=True), over=Q(third_outcome__isnull=False)),
        Stat("按渠道", by="employment_channel"),
    )

    def clean(self, data: dict[str, Any], record: Placement | None) -> dict[str, str]:
        post, day = data["job_post"], data["started_on"]
        is_kept = post and post.proposals.filter(person=data["person"], state="accepted", withdrawn_at=None).exists()
        if post and (day < post.from_on or (record is None and day > post.open_until and not is_kept)):
            return {"job_post": f"这个岗位的招聘期是 {post.from_on} 至 {post.open_until}，上岗日期不在其中，请核对"}
        is_new = post and (record is None or record.job_post_id != post.pk)
        if is_new and seats.taken(post, but_for=data["person"].pk) >= post.headcount:
            return {"job_post": f"这个岗位招 {post.headcount} 人，已经满了（接受了还没上岗的也算）"}
        return {}

    @contextmanager
    def following(self, keys: list[int]) -> Iterator[None]:
        with settling.following(Placement, keys), seats.kept(Placement.objects.all(), keys):
            yield
