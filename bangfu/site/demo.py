"""`./run demo`: assets, database, places, cast and invented people, then server and worker until Ctrl-C.

What an earlier start has done is not done again, and a step that was killed is begun anew: every step leaves its
result in one transaction or behind a stamp.
"""

from __future__ import annotations

import argparse
import os
import signal
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import django
from django.conf import settings
from django.db import connection

from bangfu.site import assets, embedded, ports, supervise
from bangfu.site.bootstrap import PYTHON, Refusal

HOUSEHOLDS = 20_000
SEED = 2026
WEB, WORKER = "网站", "后台任务"
SERVER_PROCESSES = 2
SERVER_THREADS = 4


@dataclass(frozen=True)
class Options:
    """How large and where; the port comes from PORT."""

    households: int
    seed: int
    port: int


def parse(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="./run demo", description="准备一切并启动演示系统")
    parser.add_argument("--households", type=int, default=HOUSEHOLDS, help="首次启动时生成多少户（默认 %(default)s）")
    parser.add_argument("--seed", type=int, default=SEED, help="随机种子，相同则数据相同（默认 %(default)s）")
    parser.add_argument("--port", default=os.environ.get("PORT", "8000"), help="端口（默认 PORT 或 8000）")
    given = parser.parse_args(arguments)
    if not given.port.isdecimal() or not 0 < int(given.port) < 65536:
        raise Refusal(f"PORT={given.port} 不是端口号：请写 1 至 65535 的整数，例如 PORT=8001 ./run demo")
    return Options(given.households, given.seed, int(given.port))


def run(options: Options) -> int:
    began = time.monotonic()
    log = settings.VAR / "log/demo.log"
    supervisor = supervise.Supervisor(settings.VAR)
    with supervisor.claimed(options.port):
        ports.demand_free(options.port, f"PORT={options.port + 1} ./run demo")
        try:
            _prepare()
            ports.demand_free(options.port, f"PORT={options.port + 1} ./run demo")
            log.unlink(missing_ok=True)
            supervisor.start(WEB, _server(options.port), options.port, log)
            _load_records(options)  # while the server starts on the other core
            supervisor.start(WORKER, _worker(), options.port, log)
            supervisor.wait_ready(options.port, log)
            print(_ready_line(options.port, time.monotonic() - began), flush=True)
            while True:
                time.sleep(0.5)
                if supervisor.has_ended(WORKER):  # as on a server, where the system starts it again
                    print("后台任务被终止，已重新启动；没做完的任务稍后接着做。", flush=True)
                    supervisor.start(WORKER, _worker(), options.port, log)
                supervisor.check(log)
        except KeyboardInterrupt:
            _hear_no_more()
            print("\n正在停止……", flush=True)
        finally:
            supervisor.end()
            if settings.EMBEDDED:
                connection.close()
                embedded.stop(settings.PGDATA)
    print("演示系统已停止；数据保留，下次启动接着用。")
    return 0


def _hear_no_more() -> None:
    """One Ctrl-C is enough: each phase of the stop has its limit, and a second one would leave half of it running."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)


def _worker() -> list[str]:
    return [str(PYTHON), "-P", "-m", "bangfu.site", "worker"]


def _server(port: int) -> list[str]:
    granian = [str(PYTHON), "-P", "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    size = ["--workers", str(SERVER_PROCESSES), "--blocking-threads", str(SERVER_THREADS), "--no-ws"]
    return [*granian, *size, "--workers-kill-timeout", "10", "--log-level", "warning", "bangfu.site.wsgi:application"]


def _prepare() -> None:
    """The front end is made beside the database; only the list of divisions has to wait for its packages."""
    with ThreadPoolExecutor(1, "assets") as beside:
        if not assets.is_built():
            _say("前端资源：安装并构建（首次约半分钟）")
        packages = beside.submit(assets.install)
        bundle = beside.submit(assets.build)
        _prepare_database(packages)
        bundle.result()


def _prepare_database(packages: Future[bool]) -> None:
    if settings.EMBEDDED:
        embedded.ensure(settings.PGDATA, settings.DATABASE_NAME)
    django.setup()
    from bangfu.site import stage  # here: models can be imported only now

    stage.migrate(_say)
    if not stage.has_divisions():
        packages.result()
    stage.load_places(_say)


def _load_records(options: Options) -> None:
    from bangfu.site import stage  # here: models can be imported only now

    stage.load_records(options.households, options.seed, _say)


def _say(step: str) -> None:
    print(f"· {step}……", flush=True)


def _ready_line(port: int, seconds: float) -> str:
    from bangfu.accounts.demo import CAST, PASSWORD  # here: models can be imported only after django.setup()

    cast = "、".join(f"{part.key} {part.username}" for part in CAST)
    address = f"http://127.0.0.1:{port}/"
    return f"就绪（{seconds:.0f} 秒）：{address}　密码都是 {PASSWORD}，账号：{cast}。停止：Ctrl-C 或 ./run stop"
