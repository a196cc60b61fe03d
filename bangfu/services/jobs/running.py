"""A matching of a county (3.1): asked for by the county, done by a job; its proposals replace the old open ones at once."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from bangfu.accounts.actor import Actor
from bangfu.divisions.models import Division
from bangfu.exchange import progress
from bangfu.exchange.locks import run_lock
from bangfu.kernel import codes, dates
from bangfu.lawbook.parameters import Snapshot
from bangfu.ledger import history
from bangfu.ledger.acts import recorded
from bangfu.services.jobs import engine, explaining, reading
from bangfu.services.jobs.match_run import MatchRun
from bangfu.services.jobs.reading import Material
from bangfu.services.jobs.scoring import Weights

TASK = "services.match"
State = MatchRun.State
history.ACTS |= {"jobs.match": "人岗匹配"}
_LOCK_SPACE = 0x42460131
_KILLED = "上次匹配被中断了，原来的推荐没有变。请重新开始"
_FAILED = "匹配时出了意外，原来的推荐没有变。请稍后重新开始；仍不行，请把编号 {} 报给管理员"
_COMING = """DROP TABLE IF EXISTS match_rows;
    CREATE TEMPORARY TABLE match_rows (wish_id bigint, job_post_id bigint, score int, reasons jsonb) ON COMMIT DROP"""
_GONE = """DELETE FROM services_jobproposal p WHERE p.state = 'open' AND p.village_id BETWEEN %(low)s AND %(high)s AND NOT EXISTS (
    SELECT FROM match_rows m WHERE m.wish_id = p.wish_id AND m.job_post_id = p.job_post_id)"""
_STAY = """UPDATE services_jobproposal p SET score = m.score, reasons = m.reasons, updated_at = now() FROM match_rows m
    WHERE p.wish_id = m.wish_id AND p.job_post_id = m.job_post_id AND p.state = 'open'"""
_NEW = """INSERT INTO services_jobproposal (version, created_at, updated_at, withdrawn_reason, village_id, household_id, person_id, name,
        wish_id, job_post_id, score, reasons, state, declined_reason, declined_words)
    SELECT 1, now(), now(), '', w.village_id, w.household_id, w.person_id, w.name, m.wish_id, m.job_post_id, m.score, m.reasons,
        'open', '', ''
    FROM match_rows m JOIN services_employmentwish w ON w.id = m.wish_id AND w.placed_on IS NULL AND w.closed_reason = ''
        AND w.withdrawn_at IS NULL AND NOT EXISTS (SELECT FROM services_jobproposal a
            WHERE a.wish_id = w.id AND a.state IN ('accepted', 'placed') AND a.withdrawn_at IS NULL)
    ORDER BY w.village_id, m.score DESC
    ON CONFLICT DO NOTHING"""


class Refused(ValueError):
    """No matching is begun; the message says why and what to do."""


def start(county: Division, *, by: Actor) -> MatchRun:
    """Errors: Refused, while another of the county is at work."""
    for other in MatchRun.objects.filter(county=county, state__in=[State.QUEUED, State.RUNNING]):
        notice_kill(other)
    user = by.user
    assert user
    try:
        with transaction.atomic():
            made = MatchRun.objects.create(county=county, by=user)
            app.configure_task(TASK, queue="exchange", allow_unknown=False).defer(run=made.pk)
    except IntegrityError as error:
        raise Refused(f"{county}正在匹配，请等它做完") from error
    return made


def work(pk: int) -> None:
    """Does the run; does nothing when another worker has it, or when it is over."""
    with run_lock(_LOCK_SPACE, pk) as is_ours:
        run = MatchRun.objects.select_related("county").filter(pk=pk).first() if is_ours else None
        if run is None or not run.is_busy:
            return
        _set(run, state=State.RUNNING)
        key = f"matching:{pk}"
        try:
            with progress.of(key, "取意向和岗位") as told:
                match(run, dates.today(), told)
        except Exception:  # the person must not wait for ever; the error goes on to the log
            _set(run, state=State.STOPPED, message=_FAILED.format(f"M{pk:06d}"))
            raise
        finally:
            progress.forget(key)


def notice_kill(run: MatchRun) -> None:
    """A run in hand whose lock is free has lost its worker: say so; another may be begun."""
    if run.state != State.RUNNING:
        return
    with run_lock(_LOCK_SPACE, run.pk) as is_free:
        if is_free and MatchRun.objects.filter(pk=run.pk, state=State.RUNNING).exists():
            _set(run, state=State.STOPPED, message=_KILLED)


def _set(run: MatchRun, **columns: Any) -> None:
    MatchRun.objects.filter(pk=run.pk).update(**columns)
    run.refresh_from_db()


def match(run: MatchRun, on: date, told: progress.Told) -> None:
    law = Snapshot.take()
    weights = Weights.of(lambda code: int(law.at(code, on, run.county_id).value))
    material = reading.read(run.county, weights, on)
    found = engine.match(material.wishes, material.posts, weights, material.declined, told.step)
    told.step("写入推荐")
    chosen = [(wish, int(post)) for wish, post in enumerate(found.post) if post >= 0]
    nothing = [
        (material.said_wishes[wish][4], int(material.wishes.key[wish]),
         explaining.why_nothing(material, wish, bool(found.fitting[wish]), weights))
        for wish in range(len(material.wishes)) if found.post[wish] < 0
    ]  # fmt: skip
    with recorded(Actor(run.by), "jobs.match"):
        _write(run, material, chosen, found, weights)
        counts = {
            "wishes": len(material.wishes), "posts": len(material.posts), "proposed": len(chosen),
            "past_posts": material.past_posts, "full_posts": int((material.posts.seats <= 0).sum()),
        }  # fmt: skip
        left_out = [list(each) for each in (*material.left_out, *nothing)]
        _set(run, state=State.DONE, finished_at=timezone.now(), counts=counts, left_out=left_out, message="")


def _write(
    run: MatchRun, material: Material, chosen: list[tuple[int, int]], found: engine.Found, weights: Weights
) -> None:
    low, high = codes.bounds(run.county_id)
    values = {"low": low, "high": high}
    with connection.cursor() as cursor:
        cursor.execute(_COMING)
        with cursor.copy("COPY match_rows FROM STDIN") as copy:
            for wish, post in chosen:
                reasons = json.dumps(explaining.lines(material, wish, post, weights), ensure_ascii=False)
                row = (int(material.wishes.key[wish]), int(material.posts.key[post]), int(found.score[wish]), reasons)
                copy.write_row(row)
        cursor.execute("ANALYZE match_rows")
        cursor.execute("DISCARD PLANS")
        for sql in (_GONE, _STAY, _NEW):
            cursor.execute(sql, values)
