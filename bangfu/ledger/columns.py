"""Columns that say more of a number than its class does."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models


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
