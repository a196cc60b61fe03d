"""What a loan may not be (4.3): for one row of a form, and for the rows of an import; the rule that refuses is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection

from bangfu.exchange.sheet import Batch, Fault
from bangfu.industry.finance import loan_rules
from bangfu.industry.finance.finance_products import FinanceProduct, Kind
from bangfu.kernel.money import show_number
from bangfu.kernel.periods import add_months
from bangfu.lawbook.parameters import Snapshot
from bangfu.ledger.acts import Refused
from bangfu.people.models import Household

#: advisory lock: loans of one household are written one after another
_LOCK = 44_002
ORDER = "到期日期要晚于放款日期，展期要晚于原到期日期"


def _loans() -> Any:
    return apps.get_model("industry", "Loan").objects


def faults(data: Mapping[str, Any], record: Any) -> dict[str, str]:
    if data["due_on"] <= data["granted_on"]:
        return {"due_on": ORDER}
    if data["extended_to_on"] and (data["extended_to_on"] <= data["due_on"] or not data["extension_reason"]):
        return {"extended_to_on": f"{ORDER}；并写明理由"}
    if data["repaid_on"] and data["repaid_on"] < data["granted_on"]:
        return {"repaid_on": "还清日期早于放款日期"}
    asked = ("product", "household", "amount_yuan", "granted_on", "due_on", "purpose", "division")
    if record and all(data[name] == getattr(record, name) for name in asked):
        return {}  # what was granted under the rule of its day is only paid back or extended
    owed = loan_rules.owed(data["household"], data["granted_on"], without=record.pk if record else None)
    return dict(_above(data["product"], data, data["division"].pk, owed, Snapshot.take()))


def _above(
    product: FinanceProduct, data: Mapping[str, Any], division: int, owed: Decimal, law: Snapshot
) -> Iterable[tuple[str, str]]:
    """Column → the rule that is not kept."""
    if product.most_yuan and data["amount_yuan"] > product.most_yuan:
        yield "amount_yuan", f"“{product}”最高 {show_number(product.most_yuan)} 元"
    if product.most_months and data["due_on"] > add_months(data["granted_on"], product.most_months):
        yield "due_on", f"“{product}”最长 {product.most_months} 个月"
    if product.kind == Kind.MICRO:
        asked = loan_rules.Asked(
            data["household"], division, data["amount_yuan"], data["granted_on"], data["due_on"], data["purpose"], owed
        )
        yield from ((line.field, line.words) for line in loan_rules.micro(asked, law) if not line.is_met)


@contextmanager
def holding(keys: list[int]) -> Iterator[None]:
    """Two at once that together are above the limit of a household: the second is told, whatever was asked before.

    Errors: Refused."""
    known = set(keys)
    yield
    new = [key for key in keys if key not in known]
    loans = (
        list(_loans().filter(pk__in=new, product__kind=Kind.MICRO).select_related("product", "household"))
        if new
        else []
    )
    with connection.cursor() as cursor:
        for home in sorted({loan.household_id for loan in loans}):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, home % 2**31])
    for loan in loans:
        owed = loan_rules.owed(loan.household, loan.granted_on, without=loan.pk)
        data = {name: getattr(loan, name) for name in ("household", "amount_yuan", "granted_on", "due_on", "purpose")}
        if "amount_yuan" in dict(_above(loan.product, data, loan.division_id, owed, Snapshot.take())):
            raise Refused("这一户的贷款合计超过上限：刚刚有人登记了另一笔，请看一看再登记")


def above_the_rule(batch: Batch) -> Iterable[Fault]:
    """New rows of an import: those of one household count together, in the order of their days."""
    yield from (
        Fault(row, "due_on", ORDER) for (row,) in batch.fetch("SELECT _row FROM {rows} WHERE due_on <= granted_on")
    )
    columns = "_row, product_id, household_id, amount_yuan, granted_on, due_on, purpose, division_id, repaid_on"
    rows = batch.fetch(
        f"SELECT {columns} FROM {{rows}} WHERE NOT _exists AND num_nulls(product_id, amount_yuan, granted_on, due_on,"  # noqa: S608
        " purpose) = 0 ORDER BY granted_on, _row"
    )
    products = FinanceProduct.objects.in_bulk({row[1] for row in rows})
    homes = Household.objects.in_bulk({row[2] for row in rows if row[2]})
    law, stored, coming = (
        Snapshot.take(),
        _owed_by(homes),
        defaultdict[int, list[tuple[date, date | None, Decimal]]](list),
    )
    for row, product, home, amount, granted_on, due_on, purpose, division, repaid_on in rows:
        before = [*stored[home], *coming[home]] if home else []
        owed = sum(
            (yuan for first, last, yuan in before if first <= granted_on and (not last or last > granted_on)),
            Decimal(0),
        )
        data = {
            "household": homes.get(home),
            "amount_yuan": amount,
            "granted_on": granted_on,
            "due_on": due_on,
            "purpose": purpose,
        }
        yield from (Fault(row, name, words) for name, words in _above(products[product], data, division, owed, law))
        if home and products[product].kind == Kind.MICRO:
            coming[home].append((granted_on, repaid_on, amount))


def _owed_by(homes: Iterable[int]) -> defaultdict[int, list[tuple[date, date | None, Decimal]]]:
    """Household → its micro-loans and what moved on them: from, paid back, yuan. Two queries."""
    found: defaultdict[int, list[tuple[date, date | None, Decimal]]] = defaultdict(list)
    rows = _loans().filter(household__in=list(homes), product__kind=Kind.MICRO, withdrawn_at=None)
    for home, *loan in rows.values_list("household", "granted_on", "repaid_on", "amount_yuan"):
        found[home].append((loan[0], loan[1], loan[2]))
    moved = apps.get_model("industry", "LoanMovement").objects.filter(loan__in=rows, withdrawn_at=None)
    asked = ("loan__household", "moved_on", "loan__repaid_on", "amount_yuan", "kind")
    for home, first, last, yuan, kind in moved.values_list(*asked):
        found[home].append((first, last, yuan if kind == "add_on" else -yuan))
    return found
