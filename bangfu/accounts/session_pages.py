"""`/session/`: forms ask before they are sent whether the log-in still lives; asking does not prolong it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bangfu.accounts.http import Request
from bangfu.accounts.middleware import refusal


@require_safe
@never_cache
@login_not_required
def session(request: Request) -> HttpResponse:
    """204 while it lives, 401 after. With `Accept: application/json` a fresh CSRF token; for a person a page."""
    accept = request.headers.get("Accept", "")
    if "text/html" in accept:
        if not request.user.is_authenticated:
            return refusal(request)
        return render(request, "accounts/session.html")
    if not request.user.is_authenticated:
        return JsonResponse({"detail": "登录已过期，请重新登录"}, status=401, json_dumps_params={"ensure_ascii": False})
    if "application/json" in accept:
        return JsonResponse({"csrf": get_token(request)})
    return HttpResponse(status=204)
