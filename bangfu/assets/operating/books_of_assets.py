"""The books of assets beside those of funds: their accounts open by the same pages, and the same 核验 reads them again."""

from __future__ import annotations

from bangfu.assets.operating import purses
from bangfu.bookkeeping.checking import Check
from bangfu.funds import books, proofs

CHECK = Check(
    "资产台账等于账户",
    "每项资产的收款、使用与账户一致，应收款的实收等于逐笔收款的合计",
    """SELECT s.name FROM (
            SELECT a.id, a.name, coalesce(sum(b.balance_fen) FILTER (WHERE b.kind = 'asset_payer'), 0) AS payer,
                coalesce(sum(b.balance_fen) FILTER (WHERE b.kind = 'asset_used'), 0) AS used
            FROM assets_asset a JOIN bookkeeping_account b ON b.key LIKE 'asset\\_%%' AND split_part(b.key, ':', 2) = a.id::text
            WHERE (%(low)s::bigint IS NULL OR b.division_id BETWEEN %(low)s AND %(high)s) GROUP BY a.id
        ) s
        WHERE -s.payer <> coalesce((SELECT sum(amount_yuan) * 100 FROM assets_assetreceipt WHERE asset_id = s.id), 0)
            OR s.used <> coalesce((SELECT sum(amount_yuan) * 100 FROM assets_incomeuse WHERE asset_id = s.id), 0)
            OR EXISTS (SELECT FROM assets_operationdue d WHERE d.asset_id = s.id AND d.received_yuan <> coalesce(
                (SELECT sum(r.amount_yuan) FROM assets_assetreceipt r WHERE r.due_id = d.id), 0))""",
)
WHAT = {"asset_receipt": "资产收款", "asset_use": "资产收益使用"}


def join() -> None:
    books.OTHERS |= purses.KINDS
    books.WHAT |= WHAT
    proofs.CHECKS.append(CHECK)
