"""Start-up: every indicator of every version of the guideline counts what is there; a fault names file and key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField, DateField, DateTimeField, Field

from bangfu.indicators.tallies import field_at, is_json
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.policy import guideline, source
from bangfu.policy.indicator import NUMBERS, Condition, How, Indicator, Op, Placing, Tally

_NUMBERS = ("IntegerField", "DecimalField", "FloatField")


def register() -> None:
    checks.register(declarations)


def declarations(app_configs: Any = None, **_: Any) -> list[checks.CheckMessage]:
    return [checks.Error(message, id="indicators.E001") for message in faults()]


def faults() -> Iterator[str]:
    for version in guideline.versions(source.ROOT):
        for indicator in guideline.load(version, source.ROOT).indicators.values():
            yield from of(indicator)


def of(indicator: Indicator) -> Iterator[str]:
    for part, tally in (("rows", indicator.top), ("over", indicator.over)):
        for fault in _faults(tally) if tally else ():
            yield f"{indicator.declared}.{part}.{fault}"


def _faults(tally: Tally) -> Iterator[str]:
    ledger = registry.get(tally.ledger)
    if ledger is None:
        yield f"ledger：没有台账 {tally.ledger}"
        return
    yield from _of_placing(ledger, tally.placing)
    if tally.how is not How.COUNT:
        yield from _of_number(ledger, tally)
    for condition in tally.where:
        yield from _of_condition(ledger, condition)


def _of_placing(ledger: Ledger, placing: Placing) -> Iterator[str]:
    for name in placing.fields:
        field = _field(ledger, name)
        if not isinstance(field, DateField) or isinstance(field, DateTimeField):
            yield f"{name}：台账 {ledger.slug} 没有叫“{name}”的日期栏"
    if placing.year and not _is_number(_field(ledger, placing.year)):
        yield f"year：台账 {ledger.slug} 没有叫“{placing.year}”的年度栏"


def _of_number(ledger: Ledger, tally: Tally) -> Iterator[str]:
    field = _field(ledger, tally.field)
    if field is None:
        yield f"{tally.how}：台账 {ledger.slug} 没有“{tally.field}”这一栏"
    elif tally.how is How.SUM and not (_is_number(field) or is_json(field)):
        yield f"sum：“{tally.field}”不是数字，不能求和"


def _of_condition(ledger: Ledger, condition: Condition) -> Iterator[str]:
    where, field = f"where.{condition.field}", _field(ledger, condition.field)
    if field is None:
        yield f"{where}：台账 {ledger.slug} 没有这一栏"
    elif condition.op in (Op.IS, Op.NOT):
        yield from (f"{where}：{fault}" for fault in _of_values(field, condition.value))
    elif condition.op in NUMBERS and not _is_number(field):
        yield f"{where}：不是数字，不能比大小"
    elif condition.op is Op.PAST and not isinstance(_output(field), DateField):
        yield f"{where}：不是日期"


def _of_values(field: Field[Any, Any], values: tuple[Any, ...]) -> Iterator[str]:
    base = field.base_field if isinstance(field, ArrayField) else _output(field)
    known = {value for value, _ in base.flatchoices}
    for value in values:
        if known and value not in known and not (value == "" and base.blank):
            yield f"没有“{value}”这个选项，可用：{'、'.join(map(str, known))}"
        elif isinstance(value, bool) != isinstance(base, BooleanField) and not is_json(base):
            yield f"“{value}”与这一栏的内容不符"


def _field(ledger: Ledger, path: str) -> Field[Any, Any] | None:
    try:
        return field_at(ledger, path)
    except FieldDoesNotExist:
        return None


def _is_number(field: Field[Any, Any] | None) -> bool:
    return field is not None and any(each.__name__ in _NUMBERS for each in type(_output(field)).__mro__)


def _output(field: Field[Any, Any]) -> Any:
    """What a computed column comes to."""
    return getattr(field, "output_field", field)
