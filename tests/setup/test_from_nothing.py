"""From a fresh checkout to the first page: as this user, as a stranger without Node and uv, killed and begun again."""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bangfu.site import embedded
from bangfu.site.bootstrap import ROOT
from tests.architecture.tree import files

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 600
READY = "就绪（"
#: all that a bare Debian has and the set-up uses
BARE = ("sh", "env", "dirname")


@dataclass
class Checkout:
    """A copy of this checkout with nothing made in it, and the person who works there."""

    root: Path
    port: int
    environment: dict[str, str]
    user: str | None = None
    starts: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, name: str, *arguments: str) -> Path:
        """Runs in the background; gives the file its output goes to."""
        output = self.root / f"{name}.out"
        with open(output, "wb") as sink:
            process = subprocess.Popen(
                [self.root / "run", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_as_in_the_background,
                **self._common(),
            )
        self.starts.append(process)
        return output

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.root / "run", *arguments], capture_output=True, text=True, timeout=PATIENCE_SECONDS, **self._common()
        )

    def _common(self) -> dict[str, object]:
        who = {"user": self.user, "group": "nogroup", "extra_groups": []} if self.user else {}
        return {"env": self.environment | {"PORT": str(self.port)}, "cwd": "/", **who}

    def wait_for(self, output: Path, text: str) -> str:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in (said := output.read_text(errors="replace")):
            assert self.starts[-1].poll() is None, f"ended before “{text}”:\n{said}"
            assert time.monotonic() < deadline, f"no “{text}” in time:\n{said}"
            time.sleep(0.2)
        return said

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def is_listening(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def end(self) -> None:
        for process in self.starts:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=120)
        if (self.root / ".venv/bin/python").exists():
            self.run("stop")


def _as_in_the_background() -> None:
    """`sh` lets what it starts with & ignore SIGINT; whoever sends one by hand means it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def checkout() -> Iterator[Checkout]:
    folder = Path(tempfile.mkdtemp(prefix="bangfu-setup-"))
    root = folder / "check out"
    for path in files("*"):
        target = root / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("BANGFU_", "DATABASE_", "DJANGO_"))}
    made = Checkout(root, _free_port(), kept | {"PYTHONUNBUFFERED": "1"})
    yield made
    made.end()
    shutil.rmtree(embedded._files(root / "var/pgdata"), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def _as_stranger(checkout: Checkout, *, user: str | None) -> None:
    """An empty home, a PATH of three tools and Python: no Node, no npm, no uv."""
    folder = checkout.root.parent
    tools, home = folder / "bin", folder / "home"
    tools.mkdir()
    home.mkdir()
    for tool in BARE:
        (tools / tool).symlink_to(shutil.which(tool) or "")
    (tools / "python3").symlink_to("/usr/bin/python3" if user else sys.executable)
    personal = ("HOME", "USER", "LOGNAME", "PATH", "VIRTUAL_ENV", "PYTHONPATH", "TMPDIR", "PYTEST_CURRENT_TEST")
    checkout.environment = {k: v for k, v in checkout.environment.items() if k not in personal and "XDG" not in k}
    checkout.environment |= {"HOME": str(home), "PATH": str(tools)}
    checkout.user = user
    if user:
        owner = pwd.getpwnam(user)
        folder.chmod(0o755)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)


def test_a_start_that_was_killed_is_begun_again_and_a_second_start_is_quick(checkout: Checkout) -> None:
    first = checkout.start("first", "demo", "--households", "50")
    checkout.wait_for(first, "前端资源")
    time.sleep(2)
    os.killpg(checkout.starts[0].pid, signal.SIGKILL)

    began = time.monotonic()
    said = checkout.wait_for(checkout.start("again", "demo", "--households", "50"), READY)
    took = time.monotonic() - began
    assert f"http://127.0.0.1:{checkout.port}/" in said
    assert "县局 xianju" in said and "bangfu-demo-2026" in said
    assert [checkout.status(path) for path in ("/health/ready", "/accounts/login/", "/static/dist/app.js")] == [200] * 3

    other = checkout.run("demo")
    assert other.returncode == 1
    assert len(other.stderr.splitlines()) == 1 and "已在运行" in other.stderr

    os.kill(checkout.starts[-1].pid, signal.SIGKILL)  # the parent alone: server and worker are orphans now
    checkout.starts[-1].wait()
    began = time.monotonic()
    said = checkout.wait_for(checkout.start("third", "demo"), READY)
    assert time.monotonic() - began < max(took, 60)
    assert not re.search("安装|建表|装入|生成", said), said

    assert checkout.run("stop").returncode == 0
    assert checkout.starts[-1].wait(timeout=60) == 0
    assert not checkout.is_listening()
    assert not list(embedded.socket_folder(checkout.root / "var/pgdata").glob(".s.PGSQL.*[0-9]"))


@pytest.mark.skipif(
    os.getuid() != 0 or not Path("/usr/bin/python3").exists(), reason="only root can become another user"
)
def test_a_stranger_without_node_and_uv_gets_to_the_first_page(checkout: Checkout) -> None:
    _as_stranger(checkout, user="nobody")
    checkout.wait_for(checkout.start("demo", "demo", "--households", "50"), READY)
    assert checkout.status("/accounts/login/") == 200
    for _ in range(2):  # the second one changes nothing
        checkout.starts[-1].send_signal(signal.SIGINT)
        time.sleep(0.5)
    assert checkout.starts[-1].wait(timeout=60) == 0
    assert not checkout.is_listening()
    assert (checkout.root / "var/pgdata/PG_VERSION").exists()
    assert not list((checkout.root / "var/pgdata").glob("postmaster.pid"))
