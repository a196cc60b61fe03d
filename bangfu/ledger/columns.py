"""Columns that say more of a number than its class does."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, Substr


class Yuan(models.DecimalField):
    """Money whose label does not name the unit: shown with two places. The database knows a plain decimal."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 14, "decimal_places": 2} | kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.DecimalField", list(args), kwargs


def yuan(label: str, help_text: str = "", *, required: bool = False) -> Yuan:
    """Money that is not negative."""
    return Yuan(label, null=not required, blank=not required, validators=[MinValueValidator(0)], help_text=help_text)


def public_code(label: str) -> models.CharField[Any, Any]:
    """By which anybody finds the row without log-in: sixty bits, given by the database, for rows of a workbook too."""
    random = Substr(Cast(RandomUUID(), models.CharField()), Value(1), Value(18))
    return models.CharField(label, max_length=18, unique=True, editable=False, db_default=random)
