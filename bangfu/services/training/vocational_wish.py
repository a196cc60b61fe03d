"""就读意愿 (1.3): a young person's wish for a vocational school, and the school that took them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.ledger.constraints import must, not_before
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.people.columns import text
from bangfu.services.of_person import AboutPerson, OfPerson


class VocationalWish(OfPerson):
    class Stage(models.TextChoices):
        VOCATIONAL = "vocational", "中职"
        TECHNICIAN = "technician", "技工院校"
        COLLEGE = "college", "高职高专"

    class Closed(models.TextChoices):
        SENIOR = "senior", "上了普通高中或大学"
        WORK = "work", "直接就业"
        GIVEN_UP = "given_up", "本人放弃"

    wished_on = models.DateField("提出日期")
    stage = models.CharField("想读什么学校", max_length=20, choices=Stage.choices)
    subject = text("想学的专业", 60)
    obstacle = text("困难", 100, "如：学费、离家远、不了解学校")
    enrolled_on = models.DateField("入学日期", null=True, blank=True)
    school = text("就读学校", 80)
    has_vocational_grant = models.BooleanField("享受雨露计划", null=True, blank=True)
    closed_reason = models.CharField("没有就读的原因", max_length=20, choices=Closed.choices, blank=True, default="")

    class Meta(OfPerson.Meta):
        verbose_name = verbose_name_plural = "就读意愿"
        indexes = [models.Index(fields=["village", "id"], name="vocational_wish_village")]
        constraints = [
            *OfPerson.Meta.constraints,
            models.UniqueConstraint(fields=["person", "wished_on"], name="one_vocational_wish_a_day"),
            not_before("enrolled_on", "wished_on", "vocational_enrolled_on_after_wish", "入学日期早于提出日期，请核对"),
            must(
                Q(enrolled_on=None) | (~Q(school="") & Q(closed_reason="")),
                "vocational_school_of_enrolled",
                "已入学的，请填写就读学校，并清空“没有就读的原因”",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} 想读{self.get_stage_display()}"


class VocationalWishLedger(AboutPerson, Ledger):
    slug, model, article = "vocational-wishes", VocationalWish, "1.3"
    says = "新成长劳动力就读职业院校的意愿，到入学为止"
    edited_by = FIELD
    columns = ("name", "village", "stage", "wished_on", "enrolled_on", "school", "closed_reason")
    card = ("name", "stage", "enrolled_on")
    filters = ("stage", "wished_on", "enrolled_on", "closed_reason", "has_vocational_grant", "person")
    search = ("name", "school")
    form = (
        "person", "wished_on", "stage", "subject", "obstacle", "enrolled_on", "school", "has_vocational_grant",
        "closed_reason",
    )  # fmt: skip
    exchange = ("household", "name", *form[1:])
    bulk, identity = ("has_vocational_grant",), ("household", "name", "wished_on")
    groups = {"意愿": ("household", *form[:5]), "结果": form[5:]}
    stats = (
        Stat("入学率", where=Q(enrolled_on__isnull=False), over=Q(closed_reason="")),
        Stat("还没落实", where=Q(enrolled_on=None, closed_reason=""), unit="人"),
        Stat("按学校类型", by="stage"),
    )
