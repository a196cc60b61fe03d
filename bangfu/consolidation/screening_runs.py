"""A screening of a county and month (1.1): begun by the county, done by a job, its clues received all at once or not at all."""

from __future__ import annotations

import calendar
import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from procrastinate.contrib.django import app

from bangfu.accounts.actor import Actor
from bangfu.consolidation import intake, precision, screening_files, screening_memory, screening_rows
from bangfu.consolidation import screening_store as stores
from bangfu.consolidation.department_files import DepartmentFile
from bangfu.consolidation.screenings import ScreeningHit, ScreeningRun
from bangfu.divisions.models import Division
from bangfu.exchange import progress
from bangfu.exchange.locks import run_lock
from bangfu.kernel import dates
from bangfu.lawbook import parameters
from bangfu.ledger import history
from bangfu.ledger.acts import recorded
from bangfu.screening import run as engine
from bangfu.screening import thresholds
from bangfu.screening.reading import FileRefused
from bangfu.screening.store import Busy, alone
from bangfu.screening.thresholds import RuleRefused

TASK = "consolidation.screen"
State = ScreeningRun.State
history.ACTS |= {"screening.start": "开始筛查", "screening.work": "筛查"}
_LOCK_SPACE = 0x42460102
_KILLED = "上次筛查被中断了，一条线索也没有推送。请重新开始，做好的部分不用再做"
_FAILED = "筛查时出了意外，一条线索也没有推送。请稍后重新开始；仍不行，请把编号 {} 报给管理员"


class Refused(ValueError):
    """No run is begun; the message says why and what to do."""


def start(county: Division, month: date, *, by: Actor, at: datetime) -> ScreeningRun:
    """Asks for a run. Errors: Refused, while another of the county is at work or when there is no file."""
    today = timezone.localdate(at)
    if month > today:
        raise Refused("这个月还没有到，不能筛查")
    for other in ScreeningRun.objects.filter(county=county, state__in=[State.QUEUED, State.RUNNING]):
        notice_kill(other)
    if not DepartmentFile.objects.filter(county=county, month=month, withdrawn_at=None).exclude(data_set="").exists():
        raise Refused("这个月还没有能用的部门数据，请先上传")
    last = date(month.year, month.month, calendar.monthrange(month.year, month.month)[1])
    made = ScreeningRun(county=county, month=month, as_of=min(last, today), started_by=by.user)
    made.run_no = f"{county.pk // 10**6}-{month:%Y%m}-{timezone.localtime(at):%m%d%H%M%S%f}"[:40]
    try:
        with recorded(by, "screening.start"):
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(f"{county}正在筛查，请等它做完；在“筛查批次”里可以看到进度") from error
    app.configure_task(TASK, queue="exchange", allow_unknown=False).defer(run=made.pk)
    return made


def work(pk: int) -> None:
    """Does the run; does nothing when another worker has it, or when it is over."""
    with run_lock(_LOCK_SPACE, pk) as is_ours:
        run = ScreeningRun.objects.select_related("county").filter(pk=pk).first() if is_ours else None
        if run is None or not run.is_busy:
            return
        _set(run, state=State.RUNNING, message="")
        key = f"screening:{pk}"
        try:
            with progress.of(key, "取农户和成员") as told, stores.alone_in(run.county_id):
                _screen(run, told)
        except (RuleRefused, Busy, FileRefused) as error:
            _set(run, state=State.STOPPED, message=str(error))
        except Exception:  # the person must not wait for ever; the error goes on to the log
            _set(run, state=State.STOPPED, message=_FAILED.format(f"S{pk:06d}"))
            raise
        finally:
            progress.forget(key)


def notice_kill(run: ScreeningRun) -> None:
    """A run in hand whose lock is free has lost its worker: say so; another may be begun."""
    if run.state != State.RUNNING:
        return
    with run_lock(_LOCK_SPACE, run.pk) as is_free:
        if is_free and ScreeningRun.objects.filter(pk=run.pk, state=State.RUNNING).exists():
            _set(run, state=State.STOPPED, message=_KILLED)


def _set(run: ScreeningRun, **columns: Any) -> None:
    with transaction.atomic(), pghistory.context(user=None, name="筛查", act="screening.work"):
        ScreeningRun.objects.filter(pk=run.pk).update(**columns, version=F("version") + 1, updated_at=Now())
    run.refresh_from_db()


def _screen(run: ScreeningRun, told: progress.Told) -> None:
    book, county = stores.book(), run.county_id
    store = stores.take_register(county, run.as_of)
    screening_files.leave_only(store, files := screening_files.of_run(county, run.month), run.month)
    matched = 0
    for number, file in enumerate(files, 1):
        if screening_files.to_match(store, file, run.as_of):
            told.step(f"匹配第 {number} 个文件，共 {len(files)} 个：{file.title}")
            screening_files.match_in(store, file, run.as_of)
            matched += 1
    told.step("按规则筛查")
    overrides = parameters.Snapshot.take().overrides
    inputs, out = engine.Inputs(run.as_of, overrides=overrides), stores.folder(county) / "out"
    with alone(out):
        manifest = engine.judge_all(store, out, inputs, book, screening_memory.of(county), lambda _: None)
        values = thresholds.bound(book, run.as_of, county, overrides)
        at = dates.today()
        closed = screening_memory.closed(county, at, values["clue_returns_yuan"])
        rows = list(screening_rows.read(out, county, closed, at))
    told.step("推送线索")
    with transaction.atomic():
        received = intake.receive_many(rows, run=run.run_no, at=at, keep=lambda cursor: _keep(cursor, run))
        chance = precision.chances(county, run.as_of, book)
        precision.order(county, chance, values["precision_prior_percent"] / 100)
        _set(
            run,
            state=State.DONE,
            finished_at=timezone.now(),
            counts=asdict(received),
            manifest=manifest | {"matched_now": matched},
        )


def _keep(cursor: Any, run: ScreeningRun) -> None:
    """Which household went where, so that every figure of the run opens to its rows."""
    ScreeningHit.objects.filter(run=run).delete()
    cursor.execute(
        "INSERT INTO consolidation_screeninghit (run_id, household_id, village_id, fate, score, colour, reasons)"
        " SELECT %s, household_id, village_id, fate, score, colour, reasons FROM clue_rows ORDER BY village_id, score DESC",
        [run.pk],
    )


def not_run(run: ScreeningRun) -> list[tuple[str, str]]:
    """Rules that this run left out, and why."""
    told = {**run.manifest.get("not_run", {}), **run.manifest.get("left_out", {})}
    return sorted(
        (code, words if isinstance(words, str) else json.dumps(words, ensure_ascii=False))
        for code, words in told.items()
    )
