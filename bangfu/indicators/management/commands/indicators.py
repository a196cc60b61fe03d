"""`./run bangfu indicators`: counts what is kept of the indicators anew from the records."""

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand

from bangfu.indicators import keeping
from bangfu.kernel import dates


class Command(BaseCommand):
    help = "指标：由记录重新计算省、市、县、镇的留存数（平时每晚由后台任务更新）"

    def handle(self, *args: Any, **options: Any) -> None:
        began = perf_counter()
        kept = keeping.keep_all(dates.today())
        self.stdout.write(f"{kept} 个口径，用时 {perf_counter() - began:.1f} 秒")
