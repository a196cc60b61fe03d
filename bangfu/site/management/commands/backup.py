"""`./run bangfu backup FILE`: the database and the uploaded files in one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bangfu.site.backup import BackupError, backup


class Command(BaseCommand):
    help = "把数据库和附件备份成一个文件（含个人信息，只有所有者可读，请妥善保管）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="写到哪个文件")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"].absolute()
        try:
            backup(file)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"已备份到 {file}（{file.stat().st_size / 1e6:.1f} MB）")
