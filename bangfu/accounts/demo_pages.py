"""The demo's switch between the cast. In production the address does not exist."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bangfu.accounts import access
from bangfu.accounts.actor import Actor
from bangfu.accounts.demo import CAST
from bangfu.accounts.http import Request
from bangfu.accounts.models import AccessKind, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_POST
@login_not_required
def switch(request: Request, username: str) -> HttpResponse:
    """Becomes one of the cast, and nobody else."""
    if not settings.DEMO or username not in {part.username for part in CAST}:
        raise Http404
    user = get_object_or_404(User, username=username, is_active=True)
    before = str(request.actor.user or "未登录")
    login(request, user, backend=BACKEND)
    UserSession.objects.create_from_request(request)
    actor = Actor.of(user, timezone.localdate())
    access.record(actor, AccessKind.IMPERSONATION, user, detail=f"{before} → {user}")
    target = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if is_ours else "/")
