"""Server and worker of the demo: one parent that starts them, waits until they answer, and ends them by number.

A parent killed outright leaves children behind. They stand in a record beside a lock that the kernel frees with the
parent, so the next start (or `./run stop`) ends them.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bangfu.site.bootstrap import ROOT, Refusal

GRACE_SECONDS = 25
READY_SECONDS = 120


@dataclass
class Supervisor:
    """Holds the lock of this checkout's demo while the context is open."""

    folder: Path
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def record(self) -> Path:
        return self.folder / "demo.json"

    @contextmanager
    def claimed(self, port: int) -> Iterator[None]:
        """Errors: Refusal when a demo of this checkout is up or starting."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "demo.lock", "a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                other = read(self.record)
                raise Refusal(
                    f"演示系统已在运行或正在启动：http://127.0.0.1:{other.get('port', port)}/"
                    f"（进程 {other.get('pid', '?')}）。停止它：./run stop"
                ) from None
            end_left_behind(self.record)
            self._write(port)
            try:
                yield
            finally:
                self.end()
                self.record.unlink(missing_ok=True)

    def start(self, name: str, command: list[str], port: int, log: Path) -> None:
        """In a session of its own: Ctrl-C reaches the parent alone, which then ends the children in order.

        In our folder: granian looks for modules first where it stands, which may be another checkout.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "ab") as output:
            self.children[name] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
            )
        self._write(port)

    def _write(self, port: int) -> None:
        pids = [child.pid for child in self.children.values()]
        self.record.write_text(json.dumps({"pid": os.getpid(), "port": port, "children": pids}))

    def wait_ready(self, port: int, log: Path) -> None:
        """Errors: Refusal with the end of the log."""
        deadline = time.monotonic() + READY_SECONDS
        while not _answers(port):
            self.check(log)
            if time.monotonic() > deadline:
                raise Refusal(f"服务器 {READY_SECONDS} 秒内没有就绪。日志 {log} 末尾：\n{_tail(log)}")
            time.sleep(0.1)

    def has_ended(self, name: str) -> bool:
        return self.children[name].poll() is not None

    def check(self, log: Path) -> None:
        """Errors: Refusal when a child has ended by itself."""
        for name, child in self.children.items():
            if child.poll() is not None:
                raise Refusal(f"{name}意外停止（退出码 {child.returncode}）。日志 {log} 末尾：\n{_tail(log)}")

    def end(self) -> None:
        for child in reversed(self.children.values()):
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for name, child in self.children.items():
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                print(f"{name} {GRACE_SECONDS} 秒内没有停下，已强行结束；没做完的下次启动接着做。", flush=True)
            _signal_group(child.pid, signal.SIGKILL)  # also what the child itself left behind
            child.wait()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _tail(log: Path) -> str:
    return log.read_text(errors="replace").strip()[-1500:] if log.exists() else ""


def read(record: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(record.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def is_running(folder: Path) -> bool:
    if not (folder / "demo.lock").exists():
        return False
    with open(folder / "demo.lock", "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def stop(folder: Path) -> bool:
    """End the demo of this checkout; false when there was none. Errors: Refusal when it doesn't end."""
    record = folder / "demo.json"
    found = is_running(folder)
    if found and (pid := read(record).get("pid")):
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 2 * GRACE_SECONDS + 10
        while is_running(folder):
            if time.monotonic() > deadline:
                raise Refusal(f"演示系统（进程 {pid}）没有停下来：请执行 kill -9 {pid}，再运行一次 ./run stop。")
            time.sleep(0.1)
    return end_left_behind(record) or found


def end_left_behind(record: Path) -> bool:
    """Children of a parent that was killed. A number may by now be another program's: its command line tells."""
    ended = False
    for pid in read(record).get("children", []):
        if _is_ours(pid):
            _signal_group(pid, signal.SIGTERM)
            deadline = time.monotonic() + GRACE_SECONDS
            while _is_ours(pid) and time.monotonic() < deadline:
                time.sleep(0.1)
            _signal_group(pid, signal.SIGKILL)
            ended = True
    record.unlink(missing_ok=True)
    return ended


def _is_ours(pid: int) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        if sys.platform == "linux":
            return False
        shown = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
        command = shown.stdout
    return str(ROOT) in command and "bangfu.site" in command


def _signal_group(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, number)
