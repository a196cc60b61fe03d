"""Runs the logic checks over a county by a job, asked for by a person or each night, and keeps the ledger of doubts (1.1)."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django import app

from bangfu.accounts.actor import Actor
from bangfu.consolidation import doubt_keeping, doubt_tables
from bangfu.consolidation.doubt_runs import DoubtCheck
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.exchange.locks import run_lock
from bangfu.kernel import dates
from bangfu.kernel.codes import Level
from bangfu.lawbook import parameters
from bangfu.policy.parameter import ParameterMissing
from bangfu.screening.doubts import book_on, check, engine
from bangfu.screening.doubts.rules import Rule, RuleBook
from bangfu.screening.expressions import Scalar

TASK = "consolidation.check_doubts"
State = DoubtCheck.State
_LOCK_SPACE = 0x42460104
#: tables of the national system that the register does not keep
_NOT_HELD = {
    "labour": "要看每一段务工的起止时间、所在县和电话（国家系统的“已外出务工表”），本系统还没有登记这张表；"
    "可把导出的表用“./run bangfu check 文件”检查",
    "villages": "要看全村的户数、耕地和林地合计（国家系统的“行政村表”），本系统还没有登记这张表；"
    "可把导出的户表和行政村表一起用“./run bangfu check 文件”检查",
    "measures": "这个县还没有在本系统登记帮扶措施，缺少措施说明不了什么；登记第一项之后开始检查",
}
_KILLED = "上次检查被中断了，什么也没有改动。请重新开始"
_FAILED = "检查时出了意外，什么也没有改动。请稍后重新开始；仍不行，请把编号 {} 报给管理员"


class Refused(ValueError):
    """No check is begun; the message says why."""


def start(county: Division, *, by: Actor | None) -> DoubtCheck:
    """Asks for a check of the county. Errors: Refused, while another is at work."""
    for other in DoubtCheck.objects.filter(county=county, state=State.RUNNING):
        notice_kill(other)
    made = DoubtCheck(county=county, as_of=dates.today(), started_by=by.user if by else None)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(f"{county}正在检查疑点，请等它做完") from error
    app.configure_task(TASK, queue="exchange", allow_unknown=False).defer(check=made.pk)
    return made


def start_all() -> int:
    """Each night: one check for each county that has households. A county that is busy goes on with its own."""
    begun = 0
    for county in Division.objects.raw(_WITH_HOUSEHOLDS, [Level.COUNTY]):
        with suppress(Refused):
            start(county, by=None)
            begun += 1
    return begun


_WITH_HOUSEHOLDS = """
    SELECT * FROM divisions_division c WHERE level = %s AND EXISTS (SELECT FROM people_household h
        WHERE h.village_id BETWEEN c.code AND c.code + 999999 AND h.withdrawn_at IS NULL) ORDER BY code"""


def work(pk: int) -> None:
    """Does the check; does nothing when another worker has it, or when it is over."""
    with run_lock(_LOCK_SPACE, pk) as is_ours:
        found = DoubtCheck.objects.select_related("county").filter(pk=pk).first() if is_ours else None
        if found is None or not found.is_busy:
            return
        _set(found, State.RUNNING)
        try:
            _check(found)
        except Exception:  # the person must not wait for ever; the error goes on to the log
            _set(found, State.STOPPED, _FAILED.format(f"D{pk:06d}"))
            raise


def notice_kill(found: DoubtCheck) -> None:
    if found.state != State.RUNNING:
        return
    with run_lock(_LOCK_SPACE, found.pk) as is_free:
        if is_free and DoubtCheck.objects.filter(pk=found.pk, state=State.RUNNING).exists():
            _set(found, State.STOPPED, _KILLED)


def _set(found: DoubtCheck, state: str, message: str = "") -> None:
    found.state, found.message = state, message
    found.save()


def _check(found: DoubtCheck) -> None:
    book, county, scope = book_on(found.as_of), found.county_id, Scope.of([found.county_id])
    since = _now()
    result = check(doubt_tables.of_place(book, scope), found.as_of, county, own(book, found.as_of, county))
    left_out = {absent.rule: absent.because for absent in result.left_out}
    rules = [rule for rule in book.rules.values() if rule.code not in left_out]
    asked = doubt_keeping.Checked(rules, found.as_of, county, f"{found}")
    with transaction.atomic():
        found.counts = doubt_keeping.keep_county(result.doubts, asked, scope, since)
        found.left_out = left_out
        _set(found, State.DONE)


def _now() -> datetime:
    """Rows written from now on are dated no earlier: a transaction dates them by its own beginning."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT least(clock_timestamp(), min(xact_start)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL"
        )
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


def given(book: RuleBook, county: int) -> dict[str, list[str]]:
    """Tables that a check of the county has, with their columns."""
    held = doubt_tables.held(book)
    return held if doubt_tables.has_measures(Scope.of([county])) else {n: c for n, c in held.items() if n != "measures"}


def not_checked(county: int, on: date) -> list[tuple[Rule, str]]:
    """Rules that a check of the county leaves out, and why."""
    book = book_on(on)
    columns, rules = given(book, county), list(book.rules.values())
    left_out = engine.plan(book, columns, on, county, own(book, on, county), rules).left_out
    return [(book.rules[absent.rule], _NOT_HELD.get(absent.table, absent.because)) for absent in left_out]


def own(book: RuleBook, on: date, county: int) -> dict[str, Scalar]:
    """Values that the law book registered for the place, instead of the guideline's."""
    known, found = parameters.Snapshot.take(), {}
    for code in {parameter for rule in book.rules.values() for parameter in rule.parameters} & set(known.overrides):
        try:
            found[code] = known.at(code, on, county).value
        except ParameterMissing:
            continue
    return found
