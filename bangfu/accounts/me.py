"""我的账号: one's own grants, sessions, second factors and tokens."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.accounts import tokens as token_acts
from bangfu.accounts.forms import TokenForm, show
from bangfu.accounts.http import Request, needs
from bangfu.accounts.models import ApiToken
from bangfu.accounts.roles import Act


@require_safe
def me(request: Request) -> HttpResponse:
    user = request.user
    types = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "grants": request.actor.grants,
        "coming": user.grants.live().filter(from_on__gt=timezone.localdate()).select_related("division", "unit"),
        "sessions": len(UserSession.objects.purge_and_list(user)),
        "has_totp": Authenticator.Type.TOTP in types,
        "keys": types.count(Authenticator.Type.WEBAUTHN),
        "may_have_tokens": request.actor.may(Act.READ),
        "tokens": ApiToken.objects.filter(user=user, revoked_at=None, to_on__gte=timezone.localdate()).count(),
        "password_days": settings.PASSWORD_DAYS,
        "idle_minutes": int(settings.SESSION_IDLE.total_seconds() // 60),
        "absolute_hours": int(settings.SESSION_ABSOLUTE.total_seconds() // 3600),
    }
    return render(request, "accounts/me.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Act.READ)
def tokens(request: Request) -> HttpResponse:
    """The list of one's tokens and the form for another; the secret is shown on this answer only."""
    form = TokenForm(request.POST or None, by=request.actor)
    secret = ""
    if form.is_valid():
        given = form.cleaned_data
        try:
            _, secret = token_acts.issue(
                by=request.actor,
                name=given["name"],
                scopes=form.scopes(),
                to_on=given["to_on"],
                division=given["division"],
                at=timezone.now(),
            )
            form = TokenForm(by=request.actor)
        except ValidationError as error:
            show(error, form)
    mine = ApiToken.objects.filter(user=request.user).select_related("division").order_by("-pk")
    context = {"form": form, "tokens": mine, "secret": secret, "today": timezone.localdate()}
    return render(request, "accounts/tokens.html", context, status=422 if form.is_bound and form.errors else 200)


@require_POST
def revoke_token(request: Request, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=pk, user=request.user)
    token_acts.revoke(token, by=request.actor, at=timezone.now())
    messages.success(request, f"已吊销令牌“{token.name}”，使用它的程序立即不能再访问")
    return HttpResponseRedirect(reverse("accounts:tokens"))
