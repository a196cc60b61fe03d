"""What the ledgers beside an asset have in common: they hang on it, have its place, and are written by acts."""

from __future__ import annotations

from django.db import models

from bangfu.assets.asset import Asset
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import FIELD, OFFICIALS, TEAM

READERS = (*OFFICIALS, *TEAM)
WRITERS = FIELD


def place() -> models.ForeignKey[Division, Division]:
    return models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="坐落"
    )


def asset(related_name: str) -> models.ForeignKey[Asset, Asset]:
    return models.ForeignKey(Asset, models.PROTECT, related_name=related_name, verbose_name="资产")


def state_before() -> models.CharField:
    """What the asset was before the act, so that the act can be taken back."""
    return models.CharField("原状态", max_length=20, default="", db_default="", editable=False)
