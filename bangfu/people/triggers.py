"""What follows from other rows is kept by the database, by set, whatever wrote the rows (form, API, import, undo, COPY).

- head, member count and search keys of a household follow from its members;
- who comes in as the second record of somebody present makes a pair to decide (duplicates.py);
- the village of members, incomes and events follows from the household;
- a household without a number of the national system gets one of its own;
- search keys follow from number, phone and village, also when codes of divisions change: whoever writes gives those of the
  name alone. These two triggers work by row, and so are plain ones of migration 0003, without the switch of pgtrigger.

The SQL functions are in migrations 0002 and 0003. A bulk load switches triggers off and computes the same itself (demo/load.py).
"""

from __future__ import annotations

import pgtrigger

_WATCHED = ("household_id", "name", "relation_to_head", "left_on", "withdrawn_at", "is_disputed", "search_keys")


def _statement(name: str, operation: pgtrigger.Operation, func: str, **rows: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**rows),  # type: ignore[no-untyped-call]
        func=f"{func} RETURN NULL;",
    )


def _changed(old: str, new: str) -> str:
    columns = [", ".join(f"{row}.{column}" for column in _WATCHED) for row in (old, new)]
    return f"({columns[0]}) IS DISTINCT FROM ({columns[1]})"


_CHANGED_HOUSEHOLDS = (
    "SELECT unnest(ARRAY[o.household_id, n.household_id]) FROM old_rows o JOIN new_rows n USING (id)"  # noqa: S608
    f" WHERE {_changed('o', 'n')} GROUP BY 1"
)


def _refresh(households: str) -> str:
    """Only when there is a household: a statement trigger also fires for no row, and would call itself for ever."""
    return f"PERFORM people_refresh_households(found.ids) FROM (SELECT ARRAY({households}) AS ids) found WHERE found.ids <> '{{}}';"


def _before_first(events: str) -> pgtrigger.Trigger:
    """What came in by a bulk load has no history yet: its first change keeps what was there before."""
    return pgtrigger.Trigger(
        name="before_first",  # fires before the triggers of history, which are called update_…
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        referencing=pgtrigger.Referencing(old="old_rows"),  # type: ignore[no-untyped-call]
        declare=[("columns", "text")],
        func=f"""
            SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
            WHERE attrelid = '{events}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
                AND attname NOT LIKE 'pgh~_%' ESCAPE '~';
            EXECUTE 'INSERT INTO {events} (pgh_created_at, pgh_label, pgh_obj_id, ' || columns || ')'
                ' SELECT o.created_at, ''insert'', o.id, ' || columns || ' FROM old_rows o'
                ' WHERE NOT EXISTS (SELECT FROM {events} e WHERE e.pgh_obj_id = o.id)';
            RETURN NULL;""",  # noqa: S608 (constants of this module)
    )


_PAIR_UP = (
    "PERFORM people_pair_up(found.numbers) FROM (SELECT ARRAY(SELECT DISTINCT identity_key FROM new_rows WHERE is_disputed)"
    " AS numbers) found WHERE found.numbers <> '{}';"
)
_UNPAIR = (
    "DELETE FROM people_duplicatepair p USING old_rows o WHERE p.first_id = o.id;"
    " DELETE FROM people_duplicatepair p USING old_rows o WHERE p.second_id = o.id;"
)

PERSON = [
    _statement(
        "household_gains", pgtrigger.Insert, _refresh("SELECT DISTINCT household_id FROM new_rows"), new="new_rows"
    ),
    _statement(
        "household_loses", pgtrigger.Delete, _refresh("SELECT DISTINCT household_id FROM old_rows"), old="old_rows"
    ),
    _statement(
        "household_changes",
        pgtrigger.Update,
        _refresh(_CHANGED_HOUSEHOLDS),
        old="old_rows",
        new="new_rows",
    ),
    _statement("doubles_come", pgtrigger.Insert, _PAIR_UP, new="new_rows"),
    _statement("doubles_go", pgtrigger.Delete, _UNPAIR, old="old_rows"),
    _before_first("people_personevent"),
]

_FOLLOWERS = ("people_person", "people_householdincome", "people_memberevent")

_MOVED = "FROM new_rows n JOIN old_rows o USING (id) WHERE n.village_id <> o.village_id"


def _follow(table: str) -> str:
    return (
        f"UPDATE {table} f SET village_id = n.village_id {_MOVED}"  # noqa: S608 (constants of this module)
        " AND f.household_id = n.id AND f.village_id <> n.village_id;"
    )


_OWN_NUMBER = pgtrigger.Trigger(
    name="own_number",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Q(new__household_no__isnull=True),
    func="NEW.household_no = 'J' || lpad(NEW.id::text, 9, '0'); RETURN NEW;",
)

HOUSEHOLD = [
    _statement(
        "village_followers",
        pgtrigger.Update,
        # by EXCEPT: for EXISTS over a join the planner tries each old row with each new one, hoping to be done soon
        "IF EXISTS (SELECT id, village_id FROM new_rows EXCEPT SELECT id, village_id FROM old_rows)"  # noqa: S608
        f" THEN {' '.join(map(_follow, _FOLLOWERS))} END IF;",
        old="old_rows",
        new="new_rows",
    ),
    _OWN_NUMBER,
    _before_first("people_householdevent"),
]
