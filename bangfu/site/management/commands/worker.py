"""`./run bangfu worker`: runs background jobs until it is stopped."""

import asyncio
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from bangfu.site.jobs import work


class Command(BaseCommand):
    help = "运行后台任务（导入、导出、定时任务），直到被停止"

    def handle(self, *args: Any, **options: Any) -> None:
        connector = app.connector
        assert isinstance(connector, DjangoConnector)
        with app.replace_connector(connector.get_worker_connector()):
            asyncio.run(work())
