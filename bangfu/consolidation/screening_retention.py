"""保存期限 (1.1; 个人信息保护法第十九条): files of departments and lists of runs go when their time is over, and leave a trace.

Kept are the row of the file (name, fingerprint, counts) and of the run (versions, values, fingerprints, figures).
"""

from __future__ import annotations

import shutil
from datetime import date

import pghistory
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from bangfu.consolidation import screening_files
from bangfu.consolidation import screening_store as stores
from bangfu.consolidation.department_files import DepartmentFile
from bangfu.consolidation.screenings import ScreeningHit, ScreeningRun
from bangfu.kernel.periods import add_months
from bangfu.lawbook import parameters
from bangfu.ledger import history

KEPT = "department_file_months"
REASON = "保存期限已到，内容已清除"
NO_LIST = "这次筛查的名单已按保存期限清除，数字和依据留存"
history.ACTS |= {"screening.expire": "清除到期的部门数据"}
_BY = {"user": None, "name": "保存期限", "act": "screening.expire"}


def oldest_kept(county: int, on: date) -> date:
    """The first month whose files and lists are still kept. Errors: ParameterMissing."""
    return add_months(on.replace(day=1), -int(parameters.value(KEPT, on, county)))


def expire(on: date) -> tuple[int, int]:
    """(files, lists) that were removed in all counties; run twice it does nothing more."""
    files = DepartmentFile.objects.filter(withdrawn_at=None).order_by().values_list("county", "month").distinct()
    runs = ScreeningRun.objects.exclude(message=NO_LIST).filter(state=ScreeningRun.State.DONE)
    months = {*files, *runs.order_by().values_list("county", "month").distinct()}
    oldest = {county: oldest_kept(county, on) for county in {county for county, _ in months}}
    over = sorted((county, month) for county, month in months if month < oldest[county])
    done = [(_files(county, month), _lists(county, month)) for county, month in over]
    for county in {county for county, _ in over}:
        if not DepartmentFile.objects.filter(county=county, withdrawn_at=None).exists():
            with stores.alone_in(county):
                shutil.rmtree(stores.folder(county), ignore_errors=True)
    return sum(files for files, _ in done), sum(lists for _, lists in done)


def _files(county: int, month: date) -> int:
    found = DepartmentFile.objects.filter(county=county, month=month, withdrawn_at=None)
    for file in found:
        with transaction.atomic(), pghistory.context(**_BY, reason=REASON):
            DepartmentFile.objects.filter(pk=file.pk).update(
                withdrawn_at=Now(), withdrawn_reason=REASON, version=F("version") + 1, updated_at=Now()
            )
        screening_files.clear(file)
    return len(found)


def _lists(county: int, month: date) -> int:
    found = ScreeningRun.objects.filter(county=county, month=month, state=ScreeningRun.State.DONE)
    for run in found.exclude(message=NO_LIST):
        with transaction.atomic(), pghistory.context(**_BY, reason=NO_LIST):
            ScreeningHit.objects.filter(run=run).delete()
            ScreeningRun.objects.filter(pk=run.pk).update(message=NO_LIST, version=F("version") + 1, updated_at=Now())
    return len(found)
