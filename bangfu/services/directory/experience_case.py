"""经验案例 (3.5): what worked, told so that others can do it, and where it was printed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.ledger.constraints import not_before
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class ExperienceCase(Record):
    class Topic(models.TextChoices):
        CONSOLIDATION = "consolidation", "巩固脱贫成果"
        CONSTRUCTION = "construction", "镇村建设"
        SERVICES = "services", "公共服务"
        GOVERNANCE = "governance", "乡村治理"
        INDUSTRY = "industry", "产业发展"
        PARTY = "party", "党建引领"

    class Outlet(models.TextChoices):
        TOWN = "town", "镇内交流"
        COUNTY = "county", "县级"
        CITY = "city", "市级"
        PROVINCE = "province", "省级"
        NATION = "nation", "国家级"

    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="发生地")
    title = models.CharField("题目", max_length=120)
    topic = models.CharField("主题", max_length=20, choices=Topic.choices)
    problem = models.CharField("遇到什么问题", max_length=300)
    practice = models.TextField("怎么做的", max_length=4000)
    result = models.CharField("效果", max_length=300)
    written_on = models.DateField("形成日期")
    author = text("执笔", 60)
    outlet = models.CharField("刊发级别", max_length=10, choices=Outlet.choices, blank=True, default="")
    medium = text("刊发在哪里", 120)
    published_on = models.DateField("刊发日期", null=True, blank=True)
    views = models.PositiveIntegerField("阅读量", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "经验案例"
        indexes = [models.Index(fields=["division", "id"], name="experience_case_division")]
        constraints = [
            models.UniqueConstraint(fields=["division", "title"], name="one_case_a_title"),
            not_before("published_on", "written_on", "case_published_on_in_order", "刊发日期早于形成日期，请核对"),
        ]

    def __str__(self) -> str:
        return self.title


class ExperienceCaseLedger(Ledger):
    slug, model, article, scope = "experience-cases", ExperienceCase, "3.5", "division"
    says = "提炼出来的经验：问题、做法、效果，刊发在哪里"
    is_open, edited_by = True, FIELD
    columns = ("title", "division", "topic", "written_on", "outlet", "medium", "views")
    card = ("title", "topic", "outlet")
    filters = ("topic", "outlet", "written_on", "published_on")
    search = ("title", "problem", "result")
    in_search = True
    form = exchange = (
        "division", "title", "topic", "problem", "practice", "result", "written_on", "author", "outlet", "medium",
        "published_on", "views",
    )  # fmt: skip
    identity = ("title", "division")
    groups = {"案例": form[:8], "刊发": form[8:]}
    stats = (
        Stat("按主题", by="topic"),
        Stat("已刊发", where=Q(published_on__isnull=False), unit="篇"),
        Stat("阅读量", total="views", unit="次"),
    )
