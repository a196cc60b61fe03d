"""`./run bangfu restore FILE`: a backup in place of what is there, whole or not at all."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bangfu.site.backup import BackupError, restore


class Command(BaseCommand):
    help = "用备份文件恢复数据库和附件；先停止网站和后台任务"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="backup 生成的文件")
        parser.add_argument("--replace", action="store_true", help="已有数据时整个替换")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restore(options["file"], replace=options["replace"])
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0, interactive=False)  # an older backup gets today's tables
        self.stdout.write(f"已恢复 {manifest.made_at} 的备份。")
