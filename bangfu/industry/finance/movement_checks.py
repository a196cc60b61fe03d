"""What may be lent on top of a loan or paid back of it (4.3): for one row of a form, and for the rows of an import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bangfu.exchange.sheet import Batch, Fault
from bangfu.industry.finance import loan_balances, loan_rules
from bangfu.industry.finance.finance_products import Kind
from bangfu.industry.finance.loans import Loan
from bangfu.kernel import dates
from bangfu.kernel.money import show_number
from bangfu.lawbook.parameters import Snapshot

_ROWS = """SELECT r._row, r.loan_id, r.kind, r.moved_on, r.amount_yuan, o.kind, o.amount_yuan
    FROM {rows} r LEFT JOIN industry_loanmovement o ON o.id = r._target AND o.loan_id = r.loan_id
    WHERE num_nulls(r.loan_id, r.kind, r.moved_on, r.amount_yuan) = 0 ORDER BY r.moved_on, r._row"""


def signed(kind: str, yuan: Decimal) -> Decimal:
    return yuan if kind == "add_on" else -yuan


def faults(data: Mapping[str, Any], record: Any) -> dict[str, str]:
    left = loan_balances.left(data["loan"].pk, without=record.pk if record else None)
    found = _faults(data["loan"], data["kind"], data["moved_on"], data["amount_yuan"], left, Snapshot.take())
    return dict(found)


def fit(batch: Batch) -> Iterable[Fault]:
    """Rows of one loan count together, in the order of their days."""
    rows, law = batch.fetch(_ROWS), Snapshot.take()
    loans = Loan.objects.select_related("product", "household").in_bulk({row[1] for row in rows})
    left = {pk: loan_balances.left(pk) for pk in loans}
    for _, loan, _, _, _, kind, yuan in rows:
        left[loan] -= signed(kind, yuan) if kind else 0
    for row, loan, kind, moved_on, yuan, _, _ in rows:
        wrong = list(_faults(loans[loan], kind, moved_on, yuan, left[loan], law))
        yield from (Fault(row, name, words) for name, words in wrong)
        if not wrong:
            left[loan] += signed(kind, yuan)


def _faults(
    loan: Loan, kind: str, moved_on: date, yuan: Decimal, left: Decimal, law: Snapshot
) -> Iterator[tuple[str, str]]:
    """`left`: what is owed on the loan before."""
    if moved_on < loan.granted_on:
        yield "moved_on", f"早于放款日期 {loan.granted_on}，请核对"
    elif moved_on > dates.today():
        yield "moved_on", "这一天还没有到；钱到账后再登记"
    if kind == "repayment":
        if yuan > left:
            yield "amount_yuan", f"这笔贷款只欠 {show_number(left)} 元，归还不能超过；请核对金额"
        return
    if loan.repaid_on:
        yield "kind", f"这笔贷款已于 {loan.repaid_on} 还清，不能追加；请另登记一笔贷款"
        return
    product = loan.product
    if product.kind == Kind.MICRO and loan.household:
        limit = Decimal(str(law.at("micro_loan_total_limit_yuan", moved_on, loan.division_id).value))
        together = loan_rules.owed(loan.household, moved_on, without=loan.pk) + left + yuan
        if together > limit:
            yield (
                "amount_yuan",
                f"追加后这一户共欠 {show_number(together)} 元，超过追加后的合计上限 {show_number(limit)} 元",
            )
    elif product.most_yuan and left + yuan > product.most_yuan:
        yield (
            "amount_yuan",
            f"追加后共欠 {show_number(left + yuan)} 元，超过“{product}”最高 {show_number(product.most_yuan)} 元",
        )
