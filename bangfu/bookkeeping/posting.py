"""The one way into the books: an entry with its postings, in one transaction, once for each request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import DatabaseError, connection, transaction

from bangfu.accounts.actor import Actor
from bangfu.bookkeeping import triggers
from bangfu.bookkeeping.models import Account, Entry
from bangfu.kernel.money import from_fen, show_yuan


class Refused(ValueError):
    """The books do not take it; the message says why and what to do, in Chinese."""


class NotEnough(Refused):
    """An account that cannot be negative would be."""


class YearClosed(Refused):
    """Dated in a year whose book is closed."""


class VoucherTaken(Refused):
    """The voucher number stands on another entry of the book."""


class AlreadyReversed(Refused):
    """A counter-entry of this entry exists."""


class RequestReused(Refused):
    """The same request key came with other postings."""


@dataclass(frozen=True)
class Of:
    """An account by its key; made when it is first needed."""

    key: str
    title: str
    book: str
    kind: str
    division: int | None = None
    category: str = ""
    year: int = 0
    is_non_negative: bool = True


@dataclass(frozen=True)
class Draft:
    """An entry to be. `legs`: account and fen, + more, - less; `request_key`: the same again writes nothing more."""

    book: str
    what: str
    happened_on: date
    legs: tuple[tuple[Of, int], ...]
    request_key: str
    says: str = ""
    document_no: str = ""
    voucher_no: str = ""
    reverses: int | None = None


def post(draft: Draft, *, by: Actor, at: datetime) -> Entry:
    """Writes it, or gives the entry that the same request made first.

    Errors: NotEnough, YearClosed, VoucherTaken, AlreadyReversed, RequestReused; ValueError for legs that are no entry.
    """
    legs = _merged(draft)
    try:
        with transaction.atomic():
            entry = _begin(draft, len(legs), by, at)
            if entry is None:
                return _first(draft, legs)
            keys = _accounts(draft)
            _enough(draft, legs, keys)
            _write(entry, draft, legs, keys)
            return entry
    except DatabaseError as error:
        raise _in_words(error, draft) or error from error


def reverse(entry: Entry, *, happened_on: date, says: str, request_key: str, by: Actor, at: datetime) -> Entry:
    """冲正: the same postings with the other sign, dated in an open year, naming what it corrects."""
    if entry.reverses_id:
        raise Refused("冲正凭证本身不能再冲正；请重新登记正确的一笔")
    if happened_on < entry.happened_on:
        raise Refused(f"冲正日期不能早于原凭证日期 {entry.happened_on}")
    rows = entry.postings.select_related("account").order_by("pk")
    legs = tuple((_of(row.account), -row.fen) for row in rows)
    draft = Draft(
        entry.book, entry.what, happened_on, legs, request_key, says, document_no=entry.document_no, reverses=entry.pk
    )
    return post(draft, by=by, at=at)


def _of(account: Account) -> Of:
    return Of(
        account.key, account.title, account.book, account.kind, account.division_id, account.category, account.year,
        account.is_non_negative,
    )  # fmt: skip


def _merged(draft: Draft) -> dict[str, int]:
    """Fen by account. What nets to nothing on one account is no entry."""
    legs: Counter[str] = Counter()
    for account, fen in draft.legs:
        legs[account.key] += fen
    if sum(legs.values()) or len(legs) < 2 or 0 in legs.values():
        raise ValueError(f"no entry: {dict(legs)}")
    return dict(legs)


def _begin(draft: Draft, legs: int, by: Actor, at: datetime) -> Entry | None:
    """None when the request was here before; waits while another process is writing the same one."""
    user = by.user
    row = (
        draft.book, draft.what, draft.happened_on, draft.says[:200], draft.document_no, draft.voucher_no,
        draft.request_key, legs, draft.reverses, user.pk if user else None, str(user or ""), at,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bookkeeping_entry (book, what, happened_on, says, document_no, voucher_no, request_key, legs,"
            " reverses_id, by_id, by_name, at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (request_key) DO NOTHING RETURNING id",
            row,
        )
        made = cursor.fetchone()
    return Entry.objects.get(pk=made[0]) if made else None


def _first(draft: Draft, legs: dict[str, int]) -> Entry:
    entry = Entry.objects.get(request_key=draft.request_key)
    written = dict(entry.postings.values_list("account__key", "fen"))
    if written != legs or (entry.what, entry.happened_on) != (draft.what, draft.happened_on):
        raise RequestReused("这次提交已经记过账，内容与现在的不同；请刷新页面后重新填写")
    return entry


def _accounts(draft: Draft) -> dict[str, tuple[int, int, bool]]:
    """Accounts of the draft, locked in the order of their ids: key → id, balance, is_non_negative."""
    wanted = sorted({account.key: account for account, _ in draft.legs}.values(), key=lambda each: each.key)
    Account.objects.bulk_create(
        [
            Account(
                key=each.key, title=each.title[:160], book=each.book, kind=each.kind, division_id=each.division,
                category=each.category, year=each.year, is_non_negative=each.is_non_negative,
            )
            for each in _missing(wanted)
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    rows = Account.objects.filter(key__in=[each.key for each in wanted]).order_by("pk").select_for_update(no_key=True)
    return {row.key: (row.pk, row.balance_fen, row.is_non_negative) for row in rows}


def _missing(wanted: Sequence[Of]) -> list[Of]:
    found = set(Account.objects.filter(key__in=[each.key for each in wanted]).values_list("key", flat=True))
    return [each for each in wanted if each.key not in found]


def _enough(draft: Draft, legs: dict[str, int], keys: dict[str, tuple[int, int, bool]]) -> None:
    titles = {account.key: account.title for account, _ in draft.legs}
    for key, fen in legs.items():
        _, balance, is_non_negative = keys[key]
        if is_non_negative and balance + fen < 0:
            raise NotEnough(
                f"“{titles[key]}”只余 {show_yuan(from_fen(balance))} 元，不够支出 {show_yuan(from_fen(-fen))} 元"
            )


def _write(entry: Entry, draft: Draft, legs: dict[str, int], keys: dict[str, tuple[int, int, bool]]) -> None:
    """One statement, so that the triggers see the whole entry."""
    rows = sorted((keys[key][0], fen) for key, fen in legs.items())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bookkeeping_posting (entry_id, account_id, happened_on, fen)"
            " SELECT %s, u.account, %s, u.fen FROM unnest(%s::bigint[], %s::bigint[]) AS u (account, fen)",
            [entry.pk, draft.happened_on, [account for account, _ in rows], [fen for _, fen in rows]],
        )


def _in_words(error: DatabaseError, draft: Draft) -> Refused | None:
    """What a constraint or trigger refused; None when it is no refusal."""
    cause = error.__cause__
    state, diag = getattr(cause, "sqlstate", ""), getattr(cause, "diag", None)
    constraint = getattr(diag, "constraint_name", "") or ""
    if state == triggers.CLOSED:
        return YearClosed(f"{draft.happened_on.year} 年已经结账，不能再记这一年的账；更正请用当年的冲正凭证")
    if state == triggers.OVERDRAWN_BEFORE:
        return NotEnough(f"{draft.happened_on} 那天的余额不够这笔支出，请核对日期先后")
    if constraint == "account_covers_it":
        return NotEnough("余额不够这笔支出")
    if constraint == "one_entry_a_voucher_no":
        return VoucherTaken(f"凭证号 {draft.voucher_no} 已经用过，一个凭证号只能记一笔；请核对是不是重复支付")
    if constraint.startswith("bookkeeping_entry_reverses_id"):
        return AlreadyReversed("这张凭证已经冲正过，不能再冲一次")
    return None
