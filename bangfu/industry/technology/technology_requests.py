"""技术需求 (4.3): a question about a crop, given to a technology commissioner, answered online or by a visit."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Func, IntegerField, Q

from bangfu.accounts.actor import Actor
from bangfu.activities.models import Activity
from bangfu.industry import borrowers, columns
from bangfu.industry.technology import matching
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.units.cadre import Cadre


class TechnologyRequest(borrowers.Asker):
    class Outcome(models.TextChoices):
        OPEN = "open", "待答复"
        SOLVED = "solved", "已解决"
        PARTLY = "partly", "部分解决"
        UNSOLVED = "unsolved", "没有解决"

    village = columns.place("行政村")
    request_no = models.CharField(
        "需求编号", max_length=40, unique=True, default=columns.new_number, help_text="已自动编号；有自己编号的可以改"
    )
    crop = models.CharField("品类", max_length=codes.LENGTH, choices=codes.choices("product_kind"))
    question = models.CharField("问题", max_length=300, help_text="如：笋竹新叶发黄；需要时在附件里加照片")
    is_on_site = models.BooleanField("需要到现场", default=False)
    asked_on = models.DateField("提出日期")
    technology_commissioner = models.ForeignKey(
        Cadre, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name="科技特派员"
    )
    assigned_on = models.DateField("交办日期", null=True, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    answer = text("答复", 1000)
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="现场服务的活动"
    )
    outcome = models.CharField("结果", max_length=20, choices=Outcome.choices, default=Outcome.OPEN)
    is_shared = models.BooleanField("收入问答库", default=False, help_text="只公开品类、问题和答复，不公开是谁问的")
    answer_days = models.GeneratedField(
        expression=Func(F("answered_on"), F("asked_on"), template="(%(expressions)s)", arg_joiner=" - "),
        output_field=IntegerField(), db_persist=True, verbose_name="答复用了几天",
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "技术需求"
        indexes = [
            models.Index(fields=["village", "id"], name="technology_request_village"),
            models.Index(fields=["crop", "id"], name="technology_request_shared", condition=Q(is_shared=True)),
        ]

    def __str__(self) -> str:
        return f"{self.request_no} {self.question[:20]}"


class TechnologyRequestLedger(Ledger):
    slug, model, article = "technology-requests", TechnologyRequest, "4.3"
    says = "种养中的技术问题，交给对口的科技特派员，线上答复或到现场；几天答复由系统计算"
    edited_by = FIELD
    columns = (
        "request_no", "village", "crop", "question", "technology_commissioner", "asked_on", "outcome", "answer_days",
    )  # fmt: skip
    card = ("question", "village", "outcome")
    filters = (
        "crop", "outcome", "is_on_site", "is_shared", "household", "technology_commissioner", "asked_on", "answered_on",
    )  # fmt: skip
    search = ("request_no", "question", "answer")
    form = (
        "village", "request_no", "household", "business_entity", "crop", "question", "is_on_site", "asked_on",
        "technology_commissioner", "assigned_on", "answered_on", "answer", "activity", "outcome", "is_shared",
    )  # fmt: skip
    exchange = tuple(name for name in form if name != "activity")
    identity, untracked = ("request_no",), ("answer_days",)
    choice_aliases = codes.aliases(crop="product_kind")
    tones = {"outcome": {"open": "warn", "solved": "ok", "unsolved": "muted"}}
    groups = {"需求": form[:8], "办理": (*form[8:], "answer_days")}
    detail_template = "industry/request_record.html"
    work_page = ("industry:questions", "查问答库")
    stats = (
        Stat("已答复", where=Q(answered_on__isnull=False), over=Q(withdrawn_at=None)),
        Stat("已解决", where=Q(outcome="solved"), over=~Q(outcome="open")),
        Stat("待答复", where=Q(outcome="open"), unit="件"),
        Stat("按品类", by="crop"),
    )

    def clean(self, data: dict[str, Any], record: TechnologyRequest | None) -> dict[str, str]:
        return matching.faults(data)

    def more(self, record: TechnologyRequest, actor: Actor) -> dict[str, Any]:
        return {"suggestions": [] if record.answered_on else matching.for_request(record)}
