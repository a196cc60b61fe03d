"""What is asked again and again is asked of the database once: the law for one reading request, or for one piece of work
that changes no law; rows for one reading request; never longer."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase

Answer = TypeVar("Answer")
READING = ("GET", "HEAD")
_IS_READING = "a request that writes nothing"

_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("law_kept_for_a_request", default=None)


def once(question: Hashable, ask: Callable[[], Answer]) -> Answer:
    """Outside `keeping` every question is asked anew."""
    kept = _kept.get()
    if kept is None:
        return ask()
    if question not in kept:
        kept[question] = ask()
    answer: Answer = kept[question]
    return answer


def once_read(question: Hashable, ask: Callable[[], Answer]) -> Answer:
    """Of rows: a piece of work that keeps the law may write them, and asks anew."""
    kept = _kept.get()
    return once(question, ask) if kept is not None and _IS_READING in kept else ask()


@contextmanager
def keeping(*, is_reading: bool = False) -> Iterator[None]:
    token = _kept.set({_IS_READING: True} if is_reading else {})
    try:
        yield
    finally:
        _kept.reset(token)


class KeptForReading:
    """Middleware. A request that may write sees what it has written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in READING:
            return self.get_response(request)
        with keeping(is_reading=True):
            return self.get_response(request)
