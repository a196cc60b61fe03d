"""Single sign-on by OpenID Connect: the provider says who it is; what the person may do comes from grants alone."""

from __future__ import annotations

import logging
from typing import Any

import jwt
import requests
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from bangfu.accounts.models import User

log = logging.getLogger(__name__)


class ProviderBackend(OIDCAuthenticationBackend):
    """Maps the provider's user to one that exists here. Never makes users or grants."""

    def authenticate(self, request: HttpRequest | None, **kwargs: Any) -> User | None:
        """Errors of the provider or its answer are a refused log-in with a trace, not a broken page."""
        try:
            user: User | None = super().authenticate(request, **kwargs)
            return user
        except (requests.RequestException, jwt.PyJWTError, SuspiciousOperation, ValueError, KeyError) as error:
            log.warning("single sign-on refused: %s", type(error).__name__)
            return None

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:
        """Beside signature and nonce: the token must be ours, and from the provider we know."""
        payload: dict[str, Any] = super().verify_token(token, **kwargs)
        audience = payload.get("aud")
        if self.OIDC_RP_CLIENT_ID not in (audience if isinstance(audience, list) else [audience]):
            raise SuspiciousOperation("the token is for another client")
        if settings.OIDC_OP_ISSUER and payload.get("iss") != settings.OIDC_OP_ISSUER:
            raise SuspiciousOperation("the token is from another provider")
        return payload

    def get_userinfo(self, access_token: str, id_token: str, payload: dict[str, Any]) -> dict[str, Any]:
        """The claims of the token, and of the provider's address for more where there is one."""
        if not self.OIDC_OP_USER_ENDPOINT:
            return payload
        claims: dict[str, Any] = super().get_userinfo(access_token, id_token, payload)
        if claims.get("sub") != payload.get("sub"):
            raise SuspiciousOperation("the claims are of another person")
        return payload | claims

    def verify_claims(self, claims: dict[str, Any]) -> bool:
        return bool(claims.get(settings.OIDC_USERNAME_CLAIM))

    def filter_users_by_claims(self, claims: dict[str, Any]) -> QuerySet[User]:
        return User.objects.filter(username=claims[settings.OIDC_USERNAME_CLAIM], is_active=True)

    def describe_user_by_claims(self, claims: dict[str, Any]) -> str:
        return "the claimed name"

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


def _configured() -> None:
    if not settings.OIDC_RP_CLIENT_ID:
        raise Http404("没有配置统一身份认证")


@method_decorator(login_not_required, name="dispatch")
class RequestView(OIDCAuthenticationRequestView):
    """Sends the person to the provider."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _configured()
        super().__init__(*args, **kwargs)


@method_decorator(login_not_required, name="dispatch")
class CallbackView(OIDCAuthenticationCallbackView):
    """The person comes back; a state that is not ours is a refused log-in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        _configured()
        try:
            response: HttpResponse = super().get(request)
            return response
        except SuspiciousOperation:
            return self.login_failure()

    def login_failure(self) -> HttpResponse:
        messages.error(
            self.request,
            f"{settings.OIDC_PROVIDER_NAME}登录没有成功。请重试；若提示多次出现，请本级安全员核对平台账号与统一身份账号是否一致。",
        )
        return HttpResponseRedirect(reverse("account_login"))
