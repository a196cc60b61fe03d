"""Accounts of people: made, disabled and given a new start by the security officer; no password is known to two."""

from __future__ import annotations

import datetime

import pghistory
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse

from bangfu.accounts import access, second_factor
from bangfu.accounts.appointments import By, installation, may_manage
from bangfu.accounts.models import AccessKind, ApiToken, Unit, User
from bangfu.divisions.models import Division


def _authorise(by: By, user: User) -> None:
    if by is None:
        return
    if by.user == user:
        raise PermissionDenied("自己的账号请在“我的账号”里办理，或请另一位安全员办理")
    if not may_manage(by, user.division):
        raise PermissionDenied("这个账号不归您管理")


@transaction.atomic
def enrol(
    *,
    username: str,
    name: str,
    division: Division,
    by: By,
    at: datetime.datetime,
    phone: str = "",
    unit: Unit | None = None,
) -> User:
    """Makes an account without a password: the person sets one through a one-time link.

    Errors: PermissionDenied outside the officer's scope; ValidationError for a name that is taken or misspelt.
    """
    if not may_manage(by, division):
        raise PermissionDenied(f"{division}不在您管理的范围内")
    user = User(username=username, name=name, phone=phone, unit=unit, division=division, date_joined=at)
    user.set_unusable_password()
    user.full_clean()
    with _told(by, "enrol"):
        user.save()
    _log(by, user, f"新建账号 {username}（{name}）")
    return user


@transaction.atomic
def amend(user: User, *, name: str, phone: str, unit: Unit | None, division: Division, by: By) -> None:
    """Corrects who the person is; the account name stays."""
    _authorise(by, user)
    if not may_manage(by, division):
        raise PermissionDenied(f"{division}不在您管理的范围内")
    user.name, user.phone, user.unit, user.division = name, phone, unit, division
    user.full_clean()
    with _told(by, "amend"):
        user.save(update_fields=["name", "phone", "unit", "division"])
    _log(by, user, f"修改账号 {user.username} 的资料")


@transaction.atomic
def disable(user: User, *, by: By, at: datetime.datetime, reason: str) -> None:
    """Closes an account at once: sessions and tokens end, grants stay for the record."""
    _authorise(by, user)
    if not reason.strip():
        raise ValidationError({"reason": "请填写停用的原因"})
    user.is_active = False
    with _told(by, "disable", reason):
        user.save(update_fields=["is_active"])
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
    _end_sessions(user)
    _log(by, user, f"停用账号 {user.username}", reason)


@transaction.atomic
def enable(user: User, *, by: By, reason: str) -> None:
    _authorise(by, user)
    user.is_active = True
    with _told(by, "enable", reason):
        user.save(update_fields=["is_active"])
    _log(by, user, f"启用账号 {user.username}", reason)


@transaction.atomic
def one_time_link(user: User, *, by: By) -> str:
    """The path at which the person sets a new password: good once, for a day, and only until the next log-in."""
    _authorise(by, user)
    if not user.is_active:
        raise ValidationError(f"{user}的账号已停用，请先启用")
    _log(by, user, f"为 {user.username} 生成一次性设置密码链接")
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


@transaction.atomic
def remove_second_factors(user: User, *, by: By, reason: str) -> None:
    """For a lost phone or key; the person binds a new one at the next log-in. Sessions end."""
    _authorise(by, user)
    if not reason.strip():
        raise ValidationError({"reason": "请填写解除的原因"})
    second_factor.remove_all(user)
    _end_sessions(user)
    _log(by, user, f"解除 {user.username} 的两步验证", reason)


def _end_sessions(user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()


def _told(by: By, act: str, reason: str = "") -> pghistory.context:
    return pghistory.context(user=by.user.pk if by and by.user else None, act=act, reason=reason)


def _log(by: By, user: User, detail: str, reason: str = "") -> None:
    access.record(by or installation(), AccessKind.GRANT, user, reason, detail=detail)
