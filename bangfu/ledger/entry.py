"""The way from an address to a ledger and to a row: who may not, gets no further."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase

from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import all_relations

View = Callable[..., HttpResponseBase]


def ledger_view(act: Act) -> Callable[[View], View]:
    """Turns the slug into its ledger. Nobody logged in → log-in page; role without the act → 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: Request, slug: str, **kwargs: Any) -> HttpResponseBase:
            if request.actor.is_anonymous:
                return redirect_to_login(request.get_full_path())
            ledger = registry.get(slug)
            if not ledger:
                raise Http404("没有这本台账")
            if not ledger.may(request.actor, act):
                raise PermissionDenied(f"您的角色不能在“{ledger.title}”中做这件事")
            return view(request, ledger, **kwargs)

        return checked

    return decorate


def record_or_404(request: Request, ledger: Ledger, pk: int, act: Act = Act.READ) -> Any:
    """A row outside the scope does not exist, whatever the address."""
    record = ledger.visible_to(request.actor, act).select_related(*all_relations(ledger)).filter(pk=pk).first()
    if record is None:
        raise Http404("没有这条记录，或不在您的工作范围内")
    return record
