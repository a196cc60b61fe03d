"""The demo's server and worker: claimed once, ended always, also after a parent that was killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bangfu.site import ports, supervise
from bangfu.site.bootstrap import ROOT, Refusal

SLEEPER = "import time; time.sleep(60)"


@pytest.fixture
def supervisor(tmp_path: Path) -> supervise.Supervisor:
    return supervise.Supervisor(tmp_path)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_second_start_is_told_where_the_first_one_is(supervisor: supervise.Supervisor, tmp_path: Path) -> None:
    with supervisor.claimed(8123):
        where = rf"已在运行.*:8123/.*进程 {os.getpid()}.*\./run stop"
        with pytest.raises(Refusal, match=where), supervise.Supervisor(tmp_path).claimed(8124):
            pass
        assert supervise.is_running(tmp_path)
    assert not supervise.is_running(tmp_path)


def test_a_lock_file_left_behind_stops_nobody(supervisor: supervise.Supervisor, tmp_path: Path) -> None:
    (tmp_path / "demo.lock").write_text("from yesterday")
    (tmp_path / "demo.json").write_text("{ half")
    with supervisor.claimed(8123):
        assert json.loads((tmp_path / "demo.json").read_text())["pid"] == os.getpid()


def test_children_end_with_the_context_in_any_case(supervisor: supervise.Supervisor, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), supervisor.claimed(8123):
        supervisor.start("甲", [sys.executable, "-c", SLEEPER], 8123, tmp_path / "log")
        pid = supervisor.children["甲"].pid
        assert _alive(pid)
        raise RuntimeError
    assert not _alive(pid)
    assert not (tmp_path / "demo.json").exists()


def test_children_that_will_not_end_are_killed_within_one_grace_and_named(
    supervisor: supervise.Supervisor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(supervise, "GRACE_SECONDS", 1)
    deaf = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); {SLEEPER}"
    with supervisor.claimed(8123):
        for name in ("甲", "乙"):
            supervisor.start(name, [sys.executable, "-c", deaf], 8123, tmp_path / name)
            while "up" not in (tmp_path / name).read_text():
                time.sleep(0.05)
        began = time.monotonic()
    assert time.monotonic() - began < 1.9
    assert capsys.readouterr().out.count("没有停下，已强行结束") == 2


def test_children_stand_in_the_folder_of_this_checkout_wherever_it_was_started(
    supervisor: supervise.Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with supervisor.claimed(8123):
        supervisor.start("甲", [sys.executable, "-c", "import os; print(os.getcwd())"], 8123, tmp_path / "log")
        supervisor.children["甲"].wait(timeout=30)
    assert (tmp_path / "log").read_text().strip() == str(ROOT)


def test_a_child_that_ends_by_itself_is_reported_with_its_last_words(
    supervisor: supervise.Supervisor, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with supervisor.claimed(8123):
        supervisor.start("网站", [sys.executable, "-c", "raise SystemExit('没有内存')"], 8123, log)
        with pytest.raises(Refusal, match=r"网站意外停止（退出码 1）(.|\n)*没有内存"):
            supervisor.wait_ready(_free_port(), log)


def test_what_a_killed_parent_left_is_ended_at_the_next_start(supervisor: supervise.Supervisor, tmp_path: Path) -> None:
    ours = subprocess.Popen(
        [sys.executable, "-c", SLEEPER, f"{ROOT}/.venv", "bangfu.site.wsgi"], start_new_session=True
    )
    other = subprocess.Popen([sys.executable, "-c", SLEEPER], start_new_session=True)
    (tmp_path / "demo.json").write_text(json.dumps({"pid": 1, "port": 1, "children": [ours.pid, other.pid, 2**22]}))
    try:
        with supervisor.claimed(8123):
            assert ours.wait(timeout=30) == -signal.SIGTERM
            assert other.poll() is None, "a number that now belongs to another program"
    finally:
        other.kill()
        other.wait()


def test_stop_ends_the_parent_and_waits_for_it(tmp_path: Path) -> None:
    script = (
        "import sys, time, pathlib; from bangfu.site import supervise\n"
        f"with supervise.Supervisor(pathlib.Path({str(tmp_path)!r})).claimed(8123):\n"
        "    print('up', flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=ROOT, text=True)
    threading.Thread(target=parent.wait, daemon=True).start()
    assert parent.stdout and parent.stdout.readline() == "up\n"
    assert supervise.stop(tmp_path) is True
    assert not supervise.is_running(tmp_path)
    assert supervise.stop(tmp_path) is False
    parent.stdout.close()


def test_a_port_in_use_names_who_has_it_and_another_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refusal) as error:
            ports.demand_free(port, "PORT=8001 ./run demo")
    said = str(error.value)
    assert f"端口 {port} 被占用" in said and "PORT=8001 ./run demo" in said
    if sys.platform == "linux":
        assert f"进程 {os.getpid()}" in said
    assert "\n" not in said


def test_a_port_that_was_just_left_is_free() -> None:
    ports.demand_free(_free_port(), "")


def _demo(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "bangfu.site", "demo", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT), "BANGFU_VAR": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_demo_refuses_a_taken_port_before_any_work(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        began = time.monotonic()
        done = _demo(tmp_path, PORT=str(port))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1 and f"PORT={port + 1} ./run demo" in done.stderr
    assert not (tmp_path / "pgdata").exists()
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("port", ["abc", "0", "70000", "80.5", "-1"])
def test_a_port_that_is_no_port_is_said(tmp_path: Path, port: str) -> None:
    done = _demo(tmp_path, f"--port={port}")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [done.stderr.strip()]
    assert "不是端口号" in done.stderr


def test_a_signal_to_the_group_of_a_process_that_ended_is_no_error() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    gone.wait()
    supervise._signal_group(gone.pid, signal.SIGTERM)
