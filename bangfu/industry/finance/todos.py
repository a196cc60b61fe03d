"""What waits for an officer of a bank (4.3): wishes that people agreed to show, without an answer; loans that end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.industry.finance.finance_wishes import FinanceWish
from bangfu.industry.finance.loans import Loan
from bangfu.industry.waiting import COUNTED, Lines, Waiting, counted, opened
from bangfu.lawbook import parameters
from bangfu.ledger.peek import Found, Peek


def waiting(actor: Actor, on: date) -> Lines:
    units = actor.units(Act.READ, (Role.BANK,))
    if not units:
        return
    wishes = FinanceWish.objects.filter(bank__in=units, consented_on__isnull=False, outcome="open", withdrawn_at=None)
    url, why = opened(FinanceWish, "待答复"), "本人已同意给贵行看；打开后登记受理或不受理"
    yield counted(wishes, lambda n, _: Waiting("4.3", f"{n} 条金融需求待答复", why, url, "去答复"))
    yield _loans(units, on)


def _loans(units: frozenset[int], on: date) -> Peek[Waiting]:
    soon = on + timedelta(days=int(parameters.value("loan_remind_days", on)))
    loans = Loan.objects.filter(product__bank__in=units, repaid_on=None, withdrawn_at=None, ends_on__lte=soon)

    def told(found: list[Found]) -> Iterator[Waiting]:
        late = sum(1 for row in found if row.due_on and row.due_on < on)
        if found:
            number = f"{COUNTED} 多" if len(found) > COUNTED else str(len(found))
            why = f"其中 {late} 笔已逾期" if late else "提前联系借款人"
            url = reverse("ledger:list", args=["loans"])
            yield Waiting("4.3", f"{number} 笔贷款到期或快到期", why, url, "看名单", found[0].due_on)

    return Peek(loans.order_by("ends_on"), told, due="ends_on", most=COUNTED + 1)
