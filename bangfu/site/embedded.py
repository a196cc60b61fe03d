"""Embedded PostgreSQL for demo, development and tests: no installation, no TCP port (docs/adr/0001).

Only the server binaries of a wheel (or of the machine) are used, with our own start-up: the wheel's launcher
would add an OS user and open every parent folder when it runs as root.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bangfu.site import programs
from bangfu.site.programs import TEMPORARY, NoServer

OPTIONS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "512MB",
    "maintenance_work_mem": "512MB",
    "work_mem": "32MB",
    "random_page_cost": "1.1",  # no disk turns here
    "max_connections": "100",
    "max_locks_per_transaction": "256",  # a backup comes back in one transaction, with a lock on each table and index
    "wal_level": "minimal",  # what COPY brings into a table emptied in the same transaction is not logged at all
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "jit": "off",
}
START_SECONDS = 120
STOP_SECONDS = 15
BESIDE = Path("/var/tmp")  # noqa: S108 (data of a root checkout, which `nobody` could not enter)


def socket_folder(data: Path) -> Path:
    return TEMPORARY / f"bangfu-{programs.digest(_files(data))}"


def database_url(data: Path, name: str) -> str:
    return f"postgresql://postgres@/{name}?host={socket_folder(data)}"


def ensure(data: Path, name: str) -> str:
    """Start (or find running) the server on `data`, make database `name`; returns its URL. Errors: NoServer.

    Until this process ends it counts as a user of the server, which then isn't stopped under it.
    """
    data.parent.mkdir(parents=True, exist_ok=True)
    with _alone(data):
        _count_in(data)
        server = Server.of(data)
        server.initialise()
        server.start()
        server.create_database(name)
    return database_url(data, name)


def stop(data: Path) -> bool:
    """Stop the server; false when another process still uses it, and then it runs on."""
    if not _files(data).exists():
        return True
    with _alone(data):
        if users := _users.pop(data, None):
            users.close()
        with open(data.with_suffix(".users"), "a") as others:
            try:
                fcntl.flock(others, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            Server.of(data).stop()
    return True


_users: dict[Path, IO[str]] = {}


def _count_in(data: Path) -> None:
    """A shared lock that the kernel frees when this process ends, however it ends."""
    if data not in _users:
        _users[data] = open(data.with_suffix(".users"), "a")  # noqa: SIM115 (held until the process ends)
        fcntl.flock(_users[data], fcntl.LOCK_SH)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    with open(data.with_suffix(".lock"), "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run_as() -> pwd.struct_passwd | None:
    """PostgreSQL refuses root: as root it runs as `nobody`, otherwise as ourselves."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else None


def _files(data: Path) -> Path:
    """Where the data really are: as root beside the checkout, because `nobody` often cannot enter it."""
    return BESIDE / f"bangfu-pgdata-{programs.digest(data.resolve())}" if _run_as() else data.resolve()


def _own(path: Path, owner: int) -> None:
    """The folder, ours alone: its name can be guessed, so another user of the machine may have made it first."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.getuid() == 0 and path.stat().st_uid == 0:
        os.chown(path, owner, -1)
    if path.is_symlink() or path.stat().st_uid != owner:
        raise NoServer(f"文件夹 {path} 属于别的用户：请删除它，或换用它的所有者运行。")
    path.chmod(0o700)


@dataclass(frozen=True)
class Server:
    """One cluster: its programs, data, socket, and as whom it runs."""

    binaries: Path
    files: Path
    socket: Path
    owner: pwd.struct_passwd | None

    @classmethod
    def of(cls, data: Path) -> Server:
        owner = _run_as()
        return cls(programs.enterable(programs.folder(), owner), _files(data), socket_folder(data), owner)

    def run(self, program: str, *arguments: object, output: bool = True) -> subprocess.CompletedProcess[str]:
        """`output=False` for a program that leaves a server behind: it would keep our pipe open."""
        env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        env["LC_ALL"] = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
        libraries = [str(self.binaries.parent / "libs"), env.get("LD_LIBRARY_PATH", "")]
        env["LD_LIBRARY_PATH"] = ":".join(filter(None, libraries))
        pipe = subprocess.PIPE if output else subprocess.DEVNULL
        return subprocess.run(
            [str(self.binaries / program), *map(str, arguments)],
            env=env | ({"HOME": "/"} if self.owner else {}),
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            text=True,
            **programs.identity(self.owner),
        )

    def initialise(self) -> None:
        owner = self.owner.pw_uid if self.owner else os.getuid()
        for path in (self.files, self.socket):
            _own(path, owner)
        done = self.files / "bangfu-initialised"  # an initdb killed half-way leaves PG_VERSION behind
        major = self.major()
        if done.exists():
            made_by = int((self.files / "PG_VERSION").read_text())
            if made_by != major:
                raise NoServer(
                    f"{self.files} 由 PostgreSQL {made_by} 建立，现在的程序是 {major}："
                    "演示数据可删除该文件夹后重来；要保留请先用原来的版本执行 ./run bangfu backup。"
                )
            return
        for leftover in self.files.iterdir():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major >= 17 else []
        quick = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8", *builtin]
        result = self.run("initdb", "-D", self.files, *quick)
        if result.returncode:
            raise NoServer(_failure("内置数据库初始化失败", result.stderr, self.files))
        done.touch()

    def major(self) -> int:
        return int(self.run("postgres", "-V").stdout.split()[2].split(".")[0])

    def start(self) -> None:
        if self.run("pg_ctl", "-D", self.files, "status").returncode == 0:
            if self._answers():
                return
            self._clear_away()
        options = " ".join(f"-c {key}={value}" for key, value in (OPTIONS | _shared_memory()).items())
        options += f" -c unix_socket_directories='{self.socket}'"
        log = self.files / "log.txt"
        log.unlink(missing_ok=True)
        start = ("-D", self.files, "-w", "-t", START_SECONDS, "-l", log, "-o", options, "start")
        if self.run("pg_ctl", *start, output=False).returncode:
            written = log.read_text(errors="replace") if log.exists() else ""
            raise NoServer(_failure("内置数据库没有启动", written, self.files))

    def _answers(self) -> bool:
        """pg_isready: 0 accepts, 1 is still starting, 2 no answer."""
        deadline = time.monotonic() + START_SECONDS
        while (state := self.run("pg_isready", "-q", "-h", self.socket).returncode) == 1:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return state == 0

    def _clear_away(self) -> None:
        """A server whose socket was swept from the temp folder, or a pid file whose number now is another program's."""
        pid_file = self.files / "postmaster.pid"
        pid = int(pid_file.read_text().split()[0])
        command = Path(f"/proc/{pid}/cmdline")
        is_server = not command.exists() or str(self.files).encode() in command.read_bytes()
        if is_server and self.run("pg_ctl", "-D", self.files, "-m", "fast", "-w", "stop").returncode == 0:
            return
        pid_file.unlink(missing_ok=True)

    def create_database(self, name: str) -> None:
        psql = ("psql", "-h", self.socket, "-U", "postgres", "-d", "postgres", "-qAtXc")
        found = self.run(*psql, f"select 1 from pg_database where datname = '{name}'")  # noqa: S608 (our own setting)
        if not found.returncode and not found.stdout.strip():
            found = self.run(*psql, f'create database "{name}"')
        if found.returncode:
            raise NoServer(_failure(f"数据库 {name} 建立失败", found.stderr, self.files))

    def stop(self) -> None:
        """With a limit: a session that does not end is cut off, and the next start replays the log."""
        for mode in ("fast", "immediate"):
            if self.run("pg_ctl", "-D", self.files, "-m", mode, "-w", "-t", STOP_SECONDS, "stop").returncode == 0:
                return


def _shared_memory() -> dict[str, str]:
    """A container's /dev/shm often has 64 MB; a parallel query needs more."""
    try:
        shm = os.statvfs("/dev/shm")  # noqa: S108
    except OSError:
        return {}
    return {"dynamic_shared_memory_type": "mmap"} if shm.f_blocks * shm.f_frsize < 256 * 2**20 else {}


def _failure(what: str, log: str, files: Path) -> str:
    if "No space left" in log:
        return f"{what}：磁盘空间不足（{files} 所在分区）。请清理后重新运行。"
    return f"{what}：{log.strip()[-600:]}\n若数据已损坏（例如断电之后），删除 {files} 再运行，演示数据会重建。"
