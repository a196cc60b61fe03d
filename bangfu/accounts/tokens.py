"""接口令牌: made by the person who answers for it, shown once, kept as a digest, ended by date or by hand."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from bangfu.accounts import access
from bangfu.accounts.actor import Actor
from bangfu.accounts.models import AccessKind, ApiToken, Verb
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division

_PREFIX = "bf"
_KEY_CHARACTERS, _SECRET_BYTES = 12, 32


def _digest(secret: str) -> str:
    """The secret has 256 random bits, so that a fast digest is enough and each request stays cheap."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue(
    *,
    by: Actor,
    name: str,
    scopes: Iterable[str],
    to_on: datetime.date,
    at: datetime.datetime,
    division: Division | None = None,
) -> tuple[ApiToken, str]:
    """Makes a token; the text is given once and never again.

    Errors: ValidationError when the person has no business role, or the token asks for more place or time than allowed.
    """
    if by.user is None or by.token or not by.may(Act.READ):
        raise ValidationError("您的角色不看业务数据，不能创建接口令牌")
    today, wanted = timezone.localdate(at), sorted(set(scopes))
    if not wanted or any(scope.partition(":")[0] not in Verb.values or not scope.partition(":")[2] for scope in wanted):
        raise ValidationError({"scopes": "请选择令牌可以读取或写入哪些台账"})
    if not today <= to_on <= today + datetime.timedelta(days=settings.API_TOKEN_DAYS):
        raise ValidationError({"to_on": f"截止日期应在今天之后 {settings.API_TOKEN_DAYS} 天以内"})
    if division and division.pk not in by.scope(Act.READ):
        raise ValidationError({"division": f"{division}不在您的管辖范围内"})
    key, secret = secrets.token_hex(_KEY_CHARACTERS // 2), secrets.token_urlsafe(_SECRET_BYTES)
    token = ApiToken(
        user=by.user,
        name=name,
        key=key,
        digest=_digest(secret),
        scopes=wanted,
        division=division,
        from_on=today,
        to_on=to_on,
    )
    token.full_clean()
    token.save()
    access.record(by, AccessKind.API_TOKEN, token, detail=f"创建“{name}”：{_in_words(wanted)}，至 {to_on}")
    return token, f"{_PREFIX}_{key}_{secret}"


def _in_words(scopes: list[str]) -> str:
    """read:household-toilets → 读取户厕台账."""
    parts = [scope.partition(":") for scope in scopes]
    return "、".join(
        f"{Verb(verb).label}{'全部台账' if slug == '*' else access.subject_label(slug)}" for verb, _, slug in parts
    )


@transaction.atomic
def revoke(token: ApiToken, *, by: Actor, at: datetime.datetime) -> None:
    """Ends a token at once; a second time changes nothing."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        access.record(by, AccessKind.API_TOKEN, token, detail=f"吊销“{token.name}”")


def authenticate(header: str, *, ip: str | None = None, request_id: str = "") -> Actor | None:
    """The actor of `Authorization: Bearer bf_…`, with the grants of today; None when the token is not good.

    Two queries; a third once a day, for the day of last use.
    """
    scheme, _, text = header.strip().partition(" ")
    parts = text.strip().split("_", 2)
    if scheme.lower() != "bearer" or len(parts) != 3 or parts[0] != _PREFIX or "\0" in text:
        return None
    token = ApiToken.objects.select_related("user", "user__division", "division").filter(key=parts[1]).first()
    if token is None or not hmac.compare_digest(token.digest, _digest(parts[2])):
        return None
    today = timezone.localdate()
    if token.revoked_at or not token.user.is_active or not token.from_on <= today <= token.to_on:
        return None
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
    return replace(Actor.of(token.user, today, token=token), ip=ip, request_id=request_id)
