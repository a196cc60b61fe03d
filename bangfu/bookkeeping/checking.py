"""核验: the books checked from outside the triggers that keep them; every check reads the postings again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Check:
    """`sql` gives what is wrong: one text a row, at most so many."""

    title: str
    says: str
    sql: str


@dataclass(frozen=True)
class Result:
    check: Check
    faults: list[str]


_MOST = 50
_EVERYWHERE = "SELECT a.id FROM bookkeeping_account a"
_HERE = f"{_EVERYWHERE} WHERE a.division_id BETWEEN %(low)s AND %(high)s"
CHECKS = (
    Check(
        "借贷相等",
        "每张凭证的分录合计为零，笔数与凭证上的一致",
        """SELECT e.id::text FROM bookkeeping_entry e JOIN bookkeeping_posting p ON p.entry_id = e.id
            WHERE e.id IN (SELECT entry_id FROM bookkeeping_posting WHERE account_id IN ({here}))
            GROUP BY e.id HAVING sum(p.fen) <> 0 OR count(*) <> e.legs""",
    ),
    Check(
        "余额等于分录合计",
        "每个账户留存的余额与重新加总的分录一致，一分不差",
        """SELECT a.key FROM bookkeeping_account a LEFT JOIN bookkeeping_posting p ON p.account_id = a.id
            WHERE a.id IN ({here}) GROUP BY a.id HAVING a.balance_fen <> coalesce(sum(p.fen), 0)""",
    ),
    Check(
        "任何一天都不透支",
        "不得为负的账户，逐日累计的余额都不小于零",
        """SELECT DISTINCT d.key FROM (
                SELECT a.key, sum(sum(p.fen)) OVER (PARTITION BY a.id ORDER BY p.happened_on) AS left_fen
                FROM bookkeeping_account a JOIN bookkeeping_posting p ON p.account_id = a.id
                WHERE a.is_non_negative AND a.id IN ({here}) GROUP BY a.id, p.happened_on
            ) d WHERE d.left_fen < 0""",
    ),
    Check(
        "凭证号不重复",
        "同一账簿里一个凭证号只有一张凭证",
        """SELECT e.book || ' ' || e.voucher_no FROM bookkeeping_entry e
            WHERE e.voucher_no <> '' AND e.id IN (SELECT entry_id FROM bookkeeping_posting WHERE account_id IN ({here}))
            GROUP BY e.book, e.voucher_no HAVING count(*) > 1""",
    ),
    Check(
        "结账之后不改旧账",
        "结账以后没有写入日期在已结年度的凭证",
        """SELECT DISTINCT e.id::text FROM bookkeeping_closedyear c JOIN bookkeeping_account a ON a.book = c.book
            JOIN bookkeeping_posting p ON p.account_id = a.id AND extract(year FROM p.happened_on) <= c.year
            JOIN bookkeeping_entry e ON e.id = p.entry_id AND e.at > c.at WHERE a.id IN ({here})""",
    ),
    Check(
        "冲正对得上原凭证",
        "冲正凭证与所冲的凭证账户相同、金额相反",
        """SELECT e.id::text FROM bookkeeping_entry e
            JOIN bookkeeping_posting p ON p.entry_id IN (e.id, e.reverses_id)
            WHERE e.reverses_id IS NOT NULL AND e.id IN (
                SELECT entry_id FROM bookkeeping_posting WHERE account_id IN ({here}))
            GROUP BY e.id, p.account_id HAVING sum(p.fen) <> 0""",
    ),
)


def run(within: tuple[int, int] | None = None, more: Sequence[Check] = ()) -> list[Result]:
    """Every check, and `more` of the package whose books these are, over the accounts of the divisions from the lower to
    the higher code, or over all there are."""
    low, high = within or (None, None)
    found = []
    with connection.cursor() as cursor:
        for check in (*CHECKS, *more):
            sql = check.sql.replace("{here}", _HERE if within else _EVERYWHERE)
            cursor.execute(f"{sql} LIMIT {_MOST}", {"low": low, "high": high})
            found.append(Result(check, [str(row[0]) for row in cursor.fetchall()]))
    return found
