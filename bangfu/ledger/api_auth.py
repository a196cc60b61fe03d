"""Who asks the API: a token, or the session of the browser."""

from typing import Any

from django.conf import settings
from ninja.security import APIKeyCookie, HttpBearer

from bangfu.accounts import origin, tokens


class TokenAuth(HttpBearer):
    """`Authorization: Bearer …` with a token made under 我的 → 接口令牌."""

    def authenticate(self, request: Any, token: str) -> Any:
        actor = tokens.authenticate(request.headers.get("Authorization", ""), ip=origin.address(request))
        if actor is None:
            return None
        request.actor = actor
        return actor


class SessionAuth(APIKeyCookie):
    """The session of the browser, with the CSRF token for writing."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: Any, key: str | None) -> Any:
        return None if request.actor.is_anonymous else request.actor
