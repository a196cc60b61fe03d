"""A PostgreSQL of the benchmarks' own, under var/bench: nothing else runs on it, so all of its CPU is ours to count."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bangfu.site import embedded

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var/bench"
PGDATA = VAR / "pgdata"
_TICKS = os.sysconf("SC_CLK_TCK")


def environment(database: str) -> dict[str, str]:
    """For a process that measures: the product's settings, on this server."""
    ours = {
        "BANGFU_VAR": str(VAR),
        "BANGFU_DEV_DB": database,
        "BANGFU_MODE": "demo",
        "BANGFU_LOG_LEVEL": "WARNING",
        "BENCH_DATABASE": database,
        "BENCH_SOCKET": str(embedded.socket_folder(PGDATA)),
        "DJANGO_SETTINGS_MODULE": "bangfu.site.settings",
        "PYTHONPATH": str(ROOT),
    }
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BANGFU_DEBUG")}
    return kept | ours


@contextmanager
def running(*databases: str) -> Iterator[None]:
    """The server with empty databases of these names; afterwards they are gone and the server is stopped."""
    VAR.mkdir(parents=True, exist_ok=True)
    try:
        for database in databases:
            embedded.ensure(PGDATA, database)
            _drop(database)
            embedded.ensure(PGDATA, database)
        yield
    finally:
        for database in databases:
            _drop(database)
        shutil.rmtree(VAR / "files", ignore_errors=True)
        embedded.stop(PGDATA)


def _drop(database: str) -> None:
    with psycopg.connect(embedded.database_url(PGDATA, "postgres"), autocommit=True) as session:
        session.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def version() -> str:
    with psycopg.connect(embedded.database_url(PGDATA, "postgres")) as session:
        return str(session.info.parameter_status("server_version")).split()[0]


def cpu(data: Path = PGDATA) -> float:
    """Seconds of CPU that all processes of the server have used so far; 0 where there is no /proc."""
    pid_file = embedded.Server.of(data).files / "postmaster.pid"
    if not Path("/proc/self/stat").exists():
        return 0.0
    postmaster = pid_file.read_text().split()[0]
    used = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile: the postmaster has its time
            continue
        if folder.name == postmaster:
            used += sum(map(int, fields[11:15]))  # own, and of backends that have ended
        elif fields[1] == postmaster:
            used += sum(map(int, fields[11:13]))
    return used / _TICKS


def python(*arguments: str, database: str, seconds: int, venv: Path = ROOT / ".venv", **more: str) -> str:
    """Runs a module in a fresh process; returns what it printed. Its errors go on to ours. `more`: its environment."""
    done = subprocess.run(
        [venv / "bin/python", "-P", "-m", *arguments],
        env=environment(database) | more,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        timeout=seconds,
        check=True,
    )
    return done.stdout
