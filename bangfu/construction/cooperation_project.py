"""市场化合作 (2.5): joint ventures and cooperation with firms, run by the market: who, how much, what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.ledger.columns import yuan
from bangfu.ledger.constraints import not_before
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class CooperationProject(Record):
    class Way(models.TextChoices):
        JOINT_VENTURE = "joint_venture", "合资公司"
        LEASE = "lease", "租赁经营"
        ENTRUSTED = "entrusted", "委托运营"
        ORDER = "order", "订单合作"
        VILLAGE_FIRM = "village_firm", "村企联建"
        OTHER = "other", "其他"

    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="所在地")
    name = models.CharField("合作项目名称", max_length=100)
    way = models.CharField("合作方式", max_length=20, choices=Way.choices)
    partner_name = models.CharField("合作企业", max_length=100)
    signed_on = models.DateField("签约日期")
    started_on = models.DateField("投产或运营日期", null=True, blank=True)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    agreed_yuan = yuan("协议投资")
    invested_yuan = yuan("实际投资")
    village_share = models.DecimalField("村集体占股（%）", max_digits=5, decimal_places=2, null=True, blank=True)
    jobs = models.PositiveIntegerField("带动就业人数", null=True, blank=True)
    result = text("成效", 200)

    class Meta:
        verbose_name = verbose_name_plural = "市场化合作"
        indexes = [models.Index(fields=["division", "id"], name="cooperation_project_division")]
        constraints = [
            models.UniqueConstraint(fields=["division", "name"], name="one_cooperation_a_name"),
            not_before("started_on", "signed_on", "cooperation_started_on_in_order", "运营日期早于签约日期，请核对"),
            not_before("ended_on", "signed_on", "cooperation_ended_on_in_order", "终止日期早于签约日期，请核对"),
        ]

    def __str__(self) -> str:
        return self.name


class CooperationProjectLedger(Ledger):
    slug, model, article, scope = "cooperation-projects", CooperationProject, "2.5", "division"
    says = "与企业合资、合作的市场化项目"
    columns = ("name", "division", "way", "partner_name", "signed_on", "invested_yuan", "jobs", "ended_on")
    card = ("name", "partner_name", "invested_yuan")
    filters = ("way", "signed_on", "started_on", "ended_on", "invested_yuan")
    search = ("name", "partner_name")
    in_search = True
    form = exchange = (
        "division", "name", "way", "partner_name", "signed_on", "started_on", "ended_on", "agreed_yuan",
        "invested_yuan", "village_share", "jobs", "result",
    )  # fmt: skip
    identity = ("name", "division")
    limits = {"village_share": (0, 100)}
    stats = (
        Stat("按方式", by="way"),
        Stat("实际投资", total="invested_yuan", unit="元"),
        Stat("带动就业", total="jobs", unit="人"),
        Stat("运营中", where=Q(started_on__isnull=False, ended_on=None), unit="个"),
    )
