"""`./run bangfu serve`: the website of a production server, in this process, until it is stopped."""

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bangfu.site import assets
from bangfu.site.bootstrap import PYTHON, Refusal


class Command(BaseCommand):
    help = "正式运行网站（BANGFU_MODE=production）；后台任务另用 worker 运行"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听地址（默认 %(default)s，由反向代理对外）")
        parser.add_argument("--port", type=int, default=8000, help="端口（默认 %(default)s）")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 2, help="进程数（默认与 CPU 核数相同）")
        parser.add_argument("--threads", type=int, default=4, help="每个进程的线程数（默认 %(default)s）")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEMO:
            raise CommandError("serve 用于正式运行：请先设置 BANGFU_MODE=production；演示请用 ./run demo")
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("数据库表结构不是最新：请先执行 ./run bangfu migrate")
        try:
            assets.build()
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        _collect()
        connection.close()
        os.execv(PYTHON, _granian(options["host"], options["port"], options["processes"], options["threads"]))


def _collect() -> None:
    """Hashed and compressed files take seconds to make; they change with the bundle and the packages only."""
    stamp, state = settings.VAR / "static" / assets.STAMP, assets.state()
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(state)


def _granian(host: str, port: int, processes: int, threads: int) -> list[str]:
    where = ["--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    size = ["--workers", str(processes), "--blocking-threads", str(threads)]
    care = ["--respawn-failed-workers", "--workers-kill-timeout", "25", "--log-level", "warning"]
    return [str(PYTHON), "-P", "-m", "granian", *where, *size, *care, "bangfu.site.wsgi:application"]
