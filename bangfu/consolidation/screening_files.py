"""The acts on files of departments (1.1): upload, say what kind it is, match with the register, take back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path, PurePath
from typing import BinaryIO

import pyarrow.parquet as pq
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from procrastinate.contrib.django import app

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.consolidation import screening_store as stores
from bangfu.consolidation.department_files import DepartmentFile
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.exchange.limits import limits
from bangfu.kernel import dates
from bangfu.ledger import history
from bangfu.ledger.acts import recorded
from bangfu.people.models import Household
from bangfu.screening import cells, ingest, reading, received, recognition
from bangfu.screening.quality import SCHEMA, Reason
from bangfu.screening.reading import FileRefused
from bangfu.screening.store import FILES, Store, aside

TASK = "consolidation.match_file"
MONTHS = 24  # files further back say nothing that a rule asks for
#: a county with more households is matched by a job, however small the file
HOUSEHOLDS_AT_ONCE = 20_000
history.ACTS |= {"files.upload": "上传部门数据", "files.kind": "改正数据种类", "files.remove": "撤下部门数据"}


class Refused(ValueError):
    """Nothing was done; the message says why."""


def upload(
    file: BinaryIO, name: str, size: int, *, county: Division, month: date, unit: Unit | None, data_set: str, by: Actor
) -> DepartmentFile:
    """Keeps the file and matches it: at once when that is little work. `data_set`: "" to know it by its heads.

    Errors: Refused, when nothing was kept.
    """
    if size > limits().upload_bytes:
        raise Refused(f"{name}：超过 {limits().upload_bytes // 2**20} MB，请分成几个文件上传")
    if not size:
        raise Refused(f"{name}：文件是空的，里面没有内容")
    if PurePath(name).suffix.lower() not in reading.SUFFIXES:
        raise Refused(f"{name}：不认识的文件类型，请用 CSV 或 Excel 工作簿（.xlsx、.xls）")
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # BinaryIO has readinto
    file.seek(0)
    made = DepartmentFile(county=county, month=month, unit=unit, uploaded_by=by.user, sha256=digest, size=size)
    made.file_name = PurePath(name).name[-120:]
    try:
        with transaction.atomic(), recorded(by, "files.upload"):
            made.save(force_insert=True)
            made.file.save(made.file_name, File(file))
    except IntegrityError as error:
        raise Refused(f"{name}：内容相同的文件这个月已经上传过了") from error
    _know(made, data_set)
    proceed(made)
    return made


def _know(made: DepartmentFile, data_set: str) -> None:
    """Which kind it is; a file that is none waits for somebody to say it."""
    book = stores.book()
    try:
        found = book.data_sets[data_set] if data_set else recognition.recognise(path_of(made), book)
    except FileRefused as error:
        _set(made, state=DepartmentFile.State.REFUSED, message=str(error), data_set="", title="")
    else:
        _set(made, data_set=found.name, title=found.title, state=DepartmentFile.State.WAITING, message="")


def path_of(made: DepartmentFile) -> Path:
    return Path(made.file.path)


def _set(made: DepartmentFile, **columns: object) -> None:
    DepartmentFile.objects.filter(pk=made.pk).update(**columns, version=F("version") + 1, updated_at=Now())
    made.refresh_from_db()


def proceed(made: DepartmentFile) -> None:
    if made.state != DepartmentFile.State.WAITING:
        return
    homes = Household.objects.filter(Scope.of([made.county_id]).q("village"))[: HOUSEHOLDS_AT_ONCE + 1].count()
    if made.size <= limits().bytes_at_once and (homes <= HOUSEHOLDS_AT_ONCE or stores.has_register(made.county_id)):
        match(made.pk)
        made.refresh_from_db()
    else:
        app.configure_task(TASK, queue="exchange", allow_unknown=False).defer(file=made.pk)


def match(pk: int) -> None:
    """Finds the people of the file in the register. Run twice it does the same."""
    made = DepartmentFile.objects.filter(pk=pk, withdrawn_at=None).exclude(data_set="").first()
    if made is None:
        return
    with stores.alone_in(made.county_id):
        day = dates.today()
        known = stores.has_register(made.county_id)
        try:
            store = stores.store(made.county_id) if known else stores.take_register(made.county_id, day)
        except FileRefused as error:
            _set(made, state=DepartmentFile.State.REFUSED, message=str(error))
        else:
            match_in(store, made, day)


def match_in(store: Store, made: DepartmentFile, day: date) -> None:
    """As `match`, in a folder that is held already."""
    book = stores.book()
    try:
        received.forget(store, made.sha256, cells.month_number(made.month))  # it may have been another kind before
        kind, place = book.data_sets[made.data_set], f"{made.pk:012d}"
        taken, report = ingest.ingest(store, path_of(made), kind, book, day, month=made.month, place=place)
    except FileRefused as error:
        _set(made, state=DepartmentFile.State.REFUSED, message=str(error), rows=0, used=0, counts={})
        return
    with aside(_report_path(made)) as part:
        pq.write_table(report.table(), part)
    told = {"rows": taken.rows, "used": taken.used, "counts": dict(taken.counts)}
    if (made.state, made.rows, made.used, made.counts) != (DepartmentFile.State.MATCHED, *told.values()):
        _set(made, state=DepartmentFile.State.MATCHED, message="", **told)


def say_kind(made: DepartmentFile, data_set: str, *, by: Actor) -> None:
    """The officer knows better what it is. Errors: Refused."""
    if data_set not in stores.book().data_sets:
        raise Refused("请选择数据种类")
    with recorded(by, "files.kind"):
        _know(made, data_set)
    proceed(made)


def remove(made: DepartmentFile, *, by: Actor, reason: str) -> None:
    """The wrong file: it is no longer used and its content goes; that it was there stays. Clues it brought stay too."""
    with recorded(by, "files.remove", reason):
        _set(made, withdrawn_at=Now(), withdrawn_reason=reason[:200])
    clear(made)


def clear(made: DepartmentFile) -> None:
    """Its rows, its report and its content; content that another file of the county has as well stays with that one."""
    with stores.alone_in(made.county_id):
        received.forget(stores.store(made.county_id), made.sha256, cells.month_number(made.month))
    _report_path(made).unlink(missing_ok=True)
    if not DepartmentFile.objects.filter(file=made.file.name, withdrawn_at=None).exists():
        path_of(made).unlink(missing_ok=True)


def of_run(county: int, month: date) -> list[DepartmentFile]:
    """The files that a run of the month reads: its own and those of the months before, oldest first."""
    since = date(month.year - MONTHS // 12, month.month, 1)
    rows = DepartmentFile.objects.filter(county=county, month__gt=since, month__lte=month, withdrawn_at=None)
    return list(rows.exclude(data_set="").order_by("month", "pk"))


def to_match(store: Store, made: DepartmentFile, day: date) -> bool:
    """Whether its rows are not in the store, or would be read otherwise on that day."""
    month, known = cells.month_number(made.month), received.files_of(store, made.data_set)
    own = [entry for entry in known if entry["fingerprint"] == made.sha256 and entry["month"] == month]
    is_told = made.state == DepartmentFile.State.MATCHED and _report_path(made).exists()
    return not (own and is_told) or received.reads_otherwise(own[0], day)


def leave_only(store: Store, files: Sequence[DepartmentFile], month: date) -> None:
    """Forgets rows of files that a run of the month does not read any more; files of later months stay for their runs."""
    wanted, last = {(f.sha256, cells.month_number(f.month)) for f in files}, cells.month_number(month)
    for entry in store.read_json(FILES, []):
        if entry["month"] <= last and (entry["fingerprint"], entry["month"]) not in wanted:
            received.forget(store, entry["fingerprint"], entry["month"])


def _report_path(made: DepartmentFile) -> Path:
    return stores.folder(made.county_id) / "quality" / f"{made.pk}.parquet"


def reasons(made: DepartmentFile) -> list[tuple[str, int]]:
    """Why rows were left out or need a look, the commonest first."""
    words = {reason.name.lower(): reason.value for reason in Reason}
    return sorted(((words.get(name, name), count) for name, count in made.counts.items()), key=lambda pair: -pair[1])


def report(made: DepartmentFile, most: int | None = None) -> Iterator[dict[str, str | int]]:
    """Rows of the quality report, numbers masked; `most`: only the first."""
    path = _report_path(made)
    rows = pq.read_table(path) if path.exists() else SCHEMA.empty_table()
    for row in (rows if most is None else rows.slice(0, most)).to_pylist():
        yield {
            "行号": row["line"], "是否采用": "是" if row["is_used"] else "否", "原因": row["says"], "列": row["column"],
            "证件号码": row["number"], "姓名": row["name"],
        }  # fmt: skip
