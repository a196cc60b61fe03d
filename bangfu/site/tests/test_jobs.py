"""Jobs of a worker that was killed come back, and not for ever."""

import asyncio

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from bangfu.site import jobs

pytestmark = pytest.mark.django_db(transaction=True)

OF_A_DEAD_WORKER = """
    with worker as (insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 hour') returning id)
    insert into procrastinate_jobs (queue_name, task_name, priority, args, status, attempts, worker_id, queueing_lock)
    select 'default', %s, 0, '{}', 'doing', %s, id, %s from worker returning id"""


def _dead_job(attempts: int = 0, lock: str | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(OF_A_DEAD_WORKER, ["keep_house", attempts, lock])
        return int(cursor.fetchone()[0])


def _state(job: int) -> tuple[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("select status::text, attempts from procrastinate_jobs where id = %s", [job])
        status, attempts = cursor.fetchone()
        return status, attempts


def _with_worker_connector(work: object) -> None:
    connector = app.connector
    assert isinstance(connector, DjangoConnector)

    async def run() -> None:
        async with app.open_async():
            await work()  # type: ignore[operator]

    with app.replace_connector(connector.get_worker_connector()):
        asyncio.run(run())


def test_a_job_of_a_killed_worker_waits_in_the_queue_again() -> None:
    job = _dead_job()
    _with_worker_connector(jobs.recover_stalled)
    assert _state(job) == ("todo", 1)


def test_a_job_that_kills_its_worker_each_time_is_given_up() -> None:
    job = _dead_job(attempts=jobs.MOST_ATTEMPTS - 1)
    _with_worker_connector(jobs.recover_stalled)
    assert _state(job)[0] == "failed"


def test_a_job_whose_successor_already_waits_is_not_done_twice() -> None:
    job = _dead_job(lock="keep_house")
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args)"
            " values ('default', 'keep_house', 0, 'keep_house', '{}')"
        )
    _with_worker_connector(jobs.recover_stalled)
    assert _state(job)[0] == "failed"


def test_a_job_of_a_living_worker_is_left_alone() -> None:
    job = _dead_job()
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_workers set last_heartbeat = now()")
    _with_worker_connector(jobs.recover_stalled)
    assert _state(job) == ("doing", 0)


def test_the_nightly_job_drops_old_jobs_and_ended_sessions() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into django_session (session_key, session_data, expire_date)"
            " values ('old', '', now() - interval '1 day')"
        )
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, priority, args, status)"
            " values ('default', 'x', 0, '{}', 'succeeded') returning id"
        )
        (old,) = cursor.fetchone()
        cursor.execute("update procrastinate_events set at = now() - interval '40 days' where job_id = %s", [old])
        cursor.execute(
            "insert into procrastinate_events (job_id, type, at) values (%s, 'succeeded', now() - interval '40 days')",
            [old],
        )
    jobs.keep_house.defer(timestamp=0)

    async def once() -> None:
        await app.run_worker_async(wait=False, listen_notify=False, install_signal_handlers=False)

    _with_worker_connector(once)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from django_session")
        assert cursor.fetchone() == (0,)
        cursor.execute("select count(*) from procrastinate_jobs where id = %s", [old])
        assert cursor.fetchone() == (0,)
