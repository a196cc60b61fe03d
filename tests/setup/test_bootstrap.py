"""`./run` before there is a venv: every obstacle is one clear line with a way out."""

import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from bangfu.site import bootstrap
from bangfu.site.bootstrap import Refusal

ROOT = bootstrap.ROOT
USAGE = namedtuple("USAGE", "total used free")
Calls = list[list[str]]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of its own with the locks and nothing made yet."""
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(bootstrap, "STAMPS", tmp_path / ".venv/installed")
    monkeypatch.setattr(bootstrap, "MARK", tmp_path / ".venv/made-by-run")
    return tmp_path


@pytest.fixture
def commands(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """No command really runs; `answers` maps a word of the command line to (exit code, output)."""
    answers: dict[str, tuple[int, str]] = {}
    calls: Calls = []

    def run(command: list[Any], **keywords: Any) -> subprocess.CompletedProcess[str]:
        line = [str(part) for part in command]
        calls.append(line)
        if "venv" in line:
            (checkout / ".venv/bin").mkdir(parents=True, exist_ok=True)
        if line[1:] == ["-c", ""] and not (checkout / ".venv/bin").exists():
            return subprocess.CompletedProcess(line, 127, "", "")
        code, output = next((answer for word, answer in answers.items() if word in " ".join(line)), (0, ""))
        return subprocess.CompletedProcess(line, code, output, "")

    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    return {"answers": answers, "calls": calls}


def _said(error: pytest.ExceptionInfo[Refusal]) -> str:
    return str(error.value)


def test_a_first_start_without_uv_makes_the_venv_gets_uv_and_installs(commands: dict[str, Any], checkout: Path) -> None:
    bootstrap.prepare(["demo"])
    lines = [" ".join(call) for call in commands["calls"]]
    assert any("-m venv" in line and "--without-pip" not in line for line in lines)
    assert any("-m pip install" in line and "boot.lock" in line for line in lines)
    assert any(f"{checkout}/.venv/bin/uv pip install" in line and "demo.lock" in line for line in lines)
    assert all("--require-hashes" in line for line in lines if " install " in line)
    assert bootstrap.is_installed("demo") and bootstrap.is_installed("app")
    assert not bootstrap.is_installed("dev")


def test_a_second_start_installs_nothing(commands: dict[str, Any]) -> None:
    bootstrap.prepare(["demo"])
    commands["calls"].clear()
    bootstrap.prepare(["app", "demo"])
    assert [call for call in commands["calls"] if "install" in call or "venv" in call] == []


def test_a_changed_lock_is_installed(commands: dict[str, Any], checkout: Path) -> None:
    bootstrap.prepare(["demo"])
    commands["calls"].clear()
    with open(checkout / "requirements/demo.lock", "a") as lock:
        lock.write("\n")
    bootstrap.prepare(["demo"])
    assert any("demo.lock" in " ".join(call) for call in commands["calls"])


def test_a_venv_that_was_never_finished_is_made_anew(commands: dict[str, Any], checkout: Path) -> None:
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/bin/half").touch()
    (checkout / ".venv/made-by-run").touch()
    bootstrap.prepare(["demo"])
    assert not (checkout / ".venv/bin/half").exists()


def test_packages_of_a_killed_installation_are_laid_anew(commands: dict[str, Any], checkout: Path) -> None:
    commands["answers"]["demo.lock"] = (137, "Killed")
    with pytest.raises(Refusal):
        bootstrap.prepare(["demo"])
    del commands["answers"]["demo.lock"]
    bootstrap.prepare(["demo"])
    last = next(line for call in reversed(commands["calls"]) if "demo.lock" in (line := " ".join(call)))
    assert "--reinstall" in last
    commands["calls"].clear()
    bootstrap.prepare(["dev"])
    assert not any("reinstall" in " ".join(call) for call in commands["calls"])


def test_a_venv_that_somebody_made_by_hand_is_used_and_kept(commands: dict[str, Any], checkout: Path) -> None:
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/mine").touch()
    bootstrap.prepare(["demo"])
    assert (checkout / ".venv/mine").exists()
    assert bootstrap.is_installed("demo")


def test_a_venv_of_somebody_that_does_not_work_is_not_deleted(commands: dict[str, Any], checkout: Path) -> None:
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/mine").touch()
    commands["answers"]["/.venv/bin/python -c "] = (127, "")
    with pytest.raises(Refusal, match="移走"):
        bootstrap.prepare(["demo"])
    assert (checkout / ".venv/mine").exists()


def test_a_venv_whose_python_is_gone_is_made_anew(commands: dict[str, Any], checkout: Path) -> None:
    bootstrap.prepare(["demo"])
    (checkout / ".venv/old").touch()
    commands["answers"]["/.venv/bin/python -c "] = (127, "")
    bootstrap.prepare(["demo"])
    assert not (checkout / ".venv/old").exists()


def test_a_python_without_venv_says_what_to_install(commands: dict[str, Any]) -> None:
    commands["answers"] |= {"-m venv": (1, "ensurepip is not available"), "import ensurepip": (1, "")}
    with pytest.raises(Refusal) as error:
        bootstrap.prepare(["demo"])
    assert "apt install python3-venv" in _said(error)
    assert "\n" not in _said(error)


@pytest.mark.parametrize("output", ["OSError: [Errno 28] No space left on device", "failed (os error 28)"])
@pytest.mark.parametrize("step", ["-m venv", "boot.lock", "demo.lock"])
def test_a_full_disk_is_said_whatever_step_meets_it(commands: dict[str, Any], step: str, output: str) -> None:
    commands["answers"][step] = (1, f"Traceback\n{output}\nbye")
    with pytest.raises(Refusal) as error:
        bootstrap.prepare(["demo"])
    assert "磁盘空间不足" in _said(error)
    assert "\n" not in _said(error)


def test_too_little_space_is_said_before_anything_is_written(
    commands: dict[str, Any], checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda path: USAGE(10**12, 10**12, 3 * 10**8))
    with pytest.raises(Refusal, match=r"只剩 0\.3 GB.*需要 1\.5 GB"):
        bootstrap.prepare(["demo"])
    assert not (checkout / ".venv").exists()


def test_where_uv_gets_nothing_pip_is_tried_with_its_own_configuration(commands: dict[str, Any]) -> None:
    commands["answers"]["uv pip install"] = (2, "error: tls handshake eof")
    bootstrap.prepare(["demo"])
    assert any("-m pip install" in " ".join(call) and "demo.lock" in " ".join(call) for call in commands["calls"])
    assert bootstrap.is_installed("demo")


def test_packages_that_do_not_come_point_at_the_network(commands: dict[str, Any]) -> None:
    commands["answers"]["demo.lock"] = (1, "error: Failed to fetch\n  Caused by: dns error")
    with pytest.raises(Refusal) as error:
        bootstrap.prepare(["demo"])
    assert "dns error" in _said(error)
    assert "软件源" in _said(error)
    assert "\n" not in _said(error)
    assert not bootstrap.is_installed("demo")


def test_a_folder_of_somebody_else_is_said(commands: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.os, "access", lambda path, mode: False)
    with pytest.raises(Refusal, match="不能写入.*chown"):
        bootstrap.prepare(["demo"])


@pytest.mark.parametrize(
    ("command", "mode", "node", "built", "locks"),
    [
        ("demo", "demo", True, False, ["demo"]),
        ("demo", "demo", False, True, ["demo", "node"]),
        ("test", "demo", True, False, ["dev"]),
        ("bangfu", "demo", False, True, ["demo"]),
        ("bangfu", "production", True, False, ["app"]),
        ("bangfu", "production", False, False, ["app", "node"]),
        ("bangfu", "production", False, True, ["app"]),
    ],
)
def test_each_command_takes_only_what_it_runs(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, command: str, mode: str, node: bool, built: bool, locks: list[str]
) -> None:
    monkeypatch.setattr(bootstrap, "node_of_machine", lambda: node)
    if built:
        (checkout / "static/dist").mkdir(parents=True)
        (checkout / "static/dist/app.js").touch()
    assert bootstrap.wanted(command, mode) == locks


@pytest.mark.parametrize(
    ("version", "fits"), [("v20.20.2\n", True), ("v24.1.0\n", True), ("v18.19.0\n", False), ("", False)]
)
def test_only_a_node_that_can_build_is_used(monkeypatch: pytest.MonkeyPatch, version: str, fits: bool) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    done = subprocess.CompletedProcess([], 0, version, "")
    monkeypatch.setattr(bootstrap.subprocess, "run", lambda *a, **k: done)
    assert bootstrap.node_of_machine() is fits


def _run(path: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "run", *arguments], env={"PATH": path, **environment}, capture_output=True, text=True, timeout=60
    )


def _tools(folder: Path) -> str:
    """A PATH with the two commands the script itself needs."""
    folder.mkdir()
    for tool in ("dirname", "sh"):
        (folder / tool).symlink_to(shutil.which(tool) or "")
    return str(folder)


@pytest.mark.parametrize("python", [None, "exit 127", "exit 1"], ids=["none", "shim that fails", "too old"])
def test_without_a_python_that_fits_one_line_says_so(tmp_path: Path, python: str | None) -> None:
    path = _tools(tmp_path / "bin")
    if python:
        shim = tmp_path / "bin/python3"
        shim.write_text(f"#!/bin/sh\n{python}\n")
        shim.chmod(0o755)
    done = _run(path, "demo")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "3.11" in done.stderr and "apt install python3 python3-venv" in done.stderr
    assert done.stdout == ""


def test_the_python_that_is_named_is_taken_and_no_other(tmp_path: Path) -> None:
    path = f"{_tools(tmp_path / 'bin')}:{sys.base_prefix}/bin"
    assert _run(path, BANGFU_PYTHON=str(tmp_path / "nothing here/python3")).returncode == 1
    assert _run(path).returncode == 0


@pytest.mark.parametrize("arguments", [[], ["help"], ["--help"]])
def test_help_needs_no_set_up(arguments: list[str]) -> None:
    done = _run("/usr/bin:/bin", *arguments)
    assert done.returncode == 0
    assert "./run demo" in done.stdout


def test_an_unknown_command_shows_the_known_ones() -> None:
    done = _run("/usr/bin:/bin", "dmeo")
    assert done.returncode == 2
    assert "./run demo" in done.stdout


def test_where_bytecode_is_forbidden_beside_the_sources_it_is_kept_in_var(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    assert "PYTHONPYCACHEPREFIX" not in bootstrap.environment()
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    made = bootstrap.environment()
    assert "PYTHONDONTWRITEBYTECODE" not in made
    assert made["PYTHONPYCACHEPREFIX"] == str(bootstrap.ROOT / "var/pycache")
