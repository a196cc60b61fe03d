"""How allauth behaves here: nobody signs up, mail is not used, wrong passwords are counted by axes alone."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from bangfu.accounts import demo
from bangfu.accounts.origin import address

PASSWORD_MISMATCH = "账号或密码不对。请核对大小写；忘记密码请找本级安全员重置。"  # noqa: S105 (a message)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by security officers."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": PASSWORD_MISMATCH,
        "incorrect_password": "密码不对，请重新输入。",
        "too_many_login_attempts": "尝试次数过多，请五分钟后再试。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """No second counter beside the lock-out, whose page says when it ends. A database that once was a demo does
        not open by the demo's password."""
        if not settings.DEMO and credentials.get("password") == demo.PASSWORD:
            raise self.validation_error("username_password_mismatch")

    def get_client_ip(self, request: HttpRequest) -> str:
        return address(request) or "0.0.0.0"  # noqa: S104 (unknown, not an address to listen on)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail server is needed; what matters stands in the log."""


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "验证码不对或已过期，请输入验证器上最新的 6 位数字，或一个没用过的恢复码。",
    }

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def _get_site_name(self) -> str:
        return "帮扶工作平台"

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"安全密钥 {count + 1}"
