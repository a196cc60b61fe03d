"""What a person sees after too many wrong passwords: when the account opens again, and whom to ask."""

from __future__ import annotations

from typing import Any

from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from bangfu.accounts.origin import address, wants_page


def is_exempt(request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
    """A log-in without a username comes from the identity provider, which counts for itself."""
    return not get_client_username(request, credentials)


def respond(
    request: HttpRequest, original_response: HttpResponseBase | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The page for axes: 429, with the moment the lock-out ends."""
    username = get_client_username(request, credentials) or ""
    attempts = AccessAttempt.objects.filter(username=username, ip_address=address(request))
    last = attempts.aggregate(last=Max("attempt_time"))["last"] or timezone.now()
    opens_at = timezone.localtime(last + settings.AXES_COOLOFF_TIME)
    limit = settings.AXES_FAILURE_LIMIT
    words = f"密码连续输错 {limit} 次，账号在您这边的网络上暂时锁定，{opens_at:%H:%M} 之后可以再试。"
    if not wants_page(request):
        return JsonResponse({"detail": words}, status=429, json_dumps_params={"ensure_ascii": False})
    context = {"words": words, "opens_at": opens_at, "username": username}
    return render(request, "accounts/locked.html", context, status=429)
