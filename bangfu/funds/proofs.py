"""核验 of the money: what the ledgers keep beside the books is read again and held against them."""

from __future__ import annotations

from bangfu.bookkeeping.checking import Check

CHECKS: list[Check] = [
    Check(
        "项目资金台账等于账户",
        "每个项目安排的结余、支出与账户一致，支出又等于逐笔支付的合计",
        """SELECT l.id::text FROM funds_budgetline l
            LEFT JOIN bookkeeping_account a ON a.key = 'line:' || l.id
            LEFT JOIN bookkeeping_account s ON s.key = 'spent:' || l.id
            LEFT JOIN (SELECT line_id, sum(amount_yuan) AS paid FROM funds_payment GROUP BY line_id) p ON p.line_id = l.id
            WHERE (%(low)s::bigint IS NULL OR l.division_id BETWEEN %(low)s AND %(high)s) AND (
                l.left_yuan * 100 <> coalesce(a.balance_fen, 0) OR l.paid_yuan * 100 <> coalesce(s.balance_fen, 0)
                OR l.paid_yuan <> coalesce(p.paid, 0))""",
    ),
]
