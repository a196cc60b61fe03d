"""A step that was refused is shown again on the page where it was tried: the chapter's, with what was typed."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.urls import resolve

from bangfu.accounts.http import Request
from bangfu.workflow.forms import StepForm
from bangfu.workflow.models import Flow

_refused: ContextVar[tuple[int, StepForm] | None] = ContextVar("refused", default=None)


def form_of(flow: Flow) -> StepForm | None:
    """The form to show again in place of an empty one, while the chapter's page of the flow is drawn."""
    found = _refused.get()
    return found[1] if found and found[0] == flow.pk else None


def page_again(request: Request, flow: Flow, form: StepForm, status: int) -> HttpResponse:
    """The chapter's own page of the flow, as a GET of it would give, with the form as it was sent."""
    request.method, request.path = "GET", urlsplit(flow.get_absolute_url()).path
    match = request.resolver_match = resolve(request.path)
    token = _refused.set((flow.pk, form))
    try:
        answer: Any = match.func(request, *match.args, **match.kwargs)
        if hasattr(answer, "render"):
            answer.render()
    finally:
        _refused.reset(token)
    answer.status_code = status
    return answer  # type: ignore[no-any-return]
