"""The ledger of doubts follows what a check found (1.1): new, there again, still there; what is found no more was mended, or
is gone. One transaction for each check, so that a check that was killed has replaced nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pghistory
import pyarrow as pa
import pyarrow.csv as pacsv
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from psycopg.types.json import Jsonb

from bangfu.consolidation.doubts import Doubt
from bangfu.divisions.scope import Scope
from bangfu.lawbook import holidays, parameters
from bangfu.ledger import history
from bangfu.people.models import Household, Person
from bangfu.policy.parameter import ParameterMissing
from bangfu.screening.doubts import ALONE
from bangfu.screening.doubts.rules import Rule

DAYS = "doubt_days"
COLUMNS = ("rule", "household_key", "member_key", "facts", "sentence", "fingerprint")
Counts = dict[str, int]
history.ACTS |= {"doubts.check": "疑点检查"}
_LOCK_SPACE = 0x42460103
_BLOCK = 50_000  # doubts written at once
_LIVE = (Doubt.State.OPEN, Doubt.State.EXPLAINED)


@dataclass(frozen=True)
class Checked:
    """What was asked: which rules, of a day and county, and the words for the history."""

    rules: Sequence[Rule]
    on: date
    county: int
    run: str

    @property
    def owners(self) -> dict[str, str]:
        """Who can know: what compares households is the town's."""
        return {rule.code: Doubt.Owner.VILLAGE if rule.level in ALONE else Doubt.Owner.TOWN for rule in self.rules}

    def due_on(self) -> date | None:
        try:
            return parameters.at(DAYS, self.on, self.county).due_on(self.on, holidays.table())
        except ParameterMissing:
            return None


@contextmanager
def _recorded(checked: Checked) -> Iterator[None]:
    who = {"user": None, "name": "疑点检查", "act": "doubts.check", "reason": checked.run}
    with transaction.atomic(), pghistory.context(**who):
        yield


def keep_county(doubts: pa.Table, checked: Checked, scope: Scope, since: datetime) -> Counts:
    """Of all households in the scope, but those that changed `since` the check read them: they were checked as they were
    saved, or will be with the next check."""
    inside = " OR ".join(f"d.village_id BETWEEN {low} AND {high}" for low, high in scope.ranges) or "false"
    with _recorded(checked), connection.cursor() as cursor:
        _lock(cursor, checked.county)
        cursor.execute(_MOVED.format(inside=inside), {"since": since})
        here = f"({inside}) AND NOT EXISTS (SELECT FROM doubt_moved o WHERE o.id = d.household_id)"
        counts = _keep(cursor, doubts, checked, here, without="SELECT id FROM doubt_moved")
        cursor.execute("DROP TABLE doubt_moved")
    return counts


def keep_homes(doubts: pa.Table, checked: Checked, homes: Sequence[int]) -> Counts:
    """Of these households, all of one county."""
    with _recorded(checked), connection.cursor() as cursor:
        _lock(cursor, checked.county)
        cursor.execute("CREATE TEMP TABLE doubt_homes (id bigint) ON COMMIT DROP")
        with cursor.copy("COPY doubt_homes FROM STDIN") as to:
            for home in homes:
                to.write_row([home])
        cursor.execute("ANALYZE doubt_homes")
        counts = _keep(cursor, doubts, checked, "d.household_id IN (SELECT id FROM doubt_homes)")
        cursor.execute("DROP TABLE doubt_homes")
    return counts


def _lock(cursor: Any, county: int) -> None:
    cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, county // 10**6])


def _keep(cursor: Any, doubts: pa.Table, checked: Checked, here: str, without: str = "") -> Counts:
    cursor.execute(
        "CREATE TEMP TABLE doubt_rows (rule text, household_id bigint, person_id bigint, facts text, sentence text,"
        " fingerprint text, fate text DEFAULT 'new') ON COMMIT DROP"
    )
    copy = "COPY doubt_rows (rule, household_id, person_id, facts, sentence, fingerprint) FROM STDIN (FORMAT csv)"
    with cursor.copy(copy) as to:
        for block in doubts.select(COLUMNS).to_batches(max_chunksize=_BLOCK):
            buffer = BytesIO()
            pacsv.write_csv(block, buffer, pacsv.WriteOptions(include_header=False))
            to.write(buffer.getvalue())
    if without:
        cursor.execute(f"DELETE FROM doubt_rows WHERE household_id IN ({without})")  # noqa: S608 (of this module)
    cursor.execute(
        "DELETE FROM doubt_rows a USING doubt_rows b WHERE a.fingerprint = b.fingerprint AND a.ctid > b.ctid"
    )
    cursor.execute("ANALYZE doubt_rows")
    told: dict[str, Any] = {"on": checked.on, "due": checked.due_on(), "rules": list(checked.owners)}
    cursor.execute(_SEEN)
    cursor.execute(_AGAIN, told)
    cursor.execute(_RETOLD)
    titles: Any = Jsonb({rule.code: rule.title for rule in checked.rules})
    cursor.execute(_NEW, told | {"titles": titles, "owners": Jsonb(checked.owners)})
    cursor.execute(_OVER.format(here=here), told)
    over = dict(cursor.fetchall())
    cursor.execute("SELECT fate, count(*) FROM doubt_rows GROUP BY 1")
    counts = {"new": 0, "again": 0, "still": 0, "mended": 0, "gone": 0} | dict(cursor.fetchall()) | over
    cursor.execute("DROP TABLE doubt_rows")
    return counts


_MOVED = """
    CREATE TEMP TABLE doubt_moved ON COMMIT DROP AS
    SELECT id FROM people_household d WHERE ({inside}) AND updated_at >= %(since)s
    UNION SELECT household_id FROM people_person d WHERE ({inside}) AND updated_at >= %(since)s
    UNION SELECT household_id FROM people_householdincome d WHERE ({inside}) AND updated_at >= %(since)s"""
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


def keep_one(found: Sequence[Mapping[str, str | None]], checked: Checked, household: Household) -> Counts:
    """Of one household, without the tables by set, whose making takes longer than the check."""
    told = {str(one["fingerprint"]): one for one in found}
    with _recorded(checked), connection.cursor() as cursor:
        _lock(cursor, checked.county)
        known = {doubt.fingerprint: doubt for doubt in Doubt.objects.filter(household=household)}
        again = [one for mark, one in known.items() if mark in told and one.state not in _LIVE]
        fresh = [mark for mark in told if mark not in known]
        rules = set(checked.owners)
        lost = [one for mark, one in known.items() if mark not in told and one.rule in rules and one.state in _LIVE]
        due = checked.due_on() if again or fresh else None
        _retell(known, told)
        _set(again, state=Doubt.State.OPEN, found_on=checked.on, due_on=due, over_on=None)
        titles, owners = {rule.code: rule.title for rule in checked.rules}, checked.owners
        Doubt.objects.bulk_create(
            Doubt(
                village_id=household.village_id, household=household, person_id=_key(told[mark]["member_key"]),
                rule=(code := str(told[mark]["rule"])), title=titles[code], owner=owners[code], fingerprint=mark,
                sentence=told[mark]["sentence"] or "", facts=told[mark]["facts"] or "", found_on=checked.on, due_on=due,
            )
            for mark in fresh
        )  # fmt: skip
        gone = _gone(lost, household)
        mended = [one for one in lost if one.pk not in gone]
        _set(mended, state=Doubt.State.MENDED, over_on=checked.on)
        _set([one for one in lost if one.pk in gone], state=Doubt.State.GONE, over_on=checked.on)
    counts = {"new": len(fresh), "again": len(again), "mended": len(mended), "gone": len(gone)}
    return counts | {"still": len(told) - len(fresh) - len(again)}


def _key(text: str | None) -> int | None:
    return int(text) if text else None


def _set(doubts: Collection[Doubt], **columns: Any) -> None:
    if doubts:
        rows = Doubt.objects.filter(pk__in=[doubt.pk for doubt in doubts])
        rows.update(**columns, version=F("version") + 1, updated_at=Now())


def _retell(known: Mapping[str, Doubt], told: Mapping[str, Mapping[str, str | None]]) -> None:
    for mark, doubt in known.items():
        if mark in told and doubt.sentence != told[mark]["sentence"]:
            one = told[mark]
            Doubt.objects.filter(pk=doubt.pk).update(sentence=one["sentence"], facts=one["facts"] or "")


def _gone(lost: Sequence[Doubt], household: Household) -> set[int]:
    """Those whose household or member is there no more."""
    if household.withdrawn_at is not None:
        return {doubt.pk for doubt in lost}
    people = {doubt.person_id for doubt in lost if doubt.person_id is not None}
    living: set[int | None] = {None}
    if people:
        here = Person.objects.filter(pk__in=people, household=household, left_on=None, withdrawn_at=None)
        living |= set(here.values_list("pk", flat=True))
    return {doubt.pk for doubt in lost if doubt.person_id not in living}
