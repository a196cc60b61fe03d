"""What of chapter 4 waits for an officer of a bank: wishes that people agreed to show, without an answer (4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.industry.finance.finance_wishes import FinanceWish
from bangfu.industry.finance.loans import Loan
from bangfu.ledger.peek import Found, Peek

COUNTED, SOON = 100, timedelta(days=30)


@dataclass(frozen=True)
class Waiting:
    what: str
    why: str
    url: str
    action: str
    due_on: date | None = None


def waiting(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
    units = actor.units(Act.READ, (Role.BANK,))
    if not units:
        return
    wishes = FinanceWish.objects.filter(bank__in=units, consented_on__isnull=False, outcome="open", withdrawn_at=None)
    loans = Loan.objects.filter(product__bank__in=units, repaid_on=None, withdrawn_at=None, ends_on__lte=on + SOON)

    def of_wishes(found: list[Found]) -> Iterator[Waiting]:
        if found:
            url = f"{reverse('ledger:list', args=['finance-wishes'])}?outcome=open"
            yield Waiting(
                f"{_number(len(found))} 条金融需求待答复", "本人已同意给贵行看；打开后登记受理或不受理", url, "去答复"
            )

    def of_loans(found: list[Found]) -> Iterator[Waiting]:
        late = sum(1 for row in found if row.due_on and row.due_on < on)
        if found:
            url, why = (
                reverse("ledger:list", args=["loans"]),
                f"其中 {_number(late)} 笔已逾期" if late else "提前联系借款人",
            )
            yield Waiting(f"{_number(len(found))} 笔贷款到期或快到期", why, url, "看名单", found[0].due_on)

    yield Peek(wishes, of_wishes, most=COUNTED + 1)
    yield Peek(loans.order_by("ends_on"), of_loans, due="ends_on", most=COUNTED + 1)


def _number(count: int) -> str:
    return f"{COUNTED} 多" if count > COUNTED else str(count)
