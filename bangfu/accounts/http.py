"""A request as our views get it, and the door of a view: `@needs(Act.GRANT)`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.accounts.roles import ACT_LABELS, Act


class Request(HttpRequest):
    """For annotations: what the middlewares add."""

    actor: Actor
    htmx: HtmxDetails
    user: User


View = Callable[..., HttpResponseBase]


def needs(act: Act) -> Callable[[View], View]:
    """The view opens for those whose grants allow the act somewhere; it narrows to their scope itself."""

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.actor.may(act):
                raise PermissionDenied(f"您的角色不能{ACT_LABELS[act]}")
            return view(request, *args, **kwargs)

        return opened

    return decorate
