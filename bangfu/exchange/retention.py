"""Uploads, staged rows and ready exports hold personal data: they go when their time is over."""

from __future__ import annotations

import datetime

from django.utils import timezone

from bangfu.exchange.limits import limits
from bangfu.exchange.models import BUSY, ExportFile, ExportState, ImportRun, Progress, StagedRow, State


def sweep() -> None:
    """Removes what is older than the limits; runs and exports themselves stay as a record of who did what."""
    now = timezone.now()
    for run in ImportRun.objects.filter(created_at__lt=now - datetime.timedelta(days=limits().kept_days)).exclude(
        file=""
    ):
        StagedRow.objects.filter(run=run).delete()
        run.file.delete(save=False)
        if run.state in (State.PREVIEWED, *BUSY):
            run.state = State.DISCARDED
        run.save(update_fields=["file", "state"])
    for export in ExportFile.objects.filter(
        created_at__lt=now - datetime.timedelta(days=limits().export_kept_days)
    ).exclude(file=""):
        export.file.delete(save=False)
        export.state = ExportState.EXPIRED
        export.save(update_fields=["file", "state"])
    Progress.objects.filter(at__lt=now - datetime.timedelta(days=1)).delete()
