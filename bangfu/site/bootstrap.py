"""`./run`, second half: makes .venv from the locks, then hands over to the command line.

Runs on the machine's own Python, so it knows the standard library only. Every step may have been killed half-way
by an earlier run: what is whole carries a stamp, what has none is made anew.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
STAMPS = VENV / "installed"
MARK = VENV / "made-by-run"
NEEDED_BYTES = 1_500_000_000
CONTAINS = {"app": (), "demo": ("app",), "dev": ("app", "demo"), "node": (), "boot": ()}
OLDEST_NODE = 20
Command = list[str]

USAGE = """\
./run demo            准备一切并启动演示系统（端口被占用时：PORT=8001 ./run demo）
./run test [参数]     准备一切并运行测试，参数交给 pytest
./run stop            停止演示系统和内置数据库
./run bangfu          列出产品命令；./run bangfu <命令> --help 看用法"""


class Refusal(Exception):
    """Cannot go on; the message is one line for the person at the keyboard, with a way out."""


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in ("demo", "test", "stop", "bangfu"):
        print(USAGE)
        return 0 if arguments in ([], ["help"], ["--help"], ["-h"]) else 2
    if arguments[0] == "stop" and not PYTHON.exists():
        print("没有正在运行的演示系统。")
        return 0
    try:
        if arguments[0] != "stop":
            prepare(wanted(arguments[0], os.environ.get("BANGFU_MODE", "demo")))
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return os.execve(PYTHON, [str(PYTHON), "-P", "-m", "bangfu.site", *arguments], environment())


def environment() -> dict[str, str]:
    """Some machines forbid bytecode beside the sources; without any, each process compiles for eight seconds."""
    made = os.environ | {"PYTHONPATH": str(ROOT)}
    if made.pop("PYTHONDONTWRITEBYTECODE", ""):
        made.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / "var/pycache"))
    return made


def wanted(command: str, mode: str) -> list[str]:
    """The lock files this command needs. A production server builds nothing it doesn't run."""
    locks = ["dev" if command == "test" else "app" if mode == "production" else "demo"]
    builds = command in ("demo", "test") or not (ROOT / "static/dist/app.js").exists()
    return [*locks, "node"] if builds and not node_of_machine() else locks


def node_of_machine() -> bool:
    """Whether the machine has a Node that can build the front end; a cheap look, since every start asks."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    try:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return False
    return version.startswith("v") and int(version[1:].split(".")[0]) >= OLDEST_NODE


def is_installed(lock: str) -> bool:
    stamp = STAMPS / lock
    try:
        return stamp.read_bytes() == (ROOT / f"requirements/{lock}.lock").read_bytes()
    except FileNotFoundError:
        return False


def prepare(locks: Iterable[str]) -> None:
    if _starts() and all(map(is_installed, locks)):
        return
    _check_place()
    with _alone():
        missing = [lock for lock in locks if not (_starts() and is_installed(lock))]
        if missing:
            print("准备 Python 环境（首次需要半分钟到几分钟）……", flush=True)
            installer = _make_venv()
            _install(installer, missing)


def _starts() -> bool:
    """One whose Python was removed or upgraded away doesn't; one of ours without stamps was never finished."""
    if MARK.exists() and not STAMPS.is_dir():
        return False
    try:
        return subprocess.run([PYTHON, "-c", ""], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _check_place() -> None:
    if not os.access(ROOT, os.W_OK):
        raise Refusal(f"不能写入 {ROOT}（它属于别的用户）：请换用它的所有者运行，或执行 chown -R \"$USER\" '{ROOT}'。")
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES and not STAMPS.is_dir():
        raise Refusal(
            f"磁盘空间不足：{ROOT} 所在分区只剩 {free / 1e9:.1f} GB，首次准备需要 {NEEDED_BYTES / 1e9:.1f} GB。"
            "请清理后重新运行。"
        )


@contextmanager
def _alone() -> Iterator[None]:
    """Two starts at the same time: the second waits. The kernel frees the lock of a killed run, so none goes stale."""
    (ROOT / "var").mkdir(exist_ok=True)
    with open(ROOT / "var/setup.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("另一个 ./run 正在准备环境，等它完成……", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _uv_of_machine() -> str | None:
    uv = None if os.environ.get("BANGFU_INSTALLER") == "pip" else shutil.which("uv")
    works = uv and subprocess.run([uv, "--version"], capture_output=True).returncode == 0
    return uv if works else None


def _make_venv() -> Command:
    """The venv stands afterwards; returns the command that installs into it."""
    uv = _uv_of_machine()
    if not _starts():
        if VENV.exists() and not MARK.exists():
            raise Refusal(f"{VENV} 不是 ./run 建的，里面的 Python 也不能用：请把它移走或删除，然后重新运行。")
        shutil.rmtree(VENV, ignore_errors=True)
        VENV.mkdir()
        MARK.touch()
        _venv(with_pip=uv is None)
    STAMPS.mkdir(exist_ok=True)
    if uv is None and not (VENV / "bin/pip").exists():
        _venv(with_pip=True)
    if uv is None and os.environ.get("BANGFU_INSTALLER") != "pip":
        _install(_pip(), ["boot"])
        uv = str(VENV / "bin/uv")
    return [uv, "pip", "install", "--quiet", "--python", str(PYTHON)] if uv else _pip()


def _venv(*, with_pip: bool) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "venv", *([] if with_pip else ["--without-pip"]), str(VENV)],
        capture_output=True,
        text=True,
    )
    if made.returncode == 0:
        return
    _refuse_when_full(made.stdout + made.stderr)
    if with_pip and subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True).returncode:
        raise Refusal(
            "Python 缺少 venv 模块：Debian/Ubuntu 请执行 apt install python3-venv（或安装 uv），然后重新运行。"
        )
    raise Refusal(f"建立 {VENV} 失败：{_last_line(made.stdout + made.stderr)}")


def _pip() -> Command:
    return [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def _install(installer: Command, locks: Iterable[str]) -> None:
    for lock in locks:
        begun = STAMPS / f"{lock}.begun"  # one that was killed may have left a half package that counts as installed
        anew = begun.exists()
        begun.touch()
        done = _try(installer, lock, anew)
        if done.returncode and installer != _pip():  # uv doesn't read pip.conf, where an intranet names its mirror
            if not (VENV / "bin/pip").exists():
                _venv(with_pip=True)
            done = _try(_pip(), lock, anew)
        if done.returncode:
            _refuse_when_full(done.stdout)
            raise Refusal(
                f"安装 requirements/{lock}.lock 失败，多半是连不上软件源（内网请按 pip 的办法设置镜像），"
                f"处理后重新运行即可接着装。原因：{_last_line(done.stdout)}"
            )
        for name in (lock, *CONTAINS[lock]):
            shutil.copyfile(ROOT / f"requirements/{name}.lock", STAMPS / name)
        begun.unlink()


def _try(installer: Command, lock: str, anew: bool) -> subprocess.CompletedProcess[str]:
    """Certificates of the machine: an intranet often has its own authority. The second name is for older uv."""
    environment = {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"} | os.environ
    again = ["--force-reinstall" if installer == _pip() else "--reinstall"] if anew else []
    command = [*installer, *again, "--require-hashes", "-r", str(ROOT / f"requirements/{lock}.lock")]
    return subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL
    )


def _refuse_when_full(output: str) -> None:
    if "No space left" in output or "os error 28" in output:
        raise Refusal(f"磁盘空间不足（{ROOT} 或临时文件夹所在分区已满）：请清理后重新运行，会接着做完。")


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return (lines or ["没有说明原因"])[-1][:300]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
