"""A verification asked for by a person or by the night, done by the worker; the page shows the last one."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from bangfu.accounts.models import User
from bangfu.bookkeeping import checking
from bangfu.bookkeeping.models import Posting
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.exchange.locks import run_lock
from bangfu.funds import proofs
from bangfu.funds.verifying.book_check import BookCheck
from bangfu.kernel import codes

TASK = "funds.verify"
State = BookCheck.State
_LOCK_SPACE = 0x42460142
_KILLED = "上次核验被中断了，请重新开始"
_FAILED = "核验时出了意外，请稍后重新开始；仍不行，请把编号 {} 报给管理员"


def start(place: Division, by: User | None) -> BookCheck:
    """The one that is at work already, or a new one."""
    for other in BookCheck.objects.filter(place=place, state=State.RUNNING):
        notice_kill(other)
    with suppress(IntegrityError), transaction.atomic():
        made = BookCheck.objects.create(place=place, by=by)
        app.configure_task(TASK, queue="exchange", allow_unknown=False).defer(check=made.pk)
        return made
    return BookCheck.objects.filter(place=place).latest("pk")


def work(pk: int) -> None:
    """Does it; does nothing when another worker has it, or when it is over."""
    with run_lock(_LOCK_SPACE, pk) as is_ours:
        found = BookCheck.objects.filter(pk=pk).first() if is_ours else None
        if found is None or not found.is_busy:
            return
        _set(found, state=State.RUNNING)
        try:
            results = checking.run(codes.bounds(found.place_id), proofs.CHECKS)
            here = Scope.of([found.place_id]).q("account__division")
            entries = Posting.objects.filter(here).values("entry").distinct().count()
        except Exception:  # the person must not wait for ever; the error goes on to the log
            _set(found, state=State.STOPPED, message=_FAILED.format(f"H{pk:06d}"))
            raise
        said = [[result.check.title, result.check.says, result.faults] for result in results]
        _set(found, state=State.DONE, finished_at=timezone.now(), entries=entries, results=said, message="")


def notice_kill(found: BookCheck) -> None:
    """One in hand whose lock is free has lost its worker: say so; another may be begun."""
    if found.state != State.RUNNING:
        return
    with run_lock(_LOCK_SPACE, found.pk) as is_free:
        if is_free and BookCheck.objects.filter(pk=found.pk, state=State.RUNNING).exists():
            _set(found, state=State.STOPPED, message=_KILLED)


def _set(found: BookCheck, **columns: Any) -> None:
    BookCheck.objects.filter(pk=found.pk).update(**columns)
    found.refresh_from_db()
