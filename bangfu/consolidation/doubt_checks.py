"""Runs the logic checks over a county by a job, or over one household at once, and keeps the ledger of doubts (1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import pghistory
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django import app
from psycopg.types.json import Jsonb

from bangfu.accounts.actor import Actor
from bangfu.consolidation import doubt_tables
from bangfu.consolidation.doubt_runs import DoubtCheck
from bangfu.consolidation.doubts import Doubt
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import dates
from bangfu.lawbook import holidays, parameters
from bangfu.ledger import history
from bangfu.people.models import Household
from bangfu.policy.parameter import ParameterMissing
from bangfu.screening.doubts import book_on, check, check_one, engine
from bangfu.screening.doubts.rules import Level, Rule, RuleBook
from bangfu.screening.expressions import Scalar

TASK = "consolidation.check_doubts"
DAYS = "doubt_days"
ALONE = (Level.MEMBER, Level.HOUSEHOLD)
State = DoubtCheck.State
history.ACTS |= {"doubts.check": "疑点检查"}
_LOCK_SPACE = 0x42460103
_KILLED = "上次检查被中断了，什么也没有改动。请重新开始"
_FAILED = "检查时出了意外，什么也没有改动。请稍后重新开始；仍不行，请把编号 {} 报给管理员"
_COLUMNS = ("rule", "household_key", "member_key", "facts", "sentence", "fingerprint")


class Refused(ValueError):
    """No check is begun; the message says why."""


def start(county: Division, *, by: Actor) -> DoubtCheck:
    """Asks for a check of the county. Errors: Refused, while another is at work."""
    for other in DoubtCheck.objects.filter(county=county, state=State.RUNNING):
        notice_kill(other)
    made = DoubtCheck(county=county, as_of=dates.today(), started_by=by.user)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(f"{county}正在检查疑点，请等它做完") from error
    app.configure_task(TASK, queue="exchange", allow_unknown=False).defer(check=made.pk)
    return made


def work(pk: int) -> None:
    """Does the check; does nothing when another worker has it, or when it is over."""
    with _lock(pk) as is_ours:
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
    with _lock(found.pk) as is_free:
        if is_free and DoubtCheck.objects.filter(pk=found.pk, state=State.RUNNING).exists():
            _set(found, State.STOPPED, _KILLED)


def _set(found: DoubtCheck, state: str, message: str = "") -> None:
    found.state, found.message = state, message
    found.save()


def _check(found: DoubtCheck) -> None:
    book, county, scope = book_on(found.as_of), found.county_id, Scope.of([found.county_id])
    result = check(doubt_tables.of_place(book, scope), found.as_of, county, _own(book, found.as_of, county))
    left_out = {absent.rule: absent.because for absent in result.left_out}
    rows = zip(*(result.doubts[name].to_pylist() for name in _COLUMNS), strict=True)
    checked = [rule for rule in book.rules.values() if rule.code not in left_out]
    with transaction.atomic():
        found.counts = _keep(rows, checked, found.as_of, county, _here(scope), f"{found}")
        found.left_out = left_out
        _set(found, State.DONE)


def _here(scope: Scope) -> str:
    return " OR ".join(f"d.village_id BETWEEN {low} AND {high}" for low, high in scope.ranges) or "false"


def check_household(household: Household, *, by: Actor) -> dict[str, int]:
    """Checks one household as it is now; what compares several households is left to the check of the county."""
    today, county = dates.today(), household.village_id // 10**6 * 10**6
    book = book_on(today)
    own, given = _own(book, today, county), _given(book, county)
    rules = [rule for rule in book.rules.values() if rule.level in ALONE]
    left_out = {absent.rule for absent in engine.plan(book, given, today, county, own, rules).left_out}
    rows = doubt_tables.of_household(book, household.pk, given)
    found = check_one(rows, today, county, own, clear=False)
    checked = [rule for rule in rules if rule.code not in left_out]
    told = [tuple(one[name] for name in _COLUMNS) for one in found if one["rule"] not in left_out]
    with transaction.atomic():
        return _keep(told, checked, today, county, f"d.household_id = {household.pk}", f"{by.user or ''}检查一户")


def _given(book: RuleBook, county: int) -> dict[str, list[str]]:
    """Tables that a check of the county has, with their columns."""
    held = doubt_tables.held(book)
    return held if doubt_tables.has_measures(Scope.of([county])) else {n: c for n, c in held.items() if n != "measures"}


def not_checked(county: int, on: date) -> list[tuple[Rule, str]]:
    """Rules that a check of the county leaves out, and why."""
    book = book_on(on)
    given, rules = _given(book, county), list(book.rules.values())
    left_out = engine.plan(book, given, on, county, _own(book, on, county), rules).left_out
    return [(book.rules[absent.rule], absent.because) for absent in left_out]


def _own(book: RuleBook, on: date, county: int) -> dict[str, Scalar]:
    """Values that the law book registered for the place, instead of the guideline's."""
    known, found = parameters.Snapshot.take(), {}
    for code in {parameter for rule in book.rules.values() for parameter in rule.parameters} & set(known.overrides):
        try:
            found[code] = known.at(code, on, county).value
        except ParameterMissing:
            continue
    return found


def _due_on(on: date, county: int) -> date | None:
    try:
        return parameters.at(DAYS, on, county).due_on(on, holidays.table())
    except ParameterMissing:
        return None


def _keep(
    rows: Iterable[Sequence[Any]], checked: Sequence[Rule], on: date, county: int, here: str, run: str
) -> dict[str, int]:
    """The ledger follows what was found: new, there again, still there; what is found no more was mended, or is gone."""
    who = {"user": None, "name": "疑点检查", "act": "doubts.check", "reason": run}
    owners = {rule.code: _owner(rule) for rule in checked}
    with pghistory.context(**who), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, county // 10**6])
        cursor.execute(
            "CREATE TEMP TABLE doubt_rows (rule text, household_id bigint, person_id bigint, facts text, sentence text,"
            " fingerprint text, fate text DEFAULT 'new') ON COMMIT DROP"
        )
        with cursor.copy(
            "COPY doubt_rows (rule, household_id, person_id, facts, sentence, fingerprint) FROM STDIN"
        ) as to:
            for row in rows:
                to.write_row([None if value == "" else value for value in row])
        cursor.execute(
            "DELETE FROM doubt_rows a USING doubt_rows b WHERE a.fingerprint = b.fingerprint AND a.ctid > b.ctid"
        )
        cursor.execute("ANALYZE doubt_rows")
        cursor.execute(_SEEN)
        cursor.execute(_AGAIN, {"on": on, "due": _due_on(on, county)})
        cursor.execute(_RETOLD)
        titles: Any = Jsonb({rule.code: rule.title for rule in checked})
        owned: Any = Jsonb(owners)
        cursor.execute(_NEW, {"on": on, "due": _due_on(on, county), "titles": titles, "owners": owned})
        cursor.execute(_OVER.format(here=here), {"on": on, "rules": list(owners)})
        over = dict(cursor.fetchall())
        cursor.execute("SELECT fate, count(*) FROM doubt_rows GROUP BY 1")
        counts = {"new": 0, "again": 0, "still": 0, "mended": 0, "gone": 0} | dict(cursor.fetchall()) | over
        cursor.execute("DROP TABLE doubt_rows")
    return counts


def _owner(rule: Rule) -> str:
    """Who can know: what compares households is the town's."""
    return Doubt.Owner.VILLAGE if rule.level in ALONE else Doubt.Owner.TOWN


_SEEN = """
    UPDATE doubt_rows r SET fate = CASE WHEN d.state IN ('mended', 'gone') THEN 'again' ELSE 'still' END
    FROM consolidation_doubt d WHERE d.fingerprint = r.fingerprint"""
_AGAIN = """
    UPDATE consolidation_doubt d SET state = 'open', found_on = %(on)s, due_on = %(due)s, over_on = NULL,
        version = d.version + 1, updated_at = now()
    FROM doubt_rows r WHERE r.fingerprint = d.fingerprint AND r.fate = 'again'"""
_RETOLD = """
    UPDATE consolidation_doubt d SET sentence = r.sentence, facts = coalesce(r.facts, '')
    FROM doubt_rows r WHERE r.fingerprint = d.fingerprint AND r.fate <> 'new' AND d.sentence <> r.sentence"""
_NEW = """
    INSERT INTO consolidation_doubt (village_id, household_id, person_id, rule, title, sentence, facts, fingerprint, owner,
        found_on, due_on)
    SELECT h.village_id, h.id, r.person_id, r.rule, t.title, r.sentence, coalesce(r.facts, ''), r.fingerprint, o.owner,
        %(on)s, %(due)s
    FROM doubt_rows r JOIN people_household h ON h.id = r.household_id
    JOIN jsonb_each_text(%(titles)s) t (rule, title) ON t.rule = r.rule
    JOIN jsonb_each_text(%(owners)s) o (rule, owner) ON o.rule = r.rule
    WHERE r.fate = 'new' ORDER BY h.village_id, h.id"""
_OVER = """
    WITH over AS (
        UPDATE consolidation_doubt d SET over_on = %(on)s, version = d.version + 1, updated_at = now(),
            state = CASE WHEN h.withdrawn_at IS NULL AND (p.id IS NULL OR (p.left_on IS NULL AND p.withdrawn_at IS NULL
                AND p.household_id = d.household_id)) THEN 'mended' ELSE 'gone' END
        FROM people_household h, consolidation_doubt own LEFT JOIN people_person p ON p.id = own.person_id
        WHERE h.id = d.household_id AND own.id = d.id AND d.state IN ('open', 'explained') AND d.rule = ANY (%(rules)s)
            AND ({here}) AND NOT EXISTS (SELECT FROM doubt_rows r WHERE r.fingerprint = d.fingerprint)
        RETURNING d.state)
    SELECT state, count(*) FROM over GROUP BY 1"""


@contextmanager
def _lock(pk: int) -> Iterator[bool]:
    """Held by the session that works on the check, and freed by the database when that session dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_SPACE + 1, pk])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_SPACE + 1, pk])
