"""`./run bangfu reference`: writes docs/reference/ anew from the declarations; `--check` tells whether it is stale."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bangfu.ledger.reference import pages


class Command(BaseCommand):
    help = "由台账声明生成 docs/reference/"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="只检查是否与声明一致")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.ROOT) / "docs/reference"
        wanted = pages()
        found = {file.name: file.read_text("utf-8") for file in folder.glob("*.md")} if folder.exists() else {}
        if options["check"]:
            if wanted != found:
                raise CommandError("docs/reference/ 与台账声明不一致，请运行 ./run bangfu reference")
            return
        folder.mkdir(parents=True, exist_ok=True)
        for name in found.keys() - wanted.keys():
            (folder / name).unlink()
        for name, text in wanted.items():
            (folder / name).write_text(text, "utf-8")
        self.stdout.write(f"已生成 {len(wanted)} 页")
