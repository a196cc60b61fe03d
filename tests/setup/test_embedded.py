"""The embedded server starts whatever an earlier run left behind, and never stops under another program."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bangfu.site import embedded, programs
from bangfu.site.bootstrap import ROOT

NAME = "shop"


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A cluster of its own, as root beside the checkout."""
    data = tmp_path / "中 文" / "pgdata"
    yield data
    embedded.stop(data)
    shutil.rmtree(embedded._files(data), ignore_errors=True)
    shutil.rmtree(embedded.socket_folder(data), ignore_errors=True)


def _answer(data: Path) -> int:
    with psycopg.connect(embedded.database_url(data, NAME)) as session:
        row = session.execute("select 41 + 1").fetchone()
        assert row
        return int(row[0])


def _start(data: Path) -> str:
    """Python of another program that uses the same server."""
    use = f"embedded.ensure(pathlib.Path({str(data)!r}), {NAME!r})"
    return f"import pathlib\nfrom bangfu.site import embedded\n{use}"


def test_it_starts_once_and_is_found_again(data: Path) -> None:
    assert embedded.ensure(data, NAME) == embedded.ensure(data, NAME)
    assert _answer(data) == 42
    assert embedded.stop(data)
    with pytest.raises(psycopg.OperationalError):
        _answer(data)


def test_an_initdb_that_was_killed_half_way_is_begun_anew(data: Path) -> None:
    data.parent.mkdir(parents=True)
    files = embedded._files(data)
    files.mkdir()
    (files / "PG_VERSION").write_text("18\n")
    (files / "base").mkdir()
    if owner := embedded._run_as():
        os.chown(files, owner.pw_uid, -1)
    embedded.ensure(data, NAME)
    assert _answer(data) == 42


def test_a_pid_file_of_a_dead_server_is_no_obstacle(data: Path) -> None:
    embedded.ensure(data, NAME)
    assert embedded.stop(data)
    (embedded._files(data) / "postmaster.pid").write_text(f"{os.getpid()}\n{embedded._files(data)}\n0\n0\n\n\n\n")
    embedded.ensure(data, NAME)
    assert _answer(data) == 42


def test_a_socket_swept_from_the_temp_folder_comes_back(data: Path) -> None:
    embedded.ensure(data, NAME)
    shutil.rmtree(embedded.socket_folder(data))
    embedded.ensure(data, NAME)
    assert _answer(data) == 42


def test_it_is_not_stopped_under_another_program(data: Path) -> None:
    embedded.ensure(data, NAME)
    other = subprocess.Popen(
        [sys.executable, "-c", f"{_start(data)}\nprint('up', flush=True)\nimport sys\nsys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    assert other.stdout and other.stdout.readline() == "up\n"
    assert embedded.stop(data) is False
    assert _answer(data) == 42
    other.communicate("")
    assert embedded.stop(data) is True


def test_two_starts_at_the_same_time_share_one_server(data: Path) -> None:
    starts = [subprocess.Popen([sys.executable, "-c", _start(data)], cwd=ROOT) for _ in range(3)]
    assert [start.wait(timeout=120) for start in starts] == [0, 0, 0]
    assert _answer(data) == 42


def test_data_of_another_version_are_not_touched(data: Path) -> None:
    embedded.ensure(data, NAME)
    assert embedded.stop(data)
    version = embedded._files(data) / "PG_VERSION"
    version.write_text("9\n")
    with pytest.raises(embedded.NoServer, match="PostgreSQL 9 .*backup"):
        embedded.ensure(data, NAME)
    assert (embedded._files(data) / "base").is_dir()


def test_a_folder_somebody_else_made_is_refused(data: Path) -> None:
    data.parent.mkdir(parents=True)
    (data.parent / "elsewhere").mkdir()
    embedded.socket_folder(data).symlink_to(data.parent / "elsewhere")
    try:
        with pytest.raises(embedded.NoServer, match="属于别的用户"):
            embedded.ensure(data, NAME)
    finally:
        embedded.socket_folder(data).unlink()


def test_no_port_is_opened(data: Path) -> None:
    embedded.ensure(data, NAME)
    with psycopg.connect(embedded.database_url(data, NAME)) as session:
        assert session.execute("show listen_addresses").fetchone() == ("",)


def test_a_missing_program_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BANGFU_PG_BIN", str(tmp_path))
    with pytest.raises(embedded.NoServer, match="BANGFU_PG_BIN"):
        programs.folder()
    monkeypatch.delenv("BANGFU_PG_BIN")
    monkeypatch.setattr(programs, "folders", lambda: [])
    with pytest.raises(embedded.NoServer, match="DATABASE_URL"):
        programs.folder()
