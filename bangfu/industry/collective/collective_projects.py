"""集体经济项目 (4.4): must be in both libraries, that of the assistance projects and that of revitalisation."""

from __future__ import annotations

from django.db import models
from django.db.models import BooleanField, Case, Q, Value, When

from bangfu.industry import columns
from bangfu.industry.collective.collective_organisations import CollectiveOrganisation
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.projects.models import Project

IN_BOTH = Q(project__isnull=False) & ~Q(revitalisation_no="")


class CollectiveProject(Record):
    class Way(models.TextChoices):
        RESOURCES = "resources", "资源发包"
        PROPERTY = "property", "物业出租"
        SERVICES = "services", "居间和生产服务"
        SHARES = "shares", "资产参股"
        OPERATION = "operation", "自主经营"
        REMOTE = "remote", "飞地抱团"

    village = columns.place("行政村", follows=True)
    organisation = models.ForeignKey(
        CollectiveOrganisation, models.PROTECT, related_name="projects", verbose_name="集体经济组织"
    )
    name = models.CharField("项目名称", max_length=80)
    year = columns.year("开始年度")
    way = models.CharField("发展方式", max_length=20, choices=Way.choices)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="帮扶项目库中的项目"
    )
    revitalisation_no = text("乡村振兴项目库编号", 40)
    invested_yuan = Yuan("投资额", null=True, blank=True)
    note = text("说明", 200)
    is_in_both = models.GeneratedField(
        expression=Case(When(IN_BOTH, then=Value(True)), default=Value(False)),
        output_field=BooleanField(),
        db_persist=True,
        verbose_name="两库都有",
    )

    class Meta:
        verbose_name = verbose_name_plural = "集体经济项目"
        indexes = [models.Index(fields=["village", "id"], name="collective_project_village")]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_collective_project_a_name")]

    def __str__(self) -> str:
        return self.name


class CollectiveProjectLedger(Ledger):
    slug, model, article, scope_from = "collective-projects", CollectiveProject, "4.4", "organisation"
    says = "集体经济项目，是否同时在帮扶项目库和乡村振兴项目库"
    edited_by = FIELD
    columns = ("name", "organisation", "village", "year", "way", "project", "revitalisation_no", "is_in_both")
    card = ("name", "organisation", "is_in_both")
    filters = ("way", "year", "organisation", "project")
    search = ("name", "organisation__name", "revitalisation_no")
    form = exchange = (
        "organisation", "name", "year", "way", "project", "revitalisation_no", "invested_yuan", "note",
    )  # fmt: skip
    identity = ("organisation", "name")
    limits = {"invested_yuan": (0, 10_000_000_000)}
    tones = {"is_in_both": {True: "ok", False: "warn"}}
    groups = {"项目": ("name", "organisation", "village", "year", "way", "invested_yuan", "note"),
              "两个项目库": ("project", "revitalisation_no", "is_in_both")}  # fmt: skip
    untracked = ("is_in_both",)
    stats = (
        Stat("两库都有", where=IN_BOTH, over=Q(withdrawn_at=None)),
        Stat("只在一库或都不在", where=~IN_BOTH, unit="个"),
        Stat("按发展方式", by="way"),
        Stat("投资额", total="invested_yuan", unit="元"),
    )
