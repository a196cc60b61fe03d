"""What an order may not be (4.2): for one row of a form, and for the rows of an import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import CheckConstraint, F, Q

from bangfu.exchange.sheet import Batch, Fault
from bangfu.kernel import dates

WHO = "预算单位采购的，请选择采购单位"
NOT_YET = "日期还没有到；交货收款以后再填"
NO_DAY = "下单日期和成交日期至少填一个：等交货的填下单日期，交货收款后填成交日期"
ORDER = "成交日期、约定交货日期都不能早于下单日期"

CONSTRAINTS = (
    CheckConstraint(
        condition=Q(ordered_on__isnull=False) | Q(bought_on__isnull=False), name="purchase_has_a_day",
        violation_error_message=NO_DAY,
    ),
    CheckConstraint(
        condition=Q(ordered_on=None) | ((Q(bought_on=None) | Q(bought_on__gte=F("ordered_on")))
        & (Q(deliver_by_on=None) | Q(deliver_by_on__gte=F("ordered_on")))),
        name="purchase_in_order", violation_error_message=ORDER,
    ),
)  # fmt: skip
#: a row as it would stand; a blank keeps what is there
_AFTER = """SELECT r._row, coalesce(r.buyer_kind, t.buyer_kind) = 'budget_unit' AND coalesce(r.unit_id, t.unit_id) IS NULL,
        coalesce(r.ordered_on, t.ordered_on), coalesce(r.deliver_by_on, t.deliver_by_on), coalesce(r.bought_on, t.bought_on)
    FROM {rows} r LEFT JOIN industry_purchase t ON t.id = r._target"""


def faults(data: Mapping[str, Any]) -> dict[str, str]:
    if data["buyer_kind"] == "budget_unit" and not data["unit"]:
        return {"unit": WHO}
    return _of_days(data["ordered_on"], data["deliver_by_on"], data["bought_on"])


def by_set(batch: Batch) -> Iterable[Fault]:
    for row, is_nobody, *days in batch.fetch(_AFTER):
        if is_nobody:
            yield Fault(row, "unit", WHO)
        yield from (Fault(row, name, words) for name, words in _of_days(*days).items())


def _of_days(ordered: Any, deliver_by: Any, bought: Any) -> dict[str, str]:
    if not ordered and not bought:
        return {"bought_on": NO_DAY}
    if bought and bought > dates.today():
        return {"bought_on": NOT_YET}
    if ordered and ordered > dates.today():
        return {"ordered_on": "下单日期还没有到"}
    if ordered and bought and bought < ordered:
        return {"bought_on": ORDER}
    if ordered and deliver_by and deliver_by < ordered:
        return {"deliver_by_on": ORDER}
    return {}
