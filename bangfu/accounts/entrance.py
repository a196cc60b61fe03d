"""Log-ins, failed log-ins and changes of one's own keys in the log.

They happen inside the frameworks, so that their signals are the only place to see them.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import Signal
from django.http import HttpRequest
from django.utils import timezone

from bangfu.accounts import access, session
from bangfu.accounts.actor import Actor
from bangfu.accounts.models import AccessKind, AccessLog, User
from bangfu.accounts.origin import address, current_request_id

_OWN_KEYS: dict[Signal, str] = {
    password_changed: "修改密码",
    password_set: "设置密码",
    password_reset: "用一次性链接设置密码",
    authenticator_added: "绑定两步验证",
    authenticator_removed: "解除两步验证",
    authenticator_reset: "重新生成恢复码",
}


def listen() -> None:
    user_logged_in.connect(_logged_in, dispatch_uid="accounts.entrance")
    user_login_failed.connect(_failed, dispatch_uid="accounts.entrance")
    for signal in _OWN_KEYS:
        signal.connect(_key_changed, dispatch_uid="accounts.entrance")


def _actor(user: User, request: HttpRequest | None) -> Actor:
    ip = address(request) if request else None
    return replace(Actor.of(user, timezone.localdate()), ip=ip, request_id=current_request_id())


def _logged_in(sender: type[User], request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    if request is not None:
        session.begin(request.session, time.time())
    access.record(_actor(user, request), AccessKind.LOGIN, user)


def _key_changed(sender: Any, signal: Signal, request: HttpRequest, user: User, **kwargs: Any) -> None:
    access.record(_actor(user, request), AccessKind.GRANT, user, detail=f"本人{_OWN_KEYS[signal]}")


def _failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """What was typed as a name may be a password by mistake: only names that exist are kept."""
    typed = str(credentials.get("username") or "").replace("\0", "")
    user = User.objects.filter(username=typed).select_related("division").first() if typed else None
    AccessLog.objects.create(
        kind=AccessKind.FAILED_LOGIN,
        user=user,
        who=user.name if user else "不存在的账号" if typed else "统一身份认证",
        division=user.division if user else None,
        subject="accounts.user",
        subject_id=user.pk if user else None,
        detail="已锁定" if getattr(request, "axes_locked_out", False) else "",
        ip=address(request) if request else None,
        request_id=current_request_id(),
    )
