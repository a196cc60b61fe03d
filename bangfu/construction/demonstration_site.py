"""高质量发展帮扶示范点 (2.5): one or two a year in each county, what they show and how far they are."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.accounts.models import Unit
from bangfu.divisions.models import Division
from bangfu.ledger.columns import yuan
from bangfu.ledger.constraints import must, not_before
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class DemonstrationSite(Record):
    class Theme(models.TextChoices):
        INDUSTRY = "industry", "产业兴旺"
        LIVING = "living", "和美乡村"
        GOVERNANCE = "governance", "乡村治理"
        CULTURE = "culture", "文旅融合"
        COLLECTIVE = "collective", "集体经济"
        WHOLE = "whole", "综合示范"

    class State(models.TextChoices):
        PLANNED = "planned", "谋划"
        UNDER_WAY = "under_way", "创建中"
        ACCEPTED = "accepted", "通过验收"
        DROPPED = "dropped", "不再创建"

    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="所在地")
    name = models.CharField("示范点名称", max_length=80)
    year = models.PositiveSmallIntegerField("列入年度", validators=[MinValueValidator(2021), MaxValueValidator(2100)])
    theme = models.CharField("示范主题", max_length=20, choices=Theme.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="帮扶单位")
    state = models.CharField("创建状态", max_length=20, choices=State.choices, default=State.PLANNED)
    started_on = models.DateField("启动日期", null=True, blank=True)
    accepted_on = models.DateField("验收日期", null=True, blank=True)
    invested_yuan = yuan("投入")
    shows = text("示范什么", 300)
    result = text("成效", 300)

    class Meta:
        verbose_name = verbose_name_plural = "示范点"
        indexes = [models.Index(fields=["division", "id"], name="demonstration_site_division")]
        constraints = [
            models.UniqueConstraint(fields=["division", "name"], name="one_demonstration_site_a_name"),
            not_before("accepted_on", "started_on", "site_accepted_on_in_order", "验收日期早于启动日期，请核对"),
            must(
                ~Q(state="accepted") | Q(accepted_on__isnull=False), "site_accepted_on_of_accepted",
                "通过验收的，请填写验收日期",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class DemonstrationSiteLedger(Ledger):
    slug, model, article, scope, unit = "demonstration-sites", DemonstrationSite, "2.5", "division", "unit"
    says = "各县每年的镇村高质量发展帮扶示范点"
    is_open = True
    columns = ("name", "division", "year", "theme", "unit", "state", "accepted_on")
    card = ("name", "year", "state")
    filters = ("year", "theme", "state", "unit", "accepted_on")
    search = ("name", "shows")
    in_search = True
    form = exchange = (
        "division", "name", "year", "theme", "unit", "state", "started_on", "accepted_on", "invested_yuan", "shows",
        "result",
    )  # fmt: skip
    identity = ("name", "division")
    tones = {"state": {"accepted": "ok", "under_way": "note", "dropped": "muted"}}
    groups = {"示范点": form[:6], "创建": form[6:]}
    stats = (
        Stat("按状态", by="state"),
        Stat("按主题", by="theme"),
        Stat("投入", total="invested_yuan", unit="元"),
    )

    def unit_faults(self, data: dict[str, Any], units: frozenset[int]) -> dict[str, str]:
        return {"division": "示范点由所在的县、镇登记，请告诉镇上"}
