"""What the books promise: sums of zero, kept balances, nothing negative, nothing changed, nothing twice."""

from __future__ import annotations

import datetime
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.accounts.actor import Actor
from bangfu.bookkeeping import checking, closing, posting
from bangfu.bookkeeping.balances import balance, turnovers
from bangfu.bookkeeping.models import Account, Entry, Posting
from bangfu.bookkeeping.posting import Draft, Of, post, reverse

pytestmark = pytest.mark.django_db
NOBODY = Actor(None)
AT = datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.UTC)
BOOK = "test"
WORLD = Of("world", "外部", BOOK, "origin", is_non_negative=False)
TILLS = tuple(Of(f"till:{n}", f"第 {n} 户", BOOK, "till", category="ab"[n % 2], year=2025 + n % 2) for n in range(4))


def draft(source: Of, target: Of, fen: int, on: date = date(2026, 1, 5), **more: Any) -> Draft:
    more.setdefault("request_key", f"{source.key}-{target.key}-{fen}-{on}-{Entry.objects.count()}")
    return Draft(BOOK, "move", on, ((source, -fen), (target, fen)), **more)


def move(source: Of, target: Of, fen: int, on: date = date(2026, 1, 5), **more: Any) -> Entry:
    return post(draft(source, target, fen, on, **more), by=NOBODY, at=AT)


def undo(entry: Entry, on: date, key: str) -> Entry:
    return reverse(entry, happened_on=on, says="记错了户", request_key=key, by=NOBODY, at=AT)


days = st.dates(date(2026, 1, 1), date(2026, 1, 12))
steps = st.lists(
    st.tuples(st.integers(-1, 3), st.integers(-1, 3), st.integers(1, 60), days, st.booleans()), max_size=14
)


@given(steps)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_tried_balances_are_the_sums_of_their_postings_and_never_negative(
    db: None, tried: list[tuple[int, int, int, date, bool]]
) -> None:
    with transaction.atomic():
        for source, target, fen, on, is_undone in tried:
            if source != target:
                pair = [WORLD if n < 0 else TILLS[n] for n in (source, target)]
                with suppress(posting.Refused):
                    entry = move(pair[0], pair[1], fen, on)
                    if is_undone:
                        undo(entry, on, f"undo-{entry.pk}")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert [result.faults for result in checking.run()] == [[]] * len(checking.CHECKS)
        for day in (date(2025, 12, 31), date(2026, 1, 6), date(2026, 1, 31)):
            found = turnovers(("kind", "category"), day)
            assert all(group.agrees for group in found)
            assert sum(group.left_fen for group in found) == 0
            assert all(balance(till.key, day) >= 0 for till in TILLS)
        transaction.set_rollback(True)


def test_a_repeated_request_gives_the_first_entry_and_another_text_under_its_key_is_refused() -> None:
    first = move(WORLD, TILLS[0], 100, request_key="once")
    assert move(WORLD, TILLS[0], 100, request_key="once") == first
    assert balance("till:0") == 100
    with pytest.raises(posting.RequestReused, match="已经记过账"):
        move(WORLD, TILLS[0], 200, request_key="once")


def test_refusals_say_what_is_wrong_and_leave_nothing_behind() -> None:
    move(WORLD, TILLS[0], 10_000, date(2026, 1, 10), voucher_no="记-1")
    with pytest.raises(posting.NotEnough, match="第 0 户”只余 100.00 元，不够支出 100.01 元"):
        move(TILLS[0], TILLS[1], 10_001)
    with pytest.raises(posting.NotEnough, match="2026-01-09 那天的余额不够"):
        move(TILLS[0], TILLS[1], 1, date(2026, 1, 9))
    with pytest.raises(posting.VoucherTaken, match="记-1 已经用过"):
        move(WORLD, TILLS[0], 5, voucher_no="记-1")
    with pytest.raises(ValueError, match="no entry"):
        post(Draft(BOOK, "move", date(2026, 1, 1), ((WORLD, -2), (TILLS[0], 1)), "odd"), by=NOBODY, at=AT)
    assert Entry.objects.count() == 1
    assert balance("till:0") == 10_000


def test_a_counter_entry_names_what_it_corrects_once_and_may_not_overdraw() -> None:
    paid_in = move(WORLD, TILLS[0], 100)
    move(TILLS[0], TILLS[1], 60, date(2026, 1, 6))
    with pytest.raises(posting.NotEnough):
        undo(paid_in, date(2026, 1, 7), "a")
    onward = Entry.objects.latest("pk")
    counter = undo(onward, date(2026, 1, 7), "b")
    assert (counter.reverses, balance("till:0"), balance("till:1")) == (onward, 100, 0)
    with pytest.raises(posting.AlreadyReversed, match="已经冲正过"):
        undo(onward, date(2026, 1, 8), "c")
    with pytest.raises(posting.Refused, match="不能再冲正"):
        undo(counter, date(2026, 1, 8), "d")
    with pytest.raises(posting.Refused, match="不能早于"):
        undo(paid_in, date(2026, 1, 1), "e")


def test_a_closed_year_takes_only_counter_entries_dated_in_an_open_one() -> None:
    wrong = move(WORLD, TILLS[0], 100, date(2025, 5, 1))
    with pytest.raises(posting.Refused, match="没有过完"):
        closing.close(BOOK, 2999, by=NOBODY)
    closing.close(BOOK, 2025, by=NOBODY)
    with pytest.raises(posting.Refused, match="已经结过账"):
        closing.close(BOOK, 2024, by=NOBODY)
    for year in (2025, 2024):
        with pytest.raises(posting.YearClosed, match=f"{year} 年已经结账"):
            move(WORLD, TILLS[0], 5, date(year, 12, 31))
    undo(wrong, date(2026, 1, 2), "later")
    assert (balance("till:0", date(2025, 12, 31)), balance("till:0")) == (100, 0)
    assert closing.closed_years([BOOK]) == {BOOK: 2025}


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE bookkeeping_posting SET fen = fen * 2",
        "DELETE FROM bookkeeping_posting",
        "UPDATE bookkeeping_entry SET happened_on = '2026-02-01'",
        "DELETE FROM bookkeeping_entry",
        "UPDATE bookkeeping_account SET balance_fen = balance_fen + 1",
        "UPDATE bookkeeping_account SET is_non_negative = false",
        "INSERT INTO bookkeeping_posting (entry_id, account_id, happened_on, fen) SELECT entry_id, account_id, happened_on, fen"
        " FROM bookkeeping_posting",
        "INSERT INTO bookkeeping_entry (book, what, happened_on, legs, request_key) VALUES ('test', 'x', '2026-01-01', 2, 'x')",
        "INSERT INTO bookkeeping_account (book, key, title, kind, balance_fen) VALUES ('test', 'k', 't', 'till', 7)",
    ],
)
def test_no_program_gets_around_the_books(sql: str) -> None:
    move(WORLD, TILLS[0], 100)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert (Account.objects.get(key="till:0").balance_fen, Posting.objects.count()) == (100, 2)


def test_checks_find_what_went_wrong_behind_the_triggers() -> None:
    move(WORLD, TILLS[0], 100)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE bookkeeping_account SET balance_fen = 5 WHERE key = 'till:0'")
        cursor.execute("UPDATE bookkeeping_posting SET fen = -1 WHERE fen > 0")
        cursor.execute("SET session_replication_role = origin")
    faulty = [result.check.title for result in checking.run() if result.faults]
    assert faulty == ["借贷相等", "余额等于分录合计", "任何一天都不透支"]
