"""不形成资产的项目 (1.4): why an accepted project left nothing that is registered; shown in the ledger of its money."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger
from bangfu.ledger.record import Record
from bangfu.projects.project import Project


class NoAsset(Record):
    division = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="实施地点"
    )
    project = models.ForeignKey(Project, models.PROTECT, related_name="no_assets", verbose_name="项目")
    reason = models.CharField("未形成资产原因", max_length=120)
    stated_on = models.DateField("说明日期")

    class Meta:
        verbose_name = verbose_name_plural = "不形成资产的项目"
        indexes = [models.Index(fields=["division", "id"], name="no_asset_division")]
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(withdrawn_at=None), name="no_asset_once_a_project"),
        ]

    def __str__(self) -> str:
        return str(self.project)


class NoAssetLedger(Ledger):
    slug, model, article, scope, scope_from = "projects-without-assets", NoAsset, "1.4", "division", "project"
    says = "验收后不形成资产的项目和原因"
    acts_only = True
    read_by = (*OFFICIALS, *TEAM)
    columns = ("project", "division", "reason", "stated_on")
    filters = ("project", "stated_on")
    search = ("project__name", "reason")
    in_menu = False
