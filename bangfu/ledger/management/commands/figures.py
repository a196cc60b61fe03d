"""`./run bangfu figures`: counts the kept figures of vast ledgers anew from their rows."""

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bangfu.ledger import cube


class Command(BaseCommand):
    help = "汇总数字：由台账记录全部重新计算（平时由后台任务更新）；--changed 只算有变动的村"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--changed", action="store_true", help="只算记录有变动的村")

    def handle(self, *args: Any, **options: Any) -> None:
        began = perf_counter()
        for title, villages in cube.refresh_all(whole=not options["changed"]).items():
            self.stdout.write(f"{title}：{villages} 个村")
        self.stdout.write(f"用时 {perf_counter() - began:.1f} 秒")
