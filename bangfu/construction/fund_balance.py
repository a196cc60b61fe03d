"""The accounts of a public-benefit fund (2.5): who gave, what the fund holds (never below zero), what it spent."""

from __future__ import annotations

from decimal import Decimal

from bangfu.bookkeeping import balances
from bangfu.bookkeeping.checking import Check
from bangfu.bookkeeping.posting import Of
from bangfu.divisions.models import Division
from bangfu.funds import books, proofs
from bangfu.kernel.money import from_fen

GIVEN, HELD, SPENT = "benefit_given", "benefit_held", "benefit_spent"
KINDS = {GIVEN: "公益基金捐赠来源", HELD: "公益基金结余", SPENT: "公益基金支出"}
#: what is written in the books, in words
WHAT = {"benefit_in": "公益基金收入", "benefit_out": "公益基金支出"}


def book(division: Division) -> str:
    """Voucher numbers and closed years of a fund are its own."""
    return f"benefit:{division.pk}"


def account(division: Division, kind: str) -> Of:
    title = f"{division.label}{KINDS[kind]}"
    key = f"{kind}:{division.pk}"
    return Of(key, title, book(division), kind, division.pk, is_non_negative=kind != GIVEN)


def of(division: Division) -> Decimal:
    """Yuan that the fund holds now."""
    return from_fen(balances.balance(f"{HELD}:{division.pk}"))


CHECK = Check(
    "公益基金台账等于账户",
    "每个公益基金的结余与逐笔收支的合计一致",
    """SELECT a.key FROM bookkeeping_account a WHERE a.kind = 'benefit_held'
        AND (%(low)s::bigint IS NULL OR a.division_id BETWEEN %(low)s AND %(high)s)
        AND a.balance_fen <> coalesce((SELECT sum(change_yuan) * 100 FROM construction_publicbenefitentry e
            WHERE e.division_id = a.division_id AND e.withdrawn_at IS NULL), 0)""",
)


def join() -> None:
    """Its accounts open by the pages of funds, and the same 核验 reads them again."""
    books.OTHERS |= KINDS
    books.WHAT |= WHAT
    proofs.CHECKS.append(CHECK)
