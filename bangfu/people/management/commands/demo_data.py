"""`./run bangfu demo-data --households 20000 --seed 1`: invented people in real villages."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bangfu.people.demo.load import NotEmpty, load
from bangfu.people.demo.world import NoVillages


class Command(BaseCommand):
    help = "示例数据：在真实的村里装入虚构的农户和成员（证件号码前六位为 990000，从未发放）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--households", type=int, default=20_000, help="户数，默认 20000；350 万户约 1200 万人")
        parser.add_argument("--seed", type=int, default=1, help="种子：相同的种子得到相同的数据，默认 1")
        parser.add_argument("--replace", action="store_true", help="先清空已有的全部农户和成员")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["households"] < 1:
            raise CommandError("户数至少为 1")
        began = perf_counter()
        try:
            done = load(options["households"], options["seed"], self.stdout.write, replace=options["replace"])
        except (NotEmpty, NoVillages) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{done}，用时 {perf_counter() - began:.1f} 秒")
