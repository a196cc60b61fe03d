"""Background jobs (procrastinate): what the worker does by itself.

A job must bear being run twice: a worker that was killed leaves its job half done, and it is run again here.
"""

from __future__ import annotations

import asyncio

import structlog
from asgiref.sync import sync_to_async
from django.core.management import call_command
from django.utils import timezone
from procrastinate import builtin_tasks
from procrastinate.app import WorkerOptions
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status

from bangfu.consolidation import report_limits
from bangfu.kernel import dates
from bangfu.ledger import drafts
from bangfu.site import put_off_acts, week

log = structlog.get_logger(__name__)

CONCURRENCY = 2
HEARTBEAT_SECONDS = 10.0
STALLED_SECONDS = 30.0
MOST_ATTEMPTS = 3
KEPT_DAYS = 30

RECOVER_EVERY_SECONDS = 20

WORKER: WorkerOptions = {
    "concurrency": CONCURRENCY,
    "update_heartbeat_interval": HEARTBEAT_SECONDS,
    "stalled_worker_timeout": STALLED_SECONDS,
    "shutdown_graceful_timeout": 20.0,
}


async def work() -> None:
    """Run jobs until SIGTERM or Ctrl-C; running ones get 20 seconds to finish."""
    async with app.open_async():
        recovery = asyncio.create_task(_recover_stalled_again_and_again())
        try:
            await app.run_worker_async(**WORKER)
        finally:
            recovery.cancel()


async def _recover_stalled_again_and_again() -> None:
    """Beside the jobs, not one of them: it must go on when every place is taken."""
    while True:
        try:
            await recover_stalled()
        except (ConnectorException, OSError) as error:  # the database restarts: the next round will do
            log.warning("recovery_postponed", error=type(error).__name__)
        await asyncio.sleep(RECOVER_EVERY_SECONDS)


async def recover_stalled() -> None:
    """Jobs of workers that no longer give a sign go back to the queue; after the third attempt they have failed."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        attempts = job.attempts + 1
        if attempts < MOST_ATTEMPTS and await _requeued(job):
            log.warning("job_recovered", job=job.id, task=job.task_name, attempts=attempts)
        elif job.id is not None:
            await app.job_manager.finish_job_by_id_async(job_id=job.id, status=Status.FAILED, delete_job=False)
            log.error("job_given_up", job=job.id, task=job.task_name, attempts=attempts)


async def _requeued(job: Job) -> bool:
    try:
        await app.job_manager.retry_job(job)
    except UniqueViolation:  # the same work waits in the queue already
        return False
    return True


@app.periodic(cron="20 18 * * *")  # 02:20 in Beijing
@app.task(name="keep_house", queueing_lock="keep_house", pass_context=True)
async def keep_house(context: JobContext, timestamp: int) -> None:
    """Finished jobs older than a month, sessions that ended and forgotten drafts take room and tell nothing."""
    await builtin_tasks.remove_old_jobs(context, max_hours=24 * KEPT_DAYS, remove_failed=True, remove_cancelled=True)
    await sync_to_async(call_command)("clearsessions")
    await sync_to_async(drafts.forget_old)()
    await sync_to_async(report_limits.forget_old)()
    await sync_to_async(put_off_acts.end_over)(dates.today(), timezone.now())
    await sync_to_async(week.forget_old)(dates.today())


@app.periodic(cron="10 22 * * 0")  # Monday 06:10 in Beijing
@app.task(name="make_digests", queueing_lock="make_digests")
async def make_digests(timestamp: int) -> None:
    """One page a person and week; nobody is sent single messages."""
    await sync_to_async(week.make_all)(dates.today())
