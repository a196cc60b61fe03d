"""`./run bangfu duties`: counts every standing of a year anew from the records."""

from datetime import date
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bangfu.duties import keeping
from bangfu.kernel import dates


class Command(BaseCommand):
    help = "履职情况：由记录全部重新计算（平时由后台任务更新）；--year 指定年度，默认今年"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, help="年度，如 2026")

    def handle(self, *args: Any, **options: Any) -> None:
        began, today = perf_counter(), dates.today()
        year = options["year"] or today.year
        kept = keeping.keep_all(today if year == today.year else date(year, 12, 31), today)
        self.stdout.write(f"{year} 年：{kept} 项要求")
        self.stdout.write(f"用时 {perf_counter() - began:.1f} 秒")
