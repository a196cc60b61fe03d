"""The shapes of the API, made from the declarations: what is given, what is taken, what the description says.

No `from __future__ import annotations` here: the schemas are made at run time.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from ninja import Schema
from pydantic import ConfigDict, Field, create_model

from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import Shown, all_shown

Text = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=20000)]
Code = Annotated[int, Field(ge=110000000000, le=829999999999)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
FAULTS = frozenset({400, 401, 403, 404, 409, 413, 422})


class Fault(Schema):
    field: str
    message: str


class Problem(Schema):
    """Every error has this shape; messages are in Chinese."""

    detail: str
    errors: list[Fault] = []


class Change(Schema):
    label: str
    before: str
    after: str


class Event(Schema):
    at: dt.datetime
    act: str
    who: str
    reason: str
    changes: list[Change]


class Reason(Schema):
    model_config = ConfigDict(extra="forbid")
    version: Id
    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*\S[^\x00]*$")]


def type_of(item: Shown) -> Any:
    field = item.field
    if item.is_division:
        return Code
    if item.is_relation:
        return Id
    if isinstance(field, ArrayField):
        return list[Literal[tuple(item.choices)]] if item.choices else list[Text]  # type: ignore[misc]
    if item.choices:
        return Literal[tuple(item.choices) + (("",) if field.blank else ())]
    output = getattr(field, "output_field", field)
    kinds: list[tuple[type[models.Field[Any, Any]], Any]] = [
        (models.BooleanField, bool), (models.DateTimeField, dt.datetime), (models.DateField, dt.date),
        (models.DecimalField, Decimal), (models.FloatField, float), (models.IntegerField, int),
    ]  # fmt: skip
    return next((kind for field_class, kind in kinds if isinstance(output, field_class)), Text)


def name_of(ledger: Ledger, suffix: str) -> str:
    return f"{type(ledger).__name__.removesuffix('Ledger')}{suffix}"


def given_by(ledger: Ledger) -> type[Schema]:
    """What is given: the place, all fields of the form and the list; masked ones as masked text."""
    names = tuple(dict.fromkeys((ledger.scope, *ledger.form, *ledger.columns)))
    fields: dict[str, Any] = {
        "id": (int, ...), "version": (int, ...), "created_at": (dt.datetime, ...), "updated_at": (dt.datetime, ...),
        "withdrawn_at": (dt.datetime | None, None),
    }  # fmt: skip
    for item in all_shown(ledger, names):
        fields[item.name] = ((str if item.mask else type_of(item)) | None, None)
    return create_model(name_of(ledger, "Out"), __base__=Schema, **fields)


def taken_by(ledger: Ledger, suffix: str, **extra: Any) -> type[Schema]:
    fields = {item.name: (type_of(item) | None, None) for item in all_shown(ledger, ledger.form)}
    base = type("Strict", (Schema,), {"model_config": ConfigDict(extra="forbid")})
    return create_model(name_of(ledger, suffix), __base__=base, **(fields | extra))


def filter_parameters(ledger: Ledger) -> list[dict[str, Any]]:
    """The filters of the list, as the description names them: the same as in the address of the page."""
    found: list[dict[str, Any]] = []
    for item in all_shown(ledger, ledger.filters):
        ends, kind = ("_after", "_before"), {"type": "string", "format": "date"}
        if item.choices or isinstance(item.field, models.BooleanField):
            choices = list(item.choices) or ["true", "false"]
            several = {"type": "array", "items": {"type": "string", "enum": [str(choice) for choice in choices]}}
            found.append({"name": item.name, "in": "query", "description": item.label, "schema": several})
            continue
        if item.is_number:
            ends, kind = ("_min", "_max"), {"type": "number"}
        elif not isinstance(item.field, models.DateField):
            ends, kind = ("",), {"type": "integer" if item.is_relation else "string"}  # type: ignore[assignment]
        found += [{"name": item.name + end, "in": "query", "description": item.label, "schema": kind} for end in ends]
    return found
