"""Household and person with the same fields as the product's, declared from fields.json (written by bench.invented)."""

import json
import os
from pathlib import Path
from typing import Any

from django.db import models

FOLDER = Path(os.environ["PEER_FOLDER"])
FIELDS: dict[str, list[dict[str, Any]]] = json.loads((FOLDER / "fields.json").read_text())
_LISTS = ("ArrayField",)  # several choices in one cell: text, as a plain project keeps them
_NUMBERS = {"household": "household_no", "person": "identity_no"}


def _field(declared: dict[str, Any], number: str) -> models.Field:
    name, kind, null = declared["name"], declared["type"], declared["null"]
    label = declared["label"]
    if name == number:
        return models.CharField(label, max_length=declared["max_length"], unique=True)
    if kind in _LISTS:
        return models.CharField(label, max_length=200, blank=True, default="")
    if kind == "CharField":
        return models.CharField(label, max_length=declared["max_length"], blank=True, default="")
    if kind == "DecimalField":
        digits = {"max_digits": declared["max_digits"], "decimal_places": declared["decimal_places"]}
        return models.DecimalField(label, null=null, blank=null, **digits)
    if kind == "BooleanField":
        return models.BooleanField(label, null=null, blank=null, default=None if null else False)
    return getattr(models, kind)(label, null=null, blank=null)


def _fields(name: str) -> dict[str, models.Field]:
    return {declared["name"]: _field(declared, _NUMBERS[name]) for declared in FIELDS[name]}


def _model(name: str, fields: dict[str, models.Field]) -> type[models.Model]:
    return type(
        name.capitalize(), (models.Model,), {"__module__": __name__, "__qualname__": name.capitalize(), **fields}
    )


class Village(models.Model):
    code = models.CharField("村代码", max_length=12, unique=True)

    def __str__(self) -> str:
        return self.code


Household = _model("household", {"village": models.ForeignKey(Village, models.PROTECT), **_fields("household")})
Person = _model(
    "person",
    {
        "household": models.ForeignKey(Household, models.PROTECT),
        "village": models.ForeignKey(Village, models.PROTECT),
        **_fields("person"),
    },
)
