"""The command line behind `./run`: demo, test, stop, and the product's own commands.

Imports inside functions here: Django must not be loaded before the settings are named, nor at all for `stop`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

from bangfu.site.bootstrap import Refusal
from bangfu.site.programs import NoServer

OWN = "bangfu."
INTERRUPTED = 130
CONNECT_SECONDS = 10


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.site.settings")
    command, rest = COMMANDS.get(arguments[0] if arguments else "", bangfu), arguments
    if arguments and arguments[0] in COMMANDS:
        rest = arguments[1:]
    try:
        return command(rest)
    except (Refusal, NoServer) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def demo(arguments: list[str]) -> int:
    from bangfu.site import demo as demonstration

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
            continue  # nohup asks for that; SIGINT is ignored only because a script put us in its background
        signal.signal(number, _interrupt)
    return demonstration.run(demonstration.parse(arguments))


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def test(arguments: list[str]) -> int:
    """pytest in the checkout; the front end is built first, for the pages of the browser tests."""
    from bangfu.site import assets, suite

    assets.build()
    return suite.run(arguments)


def stop(arguments: list[str]) -> int:
    from bangfu.site import embedded, settings, supervise

    was_running = supervise.stop(settings.VAR)
    if settings.EMBEDDED and not embedded.stop(settings.PGDATA):
        print("内置数据库还有别的程序在用（例如正在运行的测试），等它们结束后再执行一次 ./run stop。", file=sys.stderr)
        return 1
    print("已停止演示系统和内置数据库。" if was_running else "没有正在运行的演示系统；内置数据库已停止。")
    return 0


def bangfu(arguments: list[str]) -> int:
    """`./run bangfu <command>`: a management command, its hyphens written as Python wants them."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        if not arguments or arguments[0] in ("help", "--help", "-h"):
            _list_commands()
            return 0 if arguments else 2
        if arguments[0] in WITHOUT_DATABASE and arguments != ["check"] and "--deploy" not in arguments:  # Django's check
            return WITHOUT_DATABASE[arguments[0]](arguments[1:])
        _reach_database()
        name, *rest = arguments
        execute_from_command_line(["bangfu", name.replace("-", "_"), *rest])
    except ImproperlyConfigured as error:
        raise Refusal(str(error)) from error
    except OperationalError as error:
        raise Refusal(f"数据库拒绝了请求：{str(error).strip().splitlines()[0]}") from error
    return 0


def screen(arguments: list[str]) -> int:
    """从部门数据文件筛查农户（不需要数据库）"""
    from bangfu.screening import command

    return command.main(arguments, print)


def check(arguments: list[str]) -> int:
    """检查国家系统导出的户表、成员表，写出疑点簿（不需要数据库）"""
    import django

    django.setup()  # the readers of files know models, but ask none of them
    from bangfu.site import doubts

    return doubts.main(arguments, print)


def _reach_database() -> None:
    """Asked first and without the pool, which would try for a long time before it says why it cannot."""
    import psycopg
    from django.conf import settings
    from django.db import connection

    from bangfu.site import embedded

    if settings.EMBEDDED:
        embedded.ensure(settings.PGDATA, settings.DATABASE_NAME)
        return
    given = {**connection.get_connection_params(), "connect_timeout": CONNECT_SECONDS}
    names = {
        "dbname",
        "user",
        "password",
        "host",
        "port",
        "sslmode",
        "sslrootcert",
        "sslcert",
        "sslkey",
        "connect_timeout",
    }
    try:
        psycopg.connect(**{key: value for key, value in given.items() if key in names}).close()
    except psycopg.OperationalError as error:
        raise Refusal(
            f"数据库连不上：{str(error).strip().splitlines()[0]}。请检查 DATABASE_URL 和数据库服务器。"
        ) from error


def _list_commands() -> None:
    import django
    from django.core.management import get_commands, load_command_class

    django.setup()
    print("./run bangfu <命令> [参数]，<命令> --help 看用法。产品命令：")
    for name, app in sorted(get_commands().items()):
        if isinstance(app, str) and app.startswith(OWN):
            print(f"  {name.replace('_', '-'):<20}{load_command_class(app, name).help}")
    for name, command in WITHOUT_DATABASE.items():
        print(f"  {name:<20}{command.__doc__}")
    print("Django 的命令也可用：migrate、makemigrations、check、shell 等。")


#: commands that work on files alone, so that a town without the platform can use them
WITHOUT_DATABASE: dict[str, Callable[[list[str]], int]] = {"screen": screen, "check": check}
COMMANDS: dict[str, Callable[[list[str]], int]] = {"demo": demo, "test": test, "stop": stop, "bangfu": bangfu}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
