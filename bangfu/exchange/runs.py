"""The life of an import: upload → read → preview → confirm → written → perhaps undone. Every change of state is an act
of its own; work is all or nothing, and a killed worker is noticed by the lock it no longer holds."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import Any, BinaryIO

from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.exchange import aftermath, jobs, judging, progress, reading, registry, staging, writing
from bangfu.exchange.limits import limits
from bangfu.exchange.locks import run_lock
from bangfu.exchange.models import IN_HAND, ImportRun, StagedRow, State, Verdict
from bangfu.exchange.sheet import Book
from bangfu.exchange.sniff import Refused
from bangfu.exchange.writing import Overtaken

_LOCK_SPACE = 0x42460001
_AFTER_KILL = {
    State.READING: (State.UPLOADED, "上次读取被中断了。请点“继续”重新读取，不用再上传"),
    State.WRITING: (State.PREVIEWED, "上次写入被中断了，一行也没有写进去。请再次确认导入"),
    State.UNDOING: (State.DONE, "上次撤销被中断了，一行也没有撤销。可以再撤销一次"),
}
_AFTER_ERROR = {
    State.READING: (State.REFUSED, "读取时出了意外，没有任何改动。请稍后重新上传；仍不行，请把编号 {} 报给管理员"),
    State.WRITING: (State.PREVIEWED, "写入时出了意外，一行也没有写进去。请稍后再确认；仍不行，请把编号 {} 报给管理员"),
    State.UNDOING: (State.DONE, "撤销时出了意外，一行也没有撤销。请稍后再试；仍不行，请把编号 {} 报给管理员"),
}


class NotNow(Exception):
    """The act does not fit the state of the run (a second click, another window); the message says how it stands."""


def of(actor: Actor) -> QuerySet[ImportRun]:
    """Runs that the actor may see: their own."""
    return ImportRun.objects.filter(user=actor.user) if actor.user else ImportRun.objects.none()


def book_of(run: ImportRun) -> Book:
    book = registry.get(run.book)
    if book is None:
        raise Refused(f"“{run.title}”这种表格现在不能导入了")
    return book


def start(actor: Actor, book: Book, file: BinaryIO, name: str, size: int) -> ImportRun:
    """Keeps the upload and reads it, at once when it is small.

    Errors: Refused, when it is too large; nothing is kept then.
    """
    if size > limits().upload_bytes:
        raise Refused(
            f"文件有 {size / 2**20:.0f} MB，最多 {limits().upload_bytes // 2**20} MB。请按镇或按村分成几个文件"
        )
    if size == 0:
        raise Refused("文件是空的，里面没有内容")
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # BinaryIO has readinto
    file.seek(0)
    run = ImportRun(
        book=book.slug,
        title=book.title[:120],
        user=actor.user,
        ranges=[list(pair) for pair in actor.scope(Act.IMPORT, book.roles).ranges],
        file_name=PurePath(name).name[-200:],
        sha256=digest,
        size=size,
    )
    run.file.save(f"{digest}{PurePath(name).suffix.lower()[:6]}", File(file), save=False)
    run.save()
    proceed(run)
    return run


def proceed(run: ImportRun) -> None:
    """Work at once when little, else by a job; the page tells how far it is."""
    rows = run.recognised.get("rows", 0)
    small = run.size <= limits().bytes_at_once if run.state == State.UPLOADED else rows <= limits().rows_at_once
    if small:
        work(run.pk)
    else:
        jobs.defer(jobs.WORK_ON_IMPORT, run=run.pk)
    run.refresh_from_db()


def work(pk: int) -> None:
    """Does what the state asks for; does nothing when another worker has it."""
    with run_lock(_LOCK_SPACE, pk) as is_ours:
        if not is_ours:
            return
        run = ImportRun.objects.select_related("user").get(pk=pk)
        for in_hand, asked in IN_HAND.items():
            # in hand although the lock is free: the worker before us was killed, and its job has come to us
            if run.state in (asked, in_hand) and _move(run, State(run.state), in_hand):
                _do(run)


def _do(run: ImportRun) -> None:
    key = f"import:{run.pk}"
    with progress.of(key, run.get_state_display(), run.recognised.get("rows", 0)) as told:
        try:
            _ACTS[State(run.state)](run, told)
        except Refused as error:
            _finish(run, State.REFUSED, str(error))
        except Overtaken as error:
            _judge_again(run, f"预览之后有 {error.rows} 行的情况变了（可能有人刚改过），已重新核对。请看一遍再确认")
        except Exception:  # the person must not wait for ever; the error goes on to the log
            state, message = _AFTER_ERROR[State(run.state)]
            _finish(run, state, message.format(f"I{run.pk:06d}"))
            raise
        finally:
            progress.forget(key)


def _read(run: ImportRun, told: progress.Told) -> None:
    book = book_of(run)
    try:
        found = reading.read(book, run.file.path, run.file_name, run.scope, told)
        told.step("正在核对")
        run.recognised = found.told()
        _judge(run, book)
    finally:
        staging.drop_intake()


def _judge(run: ImportRun, book: Book) -> None:
    """Intake table → staged rows and counts, in one transaction."""
    with transaction.atomic():
        StagedRow.objects.filter(run=run).delete()
        written = run.recognised["written"]
        judgement = judging.judge(book, written, run.ranges, clears_blanks=run.clears_blanks)
        judgement.save(run.pk)
        judgement.drop()
        run.counts = judging.counts(run.pk)
        _finish(run, State.PREVIEWED, run.message)


def _judge_again(run: ImportRun, message: str) -> None:
    book = book_of(run)
    run.message = message
    with transaction.atomic():
        staging.create_intake()
        judging.recall(run.pk)
        _judge(run, book)
        staging.drop_intake()


def _write(run: ImportRun, told: progress.Told) -> None:
    with transaction.atomic():  # whoever sees it done sees how many rows, and a kill leaves neither without the other
        run.outcome = writing.commit(run, book_of(run), told.step)
        run.save(update_fields=["outcome"])
    run.state = State.DONE
    if found := aftermath.follow(run):
        run.outcome |= found
        run.save(update_fields=["outcome"])


def _undo(run: ImportRun, told: progress.Told) -> None:
    with transaction.atomic():
        aftermath.before_undo(run)
        run.outcome = {**run.outcome, **writing.undo(run, book_of(run), told.step)}
        run.save(update_fields=["outcome"])
    run.state = State.UNDONE
    if found := aftermath.follow(run):
        run.outcome |= found
        run.save(update_fields=["outcome"])


_ACTS = {State.READING: _read, State.WRITING: _write, State.UNDOING: _undo}


def confirm(run: ImportRun, actor: Actor, reason: str = "") -> None:
    """The owner agrees to the preview. Errors: NotNow for a second click, or when nothing is left to do."""
    book = book_of(run)
    if not totals(run)["ready"]:
        raise NotNow("没有可以导入的行")
    if run.scope.intersect(actor.scope(Act.IMPORT, book.roles)) != run.scope:
        raise NotNow("上传之后您的权限变了，请重新上传")
    if not _move(run, State.PREVIEWED, State.CONFIRMED, reason=reason.strip()[:200], message=""):
        raise NotNow("这次导入已经在写入，或者已经完成，不用再点")
    proceed(run)


def set_clears_blanks(run: ImportRun, clears: bool) -> None:
    """What blank cells mean; the rows are judged anew."""
    if run.state != State.PREVIEWED:
        raise NotNow("只能在确认之前修改")
    run.clears_blanks = clears
    run.save(update_fields=["clears_blanks"])
    _judge_again(run, "")


def ask_undo(run: ImportRun, reason: str = "") -> None:
    if not run.file:
        raise NotNow("超过保留期限，不能再撤销")
    if not _move(run, State.DONE, State.UNDO_ASKED, reason=reason.strip()[:200] or run.reason, message=""):
        raise NotNow("只有已导入的才能撤销，而且只能撤销一次")
    proceed(run)


def discard(run: ImportRun) -> None:
    """Away with the upload; nothing was written."""
    if not any(_move(run, state, State.DISCARDED) for state in (State.PREVIEWED, State.REFUSED, State.UPLOADED)):
        raise NotNow("已经写入的不能放弃，可以撤销")
    StagedRow.objects.filter(run=run).delete()
    run.file.delete()


def go_on(run: ImportRun) -> None:
    """Work that waits for a worker, done now by the one who waits."""
    work(run.pk)
    run.refresh_from_db()


def notice_kill(run: ImportRun) -> None:
    """A run in hand whose lock is free has lost its worker: say so, and put it back to where it can go on."""
    if run.state not in _AFTER_KILL:
        return
    with run_lock(_LOCK_SPACE, run.pk) as is_free:
        if is_free:
            state, message = _AFTER_KILL[State(run.state)]
            _move(run, State(run.state), state, message=message)


def totals(run: ImportRun) -> dict[str, int]:
    """Rows by verdict over all sheets; `ready`: what confirming would write."""
    total = {verdict.name.lower(): sum(c.get(verdict.value, 0) for c in run.counts.values()) for verdict in Verdict}
    return {**total, "ready": total["add"] + total["change"]}


def _move(run: ImportRun, before: State, after: State, **changes: Any) -> bool:
    """One step of the state, by whoever is first."""
    moved = ImportRun.objects.filter(pk=run.pk, state=before).update(state=after, changed_at=Now(), **changes)
    if moved:
        run.state = after
        for name, value in changes.items():
            setattr(run, name, value)
    return bool(moved)


def _finish(run: ImportRun, state: State, message: str) -> None:
    run.state, run.message = state, message
    run.save(update_fields=["state", "message", "recognised", "counts"])
