"""Every request gets an actor; every page needs a log-in unless it says otherwise; answers are not kept in caches."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import BACKEND_SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme

from bangfu.accounts import second_factor, session
from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.accounts.origin import address, current_request_id, wants_page
from bangfu.accounts.roles import Act
from bangfu.kernel.codes import CodeError, parse_code

PLACE = "place"

#: A camera for papers and codes and the position of a point are asked for by our own pages; nothing else is.
PERMISSIONS_POLICY = ", ".join(
    [
        f"{name}=(self)"
        for name in ("camera", "geolocation", "publickey-credentials-get", "publickey-credentials-create")
    ]
    + [f"{name}=()" for name in ("accelerometer", "display-capture", "gyroscope", "magnetometer", "microphone", "midi")]
    + [f"{name}=()" for name in ("payment", "usb", "browsing-topics", "interest-cohort")]
)


class ActorMiddleware:
    """request.actor, the end of sessions, and the closed door: a view is open to all only by `login_not_required`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asks_only = request.path_info == settings.SESSION_PROBE
        ended = session.end_if_due(request, time.time(), counts_as_use=not asks_only)
        request.session_ended = ended  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(partial(_actor, request))  # type: ignore[attr-defined]
        return _hardened(request, self.get_response(request))

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True):
            return None
        if not request.user.is_authenticated:
            return None if request.path_info.startswith(settings.LOGIN_FREE) else refusal(request)
        if request.path_info.startswith(settings.ACCOUNT_PATHS):
            return None
        return _unfinished(request)


def _actor(request: HttpRequest) -> Actor:
    """Built at first use: a page that asks nothing about the actor costs no query."""
    user = request.user
    ip, request_id = address(request), current_request_id()
    if not isinstance(user, User):
        return Actor(None, ip=ip, request_id=request_id)
    actor = Actor.of(user, timezone.localdate())
    return Actor(user, actor.grants, _place(request, actor), ip=ip, request_id=request_id)


def _place(request: HttpRequest, actor: Actor) -> int | None:
    """`?place=` wins and is remembered; `?place=` without a value forgets. Outside the scope it is as if not said."""
    scope = actor.scope(Act.READ)
    if PLACE in request.GET:
        asked = request.GET[PLACE]
        if not asked:
            request.session.pop(PLACE, None)
            return None
        try:
            code = parse_code(asked)
        except CodeError:
            code = 0
        if code in scope:
            if request.session.get(PLACE) != code:
                request.session[PLACE] = code
            return code
    remembered = request.session.get(PLACE)
    return remembered if isinstance(remembered, int) and remembered in scope else None


def refusal(request: HttpRequest) -> HttpResponse:
    """Nobody is logged in (any more): a person gets the log-in page, a script 401, so that nothing typed is lost."""
    login = f"{reverse('account_login')}?{urlencode({'next': _back(request)})}"
    ended = getattr(request, "session_ended", None)
    if wants_page(request):
        if ended:
            messages.warning(request, ended)
        return HttpResponseRedirect(login)
    return _unauthorised(ended or "还没有登录，或登录已过期，请重新登录", login)


def _back(request: HttpRequest) -> str:
    """Where to go after the log-in: the page that was open, never another site."""
    shown = request.headers.get("HX-Current-URL") or (
        "" if request.method == "GET" else request.headers.get("Referer", "")
    )
    if not shown:
        return request.get_full_path() if wants_page(request) else "/"
    if not url_has_allowed_host_and_scheme(shown, {request.get_host()}):
        return "/"
    parts = urlsplit(shown)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _unfinished(request: HttpRequest) -> HttpResponse | None:
    """What a person must do before work: set a new password, set up a second factor where the role asks for it."""
    user = request.user
    assert isinstance(user, User)
    if request.session.get(BACKEND_SESSION_KEY) == settings.OIDC_BACKEND:
        return None  # password and second factor are the identity provider's
    set_at, days = user.password_set_at, settings.PASSWORD_DAYS
    if days and set_at and timezone.now() - set_at > timedelta(days=days):
        return _sent(request, "account_change_password", f"密码已用满 {days} 天，请设置新密码")
    if settings.SECOND_FACTOR_ROLES and second_factor.is_missing(request):
        return _sent(request, "mfa_index", "您的角色须使用两步验证，请先绑定验证器或安全密钥")
    return None


def _sent(request: HttpRequest, name: str, message: str) -> HttpResponse:
    if not wants_page(request):
        return _unauthorised(message, reverse(name))
    messages.warning(request, message)
    return HttpResponseRedirect(reverse(name))


def _unauthorised(words: str, login: str) -> HttpResponse:
    """No HX-Redirect: the page's script shows a bar, and a half-filled form stays where it is."""
    body = {"detail": words, "login": login}
    return JsonResponse(body, status=401, json_dumps_params={"ensure_ascii": False})


def _hardened(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """No page with people's data stays in the cache of a shared computer."""
    response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
    if "Cache-Control" not in response and settings.SESSION_COOKIE_NAME in request.COOKIES:
        response["Cache-Control"] = "private, no-store"
    return response
