"""`./run bangfu assets`: the front end, for a server that has no Node or a release that brings it along."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bangfu.site import assets
from bangfu.site.bootstrap import Refusal


class Command(BaseCommand):
    help = "取得前端依赖和区划数据包，构建页面资源（static/dist）；没有变化时什么也不做"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            assets.install()
            done = assets.build()
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("页面资源已构建。" if done else "页面资源已是最新。")
