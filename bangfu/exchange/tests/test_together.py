"""Killed workers and people at the same time: all or nothing, nothing twice, nothing lost without a word."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from bangfu.accounts.actor import Actor
from bangfu.exchange import runs, writing
from bangfu.exchange.locks import run_lock
from bangfu.exchange.models import ImportRun, State
from bangfu.exchange.runs import NotNow
from bangfu.exchange.tests.conftest import Start
from bangfu.exchange.tests.files import family, member, workbook
from bangfu.exchange.tests.toys.models import Family, Member

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = """
import os, signal, sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.MEDIA_ROOT = sys.argv[2]
django.setup()
from bangfu.exchange import judging, registry, runs, writing
from bangfu.exchange.tests.toys.models import BOOK
registry.register(BOOK)

def killed(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

module, name = sys.argv[3].split(".")
setattr({"writing": writing, "judging": judging}[module], name, killed)
runs.work(int(sys.argv[4]))
"""


def work_until_killed(run: ImportRun, at: str) -> None:
    """Another process takes the run in hand and dies at the named function."""
    arguments = [connection.settings_dict["NAME"], str(settings.MEDIA_ROOT), at, str(run.pk)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bangfu.site.test_settings"}
    done = subprocess.run(
        [sys.executable, "-c", WORKER, *arguments],
        env=environment,
        cwd=settings.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    _wait_until_free(run)


def _wait_until_free(run: ImportRun) -> None:
    """The database notices a dead client within moments, not at once."""
    for _ in range(100):
        with run_lock(runs._LOCK_SPACE, run.pk) as is_free:
            if is_free:
                return
        time.sleep(0.1)
    raise AssertionError("the lock of the killed worker is still held")


def confirmed_for_a_job(run: ImportRun, actor: Actor, limits: Any) -> None:
    limits.EXCHANGE = {"rows_at_once": 0}
    runs.confirm(run, actor)
    assert run.state == State.CONFIRMED


def test_killed_while_writing_leaves_nothing_and_can_go_on(
    start: Start, county: Actor, tmp_path: Path, settings: Any
) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1)], 人=[member(1)]))
    confirmed_for_a_job(run, county, settings)
    work_until_killed(run, "writing._update")  # families are inserted by then
    run.refresh_from_db()
    assert run.state == State.WRITING
    assert not Family.objects.exists() and not Member.objects.exists()
    runs.notice_kill(run)
    assert run.state == State.PREVIEWED
    assert "一行也没有写进去" in run.message
    settings.EXCHANGE = {}
    runs.confirm(run, county)
    assert (run.state, Family.objects.count(), Member.objects.count()) == (State.DONE, 1, 1)


def test_a_job_that_is_run_again_after_a_kill_finishes_the_work(
    start: Start, county: Actor, tmp_path: Path, settings: Any
) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1)]))
    confirmed_for_a_job(run, county, settings)
    work_until_killed(run, "writing._insert")
    runs.work(run.pk)
    run.refresh_from_db()
    assert (run.state, Family.objects.count()) == (State.DONE, 1)


def test_killed_while_reading_is_read_again_without_a_new_upload(start: Start, tmp_path: Path, settings: Any) -> None:
    settings.EXCHANGE = {"bytes_at_once": 0}
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1)]))
    work_until_killed(run, "judging.judge")
    run.refresh_from_db()
    assert run.state == State.READING
    assert not run.rows.exists()
    runs.notice_kill(run)
    assert run.state == State.UPLOADED
    runs.go_on(run)
    assert runs.totals(run)["add"] == 1


def test_killed_while_undoing_undoes_nothing(start: Start, county: Actor, tmp_path: Path, settings: Any) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1)], 人=[member(1)]))
    runs.confirm(run, county)
    settings.EXCHANGE = {"rows_at_once": 0}
    runs.ask_undo(run)
    work_until_killed(run, "writing._uses")
    run.refresh_from_db()
    assert run.state == State.UNDOING
    runs.notice_kill(run)
    assert run.state == State.DONE
    assert Member.objects.count() == 1


def together(*acts: Callable[[], object]) -> list[object]:
    """Runs the acts at once, each in its own thread and session; returns what each gave or raised."""
    results: list[object] = [None] * len(acts)
    barrier = Barrier(len(acts))

    def perform(place: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[place] = act()
        except Exception as error:  # noqa: BLE001 (handed to the test)
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=perform, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_two_confirmations_at_once_write_once_and_the_second_is_told(
    start: Start, county: Actor, tmp_path: Path
) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(serial) for serial in range(20)]))
    copies = [ImportRun.objects.get(pk=run.pk) for _ in range(2)]
    results = together(*(lambda copy=copy: runs.confirm(copy, county) for copy in copies))  # type: ignore[misc]
    assert sum(isinstance(result, NotNow) for result in results) == 1, results
    run.refresh_from_db()
    assert (run.state, Family.objects.count()) == (State.DONE, 20)


def test_two_imports_of_the_same_rows_at_once_double_nothing(start: Start, county: Actor, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 户=[family(serial) for serial in range(20)])
    both = [start(path), start(path)]
    assert not [r for r in together(*(lambda run=run: runs.confirm(run, county) for run in both)) if r]  # type: ignore[misc]
    assert Family.objects.count() == 20
    states = sorted(ImportRun.objects.values_list("state", flat=True))
    assert states == [State.DONE, State.PREVIEWED]
    assert "20 行的情况变了" in ImportRun.objects.get(state=State.PREVIEWED).message


def test_an_edit_that_waits_for_an_import_is_not_overwritten_nor_lost(
    start: Start, county: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the import holds the row, an edit by version waits, and then finds that the row has changed."""
    runs.confirm(start(workbook(tmp_path / "a.xlsx", 户=[family(1)])), county)
    run = start(workbook(tmp_path / "b.xlsx", 户=[family(1, 住址="表里的")]))
    holds, update = Barrier(2), writing._update

    def slowly(batch: Any) -> int:
        holds.wait(20)
        return update(batch)

    monkeypatch.setattr(writing, "_update", slowly)

    def edit() -> int:
        holds.wait(20)
        return Family.objects.filter(family_no="F00001", version=1).update(address="表单里的", version=2)

    _, edited = together(lambda: runs.confirm(run, county), edit)
    assert edited == 0, "the editor is told that somebody was first"
    assert Family.objects.get().address == "表里的"


def test_a_worker_leaves_a_run_alone_that_another_has_in_hand(
    start: Start, county: Actor, tmp_path: Path, settings: Any
) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1)]))
    confirmed_for_a_job(run, county, settings)
    with run_lock(runs._LOCK_SPACE, run.pk) as is_ours:
        assert is_ours
        together(lambda: runs.work(run.pk))
        run.refresh_from_db()
        assert run.state == State.CONFIRMED
    runs.work(run.pk)
    assert Family.objects.count() == 1
