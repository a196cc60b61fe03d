"""What the database itself holds, whatever program writes: sums of zero, kept balances, nothing negative, nothing changed."""

from __future__ import annotations

import pgtrigger

UPDATE, DELETE = pgtrigger.Update, pgtrigger.Delete
#: SQLSTATEs that the triggers raise; posting.py turns them into words
CHANGED, UNBALANCED, CLOSED, OVERDRAWN_BEFORE = "BK001", "BK002", "BK003", "BK004"


def _raise(message: str, code: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = '{code}'"


def never(operation: pgtrigger.Operation, name: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=operation,
        func=f"{_raise('bookkeeping is written once', CHANGED)};",
    )


def account_stays() -> pgtrigger.Trigger:
    """What an account is stays; its balance moves by postings alone. Its division may get another code."""
    stays = " OR ".join(
        f"NEW.{name} IS DISTINCT FROM OLD.{name}"
        for name in ("key", "book", "kind", "category", "year", "is_non_negative")
    )
    return pgtrigger.Trigger(
        name="account_stays",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"IF {stays} OR (pg_trigger_depth() < 2 AND (NEW.balance_fen, NEW.last_on) IS DISTINCT FROM"
        f" (OLD.balance_fen, OLD.last_on)) THEN {_raise('accounts move by postings', CHANGED)}; END IF; RETURN NEW;",
    )


def account_begins_empty() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="account_begins_empty",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"IF NEW.balance_fen <> 0 OR NEW.last_on IS NOT NULL THEN"
        f" {_raise('accounts move by postings', CHANGED)}; END IF; RETURN NEW;",
    )


def _at_commit(name: str, entry: str, condition: str = "true") -> pgtrigger.Trigger:
    """An entry ends its transaction with the postings it was begun with, and they sum up to zero."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        func=f"IF {condition} AND NOT (SELECT count(*) = e.legs AND count(*) > 1 AND sum(p.fen) = 0"  # noqa: S608 (constants)
        " FROM bookkeeping_entry e JOIN bookkeeping_posting p ON p.entry_id = e.id AND p.happened_on = e.happened_on"
        f" WHERE e.id = {entry} GROUP BY e.legs) IS TRUE THEN {_raise('an entry sums up to zero', UNBALANCED)};"
        " END IF; RETURN NULL;",
    )


def entry_is_whole() -> pgtrigger.Trigger:
    return _at_commit("entry_is_whole", "NEW.id")


def posting_is_of_whole() -> pgtrigger.Trigger:
    """Only the last posting of an entry looks."""
    last = "NOT EXISTS (SELECT FROM bookkeeping_posting l WHERE l.entry_id = NEW.entry_id AND l.id > NEW.id)"
    return _at_commit("posting_is_of_whole", "NEW.entry_id", last)


_KEEPING = f"""
PERFORM pg_advisory_xact_lock_shared(hashtext('bookkeeping'), hashtext(b.book)) FROM (
    SELECT DISTINCT a.book FROM new_rows n JOIN bookkeeping_account a ON a.id = n.account_id ORDER BY a.book
) b;
IF EXISTS (
    SELECT FROM new_rows n JOIN bookkeeping_account a ON a.id = n.account_id
    JOIN bookkeeping_closedyear c ON c.book = a.book AND extract(year FROM n.happened_on) <= c.year
) THEN {_raise("the year is closed", CLOSED)}; END IF;
PERFORM FROM bookkeeping_account
    WHERE id = ANY (ARRAY(SELECT DISTINCT account_id FROM new_rows)) ORDER BY id FOR NO KEY UPDATE;
IF EXISTS (
    SELECT FROM (
        SELECT n.account_id, min(n.happened_on) AS first FROM new_rows n
        JOIN bookkeeping_account a ON a.id = n.account_id AND a.is_non_negative AND n.happened_on < a.last_on
        GROUP BY n.account_id HAVING min(n.fen) < 0
    ) back CROSS JOIN LATERAL (
        SELECT d.day, sum(sum(p.fen)) OVER (ORDER BY d.day) AS left_fen
        FROM bookkeeping_posting p CROSS JOIN LATERAL (SELECT greatest(p.happened_on, back.first)) d (day)
        WHERE p.account_id = back.account_id GROUP BY d.day
    ) days WHERE days.left_fen < 0
) THEN {_raise("not enough on that day", OVERDRAWN_BEFORE)}; END IF;
UPDATE bookkeeping_account a SET balance_fen = a.balance_fen + n.fen, last_on = greatest(a.last_on, n.last_on)
    FROM (SELECT account_id, sum(fen) AS fen, max(happened_on) AS last_on FROM new_rows GROUP BY account_id) n
    WHERE a.id = n.account_id;
RETURN NULL;
"""  # noqa: S608 (constants)


def balances_are_kept() -> pgtrigger.Trigger:
    """Accounts are locked in the order of their keys, so that no two writers wait for each other."""
    return pgtrigger.Trigger(
        name="balances_are_kept",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_rows"),  # type: ignore[no-untyped-call]
        func=_KEEPING,
    )
