"""Drafts of forms: kept on the server while one types, so that a lost signal or an ended session loses nothing."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request
from bangfu.accounts.models import User


class Draft(models.Model):
    """One unfinished form of one user, by the address of the form and its query; `data` is what would be sent."""

    user = models.ForeignKey(User, models.CASCADE, related_name="drafts")
    path = models.CharField("表单地址", max_length=200)
    data = models.JSONField("内容")
    saved_at = models.DateTimeField("保存时间", auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "path"], name="one_draft_a_form")]
        verbose_name = "草稿"

    def __str__(self) -> str:
        return self.path


def _oldest() -> datetime:
    return timezone.now() - timedelta(days=settings.DRAFT_DAYS)


def of(actor: Actor, path: str) -> dict[str, list[str]]:
    """The kept values by field, if they are younger than the retention; {} when there is no draft."""
    draft = Draft.objects.filter(user=actor.user, path=path, saved_at__gte=_oldest()).first()
    return draft.data if draft else {}


def forget_old() -> int:
    """Removes what nobody came back for: an unfinished form may hold what its register shows only masked."""
    return Draft.objects.filter(saved_at__lt=_oldest()).delete()[0]


def discard(actor: Actor, path: str) -> None:
    Draft.objects.filter(user=actor.user, path=path).delete()


@require_POST
def save(request: Request) -> HttpResponse:
    """JSON {"path": address and query, "data": {name: [values]}} → {"saved_at": "14:32"}; no data discards it."""
    if request.actor.is_anonymous:
        return JsonResponse({"error": "登录已过期，请重新登录；已填内容仍在本页"}, status=401)
    if len(request.body) > settings.DRAFT_BYTES:
        return JsonResponse({"error": "内容太长，草稿没有保存"}, status=413)
    try:
        path, data = _content(json.loads(request.body))
    except ValueError:
        return JsonResponse({"error": "草稿格式不对"}, status=400)
    if not data:
        discard(request.actor, path)
    else:
        Draft.objects.update_or_create(user=request.actor.user, path=path, defaults={"data": data})
    return JsonResponse({"saved_at": timezone.localtime().strftime("%H:%M")})


def _content(sent: Any) -> tuple[str, dict[str, list[str]]]:
    if not isinstance(sent, dict) or not isinstance(sent.get("path"), str) or not isinstance(sent.get("data"), dict):
        raise ValueError("not a draft")
    data = {
        str(name): [str(value) for value in values] for name, values in sent["data"].items() if isinstance(values, list)
    }
    data.pop("csrfmiddlewaretoken", None)
    if any("\x00" in text for name, values in data.items() for text in (sent["path"], name, *values)):
        raise ValueError("NUL in text")
    return sent["path"][:200], data
