"""/health/live and /health/ready: for the load balancer, the monitor and `./run demo`."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from bangfu.site.jobs import STALLED_SECONDS

LEAST_FREE_BYTES = 200 * 2**20


class Trouble(Exception):
    """A check failed; the text says what is wrong."""


@require_GET
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nothing of the database, so that its failure does not restart the server."""
    return JsonResponse({"status": "ok"})


@require_GET
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """503 when pages cannot work; a missing worker alone only degrades (jobs wait)."""
    fatal = {name: _result(check) for name, check in FATAL.items()}
    degrading = {name: _result(check) for name, check in DEGRADING.items()} if fatal["database"] == "ok" else {}
    broken = any(result != "ok" for result in fatal.values())
    limping = any(result != "ok" for result in degrading.values())
    status = "unavailable" if broken else "degraded" if limping else "ok"
    return JsonResponse({"status": status, "checks": fatal | degrading}, status=503 if broken else 200)


def _result(check: Callable[[], None]) -> str:
    try:
        check()
    except Trouble as trouble:
        return str(trouble)
    except (DatabaseError, OSError) as error:
        return type(error).__name__  # no text: it may name hosts or rows
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1")


_migrated = False


def _migrations() -> None:
    global _migrated  # a process that has seen them all applied need not read the files again
    if _migrated:
        return
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Trouble("unapplied")
    _migrated = True


def _disk() -> None:
    if shutil.disk_usage(settings.VAR).free < LEAST_FREE_BYTES:
        raise Trouble("full")


def _worker() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select extract(epoch from now() - max(last_heartbeat))::int from procrastinate_workers")
        (age,) = cursor.fetchone()
    if age is None:
        raise Trouble("missing")
    if age > STALLED_SECONDS:
        raise Trouble(f"silent for {age} s")


FATAL = {"database": _database, "migrations": _migrations, "disk": _disk}
DEGRADING = {"worker": _worker}
