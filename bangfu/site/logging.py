"""Logs: one JSON line per event, and nothing in it about a villager.

A line of a request has its id, the user's number, the pattern of the address (not the address), status, time and
queries. Names, search words and form values are never logged; numbers that slip into a message are masked.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_QUIET = ("health/live", "health/ready")

#: identity and disability-card numbers (15 to 22 characters), then mobile numbers
_NUMBERS = re.compile(
    r"(?<![0-9A-Za-z])(\d{3})\d{11,18}[\dXx](?:\d{2}|\d{4})?(?![0-9A-Za-z])|(?<!\d)(1[3-9]\d)\d{8}(?!\d)"
)
#: PostgreSQL quotes the offending row behind these
_DETAIL = re.compile(r"^(DETAIL|CONTEXT|HINT|详细信息|背景):.*$", re.MULTILINE)


def masked(text: str) -> str:
    return _DETAIL.sub(r"\1: …", _NUMBERS.sub(lambda found: (found[1] or found[2]) + "***", text))


def mask(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: every text of the event, however deep."""
    return {key: _masked_value(value) for key, value in event.items()}


def _masked_value(value: Any) -> Any:
    if isinstance(value, bool | float | None) or (isinstance(value, int) and value < 10**10):
        return value
    if isinstance(value, dict):
        return {masked(str(key)): _masked_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked_value(item) for item in value]
    return masked(str(value))


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure() -> None:
    """Own loggers go through the standard library, so that all lines have one form and one end."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_SHARED, structlog.stdlib.PositionalArgumentsFormatter()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            mask,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def dictionary(level: str) -> dict[str, Any]:
    """Django's LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "bangfu.site.logging.formatter"}},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["lines"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            "axes": {"level": "ERROR"},  # its lines name the person; the attempts are kept in its tables
            "procrastinate": {"level": "WARNING"},  # its lines quote the arguments of jobs
        },
    }


request_log = structlog.get_logger("bangfu.request")


class _Queries:
    """Counts and times the queries of one request."""

    def __init__(self) -> None:
        self.number = 0
        self.seconds = 0.0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.number += 1
            self.seconds += time.perf_counter() - started


class RequestLog:
    """Middleware, outermost: gives the request an id, answers it in a header, writes its line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request_id = given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        queries, started = _Queries(), time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id), connection.execute_wrapper(queries):
            response = self.get_response(request)
            response.headers[HEADER] = request_id
            self._write(request, response, queries, time.perf_counter() - started)
        return response

    def _write(self, request: HttpRequest, response: HttpResponse, queries: _Queries, seconds: float) -> None:
        route = request.resolver_match.route if request.resolver_match else None
        if route in _QUIET and response.status_code < 400:
            return
        session = getattr(request, "session", None)
        request_log.info(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            queries=queries.number,
            db_ms=round(queries.seconds * 1000, 1),
            user=session.get("_auth_user_id") if session is not None and session.accessed else None,
        )
