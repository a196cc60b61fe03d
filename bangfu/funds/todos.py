"""What of the money waits for who pays: documents whose term of spending is near or over while projects hold the money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.funds.budget_line import BudgetLine
from bangfu.funds.powers import PAYERS
from bangfu.kernel.money import show_yuan
from bangfu.ledger.peek import Found, Peek
from bangfu.projects.todos import Waiting

SHOWN = 5
#: a payment takes weeks: told that much before the term ends
AHEAD = timedelta(days=60)


def waiting(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
    scope = actor.scope(Act.EDIT, PAYERS)
    if not scope:
        return
    rows = BudgetLine.objects.filter(scope.q("holder"), left_yuan__gt=0, document__spend_by_on__lte=on + AHEAD)
    papers = rows.values("document", "document__document_no", "document__spend_by_on").annotate(left=Sum("left_yuan"))

    def told(found: list[Found]) -> Iterator[Waiting]:
        for row in found:
            pk, number, left = (row.said[key] for key in ("pk", "number", "left"))
            over = row.due_on is not None and row.due_on < on
            why = f"{'支出期限已过' if over else '支出期限快到'}，项目里还有 {show_yuan(Decimal(str(left)))} 元没有支付"
            url = f"{reverse('ledger:list', args=['budget-lines'])}?document={pk}"
            yield Waiting(f"{number} 的资金", why, url, "去看项目", "1.4", f"fund-term:{pk}", row.due_on)

    said = {"pk": "document", "number": "document__document_no", "left": "left"}
    yield Peek(papers.order_by("document__spend_by_on", "document"), told, said, "document__spend_by_on", SHOWN)
