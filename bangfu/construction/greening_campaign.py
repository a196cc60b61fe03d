"""绿化活动 (2.4): a campaign with its time, theme and goal; sites and pledges belong to it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.ledger.constraints import not_before
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class GreeningCampaign(Record):
    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="主办地")
    name = models.CharField("名称", max_length=80, help_text="如：我为家乡添片绿")
    organiser = text("主办单位", 80)
    goal_trees = models.PositiveIntegerField("计划株数", null=True, blank=True)
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期", null=True, blank=True)
    note = text("说明", 300)

    class Meta:
        verbose_name = verbose_name_plural = "绿化活动"
        indexes = [models.Index(fields=["division", "id"], name="greening_campaign_division")]
        constraints = [
            models.UniqueConstraint(fields=["division", "name", "from_on"], name="one_campaign_a_name"),
            not_before("to_on", "from_on", "campaign_to_on_in_order", "结束日期早于开始日期，请核对"),
        ]

    def __str__(self) -> str:
        return self.name


class GreeningCampaignLedger(Ledger):
    slug, model, article, scope = "greening-campaigns", GreeningCampaign, "2.4", "division"
    says = "“我为家乡添片绿”等绿化活动，时间和目标"
    is_open, edited_by = True, FIELD
    columns = ("name", "division", "organiser", "goal_trees", "from_on", "to_on")
    card = ("name", "from_on", "goal_trees")
    filters = ("from_on", "to_on", "goal_trees")
    search = ("name", "organiser")
    form = exchange = ("division", "name", "organiser", "goal_trees", "from_on", "to_on", "note")
    identity = ("name", "division", "from_on")
    related = (("green-sites", "greening_campaign"),)
    stats = (Stat("正在进行", where=Q(to_on=None), unit="个"), Stat("计划株数", total="goal_trees", unit="株"))
