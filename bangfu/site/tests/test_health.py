"""Health addresses, as a load balancer and a monitor read them."""

from collections import namedtuple
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client

from bangfu.site import health

USAGE = namedtuple("USAGE", "total used free")


def _worker(age: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (now() - %s)", [age])


def test_live_asks_nothing_of_the_database(client: Client) -> None:
    response = client.get("/health/live")  # pytest-django refuses any query here
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_is_ok_with_a_worker_that_gives_signs(client: Client) -> None:
    _worker(timedelta(seconds=3))
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    assert "no-cache" in response.headers["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("age", [None, timedelta(minutes=5)])
def test_without_a_worker_pages_work_and_the_monitor_is_told(client: Client, age: timedelta | None) -> None:
    if age:
        _worker(age)
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["checks"]["worker"] == ("silent for 300 s" if age else "missing")


@pytest.mark.django_db
def test_a_full_disk_is_unready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: USAGE(10**12, 10**12, 10**6))
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["checks"]["disk"]) == (503, "full")


@pytest.mark.django_db
def test_a_database_that_is_away_is_unready_and_its_message_stays_inside(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError('connection to server at "10.0.0.7" failed')

    monkeypatch.setitem(health.FATAL, "database", away)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert "10.0.0.7" not in response.content.decode()


@pytest.mark.django_db
def test_unapplied_migrations_are_unready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'divisions'")
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["checks"]["migrations"]) == (503, "unapplied")


@pytest.mark.django_db
def test_only_get_is_answered(client: Client) -> None:
    assert client.post("/health/ready").status_code == 405
