"""借鉴做法 (2.5): a problem here, the practice taken over from 千万工程 or a peer, and what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.ledger.constraints import must, not_before
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class BorrowedPractice(Record):
    class Source(models.TextChoices):
        ZHEJIANG = "zhejiang", "浙江“千万工程”"
        PEARL_DELTA = "pearl_delta", "珠三角地区"
        PROVINCE = "province", "省内其他地方"
        ELSEWHERE = "elsewhere", "省外其他地方"

    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="本地")
    problem = models.CharField("本地的问题", max_length=200)
    source = models.CharField("向谁学", max_length=20, choices=Source.choices)
    source_place = text("哪里的做法", 80)
    practice = models.CharField("借鉴的做法", max_length=300)
    borrowed_on = models.DateField("开始借鉴日期")
    responsible = text("谁来落实", 60)
    assessed_on = models.DateField("评估日期", null=True, blank=True)
    result = text("效果", 300)
    works = models.BooleanField("管用", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "借鉴做法"
        indexes = [models.Index(fields=["division", "id"], name="borrowed_practice_division")]
        constraints = [
            models.UniqueConstraint(fields=["division", "problem", "borrowed_on"], name="one_borrowed_practice_a_day"),
            not_before(
                "assessed_on", "borrowed_on", "practice_assessed_on_in_order", "评估日期早于开始借鉴日期，请核对"
            ),
            must(Q(assessed_on=None) | ~Q(result=""), "practice_result_of_assessed", "已评估的，请写效果"),
        ]

    def __str__(self) -> str:
        return self.problem


class BorrowedPracticeLedger(Ledger):
    slug, model, article, scope = "borrowed-practices", BorrowedPractice, "2.5", "division"
    says = "对照“千万工程”和珠三角：本地的问题、借来的做法、效果"
    is_open = True
    columns = ("problem", "division", "source", "practice", "borrowed_on", "assessed_on", "works")
    card = ("problem", "source", "works")
    filters = ("source", "works", "borrowed_on", "assessed_on")
    search = ("problem", "practice")
    form = exchange = (
        "division", "problem", "source", "source_place", "practice", "borrowed_on", "responsible", "assessed_on",
        "result", "works",
    )  # fmt: skip
    identity = ("problem", "division", "borrowed_on")
    tones = {"works": {True: "ok", False: "warn"}}
    stats = (
        Stat("按向谁学", by="source"),
        Stat("已评估", where=Q(assessed_on__isnull=False), unit="条"),
        Stat("管用", where=Q(works=True), over=Q(assessed_on__isnull=False)),
    )
