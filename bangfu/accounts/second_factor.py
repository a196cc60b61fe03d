"""Which roles must use a second factor, and whether this session did (等保三级: 两种以上鉴别, 其中一种为密码技术)."""

from __future__ import annotations

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from bangfu.accounts.models import User

_DONE = "second_factor"
_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_missing(request: HttpRequest) -> bool:
    """A role in force demands a second factor and the person has none. One who has one was asked at log-in."""
    if request.session.get(_DONE):
        return False
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.roles & set(settings.SECOND_FACTOR_ROLES):
        return False
    used = any(record["method"] == "mfa" for record in get_authentication_records(request, actor.user))
    if not used and not is_mfa_enabled(actor.user, _FACTORS):
        return True
    request.session[_DONE] = True
    return False


def remove_all(user: User) -> int:
    """Takes away every second factor, for a lost phone; gives how many there were."""
    return int(Authenticator.objects.filter(user=user).delete()[0])
