"""`./run bangfu appoint`: makes the first security officers of an installation; later ones are made on the pages."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from bangfu.accounts import appointments, enrolment
from bangfu.accounts.models import User
from bangfu.accounts.roles import OFFICERS, Role
from bangfu.divisions.models import Division
from bangfu.kernel.codes import CodeError, parse_code


class Command(BaseCommand):
    help = "建立一名安全员、审计员或系统管理员的账号，给出设置密码的一次性链接"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="账号")
        parser.add_argument("name", help="姓名")
        parser.add_argument("--role", default=Role.SECURITY, choices=sorted(OFFICERS), help="角色，默认安全员")
        parser.add_argument("--division", default="44", help="区划代码，默认广东省")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            division = Division.objects.get(code=parse_code(options["division"]))
        except (CodeError, Division.DoesNotExist) as error:
            raise CommandError(f"没有区划 {options['division']}；请先载入区划") from error
        now = timezone.now()
        try:
            user = User.objects.filter(username=options["username"]).first() or enrolment.enrol(
                username=options["username"], name=options["name"], division=division, by=None, at=now
            )
            appointments.grant_role(
                user=user,
                role=Role(options["role"]),
                division=division,
                from_on=timezone.localdate(now),
                by=None,
                at=now,
                reason="安装时设立",
            )
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        path = enrolment.one_time_link(user, by=None)
        self.stdout.write(f"已设立{Role(options['role']).label} {user}。请本人在 24 小时内打开：\n<网址>{path}")
