"""How a field of a ledger is named and shown: one place for lists, details, history, exports and the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from bangfu.divisions.models import Division
from bangfu.kernel.money import show_number
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import Ledger

EMPTY = "—"


@dataclass(frozen=True)
class Shown:
    """A field as the pages need it."""

    name: str
    label: str
    field: models.Field[Any, Any]
    choices: Mapping[Any, str]
    is_number: bool
    mask: Any  # function(text) → masked text, or None

    @property
    def is_money(self) -> bool:
        """In yuan, which keeps two places: by its class, its name or its label."""
        output = getattr(self.field, "output_field", self.field)
        return isinstance(output, Yuan) or self.name.endswith("_yuan") or "元" in self.label

    @property
    def heading(self) -> str:
        """Above a column: an amount says its unit."""
        return f"{self.label}（元）" if self.is_number and self.is_money and "元" not in self.label else self.label

    @property
    def is_division(self) -> bool:
        return isinstance(self.field, models.ForeignKey) and self.field.related_model is Division

    @property
    def is_relation(self) -> bool:
        return isinstance(self.field, models.ForeignKey)

    def value(self, record: Any) -> Any:
        return getattr(record, self.name)

    def text(self, record: Any, *, plain: bool = False) -> str:
        """What a person reads; masked unless `plain`."""
        return self.text_of(self.value(record), plain=plain)

    def text_of(self, value: Any, *, plain: bool = False) -> str:
        if value is None or value == "" or value == []:
            return EMPTY
        shown = self._words(value)
        return self.mask(shown) if self.mask and not plain else shown

    def _words(self, value: Any) -> str:
        if isinstance(value, (list, tuple)):
            return "、".join(str(self.choices.get(item, item)) for item in value)
        if self.choices and value in self.choices:
            return str(self.choices[value])
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, datetime):
            return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return f"{value:f}" if self.is_money else show_number(value)
        return str(value)


@cache
def shown(ledger: Ledger, name: str) -> Shown:
    """Errors: FieldDoesNotExist for a name that the model has not (caught by the start-up checks)."""
    field = ledger.model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise FieldDoesNotExist(f"{ledger.model.__name__}.{name} is not a column")
    base = field.base_field if isinstance(field, ArrayField) else field
    numeric = (models.IntegerField, models.DecimalField, models.FloatField)
    output = getattr(field, "output_field", field)
    return Shown(
        name=name,
        label=str(field.verbose_name),
        field=field,
        choices={base.to_python(value): str(label) for value, label in base.flatchoices},
        is_number=isinstance(output, numeric) and not base.choices,
        mask=ledger.masked.get(name),
    )


def all_shown(ledger: Ledger, names: tuple[str, ...]) -> list[Shown]:
    return [shown(ledger, name) for name in names]


def bounds(ledger: Ledger, name: str) -> tuple[Any, Any]:
    """The lowest and highest number of a field: as the ledger says, else as the column's own validators say."""
    if name in ledger.limits:
        return ledger.limits[name]
    validators = shown(ledger, name).field.validators
    kinds = (MinValueValidator, MaxValueValidator)
    low, high = (next((v.limit_value for v in validators if type(v) is kind), None) for kind in kinds)
    return low, high


@cache
def all_relations(ledger: Ledger) -> tuple[str, ...]:
    """Every foreign key of a row and what the name at its other end is read from (`named_by` of that model)."""
    found = [field for field in ledger.model._meta.concrete_fields if field.is_relation]
    further = [f"{field.name}__{name}" for field in found for name in getattr(field.related_model, "named_by", ())]
    return (*(field.name for field in found), *further)


def relations(ledger: Ledger, names: tuple[str, ...]) -> list[str]:
    """Foreign keys among the names, for select_related: no query in a loop."""
    return [item.name for item in all_shown(ledger, names) if item.is_relation]
