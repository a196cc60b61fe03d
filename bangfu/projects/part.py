"""What the ledgers beside a project have in common: they hang on it and have its place."""

from __future__ import annotations

from django.db import models

from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import OFFICIALS, TEAM
from bangfu.projects.project import Project

READERS = (*OFFICIALS, *TEAM)
WRITERS = (Role.COUNTY, Role.TOWN, Role.VILLAGE, *TEAM)


def place() -> models.ForeignKey[Division, Division]:
    return models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="实施地点"
    )


def project(related_name: str) -> models.ForeignKey[Project, Project]:
    return models.ForeignKey(Project, models.PROTECT, related_name=related_name, verbose_name="项目")
