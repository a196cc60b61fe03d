"""Column shapes that the forms of households and members repeat."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models

from bangfu.people import codes


def known(label: str, help_text: str = "") -> models.BooleanField:
    """是/否/未知."""
    return models.BooleanField(label, null=True, blank=True, help_text=help_text)


def amount(label: str, digits: int = 8) -> models.DecimalField:
    limits = [MinValueValidator(0)]
    return models.DecimalField(label, max_digits=digits, decimal_places=2, null=True, blank=True, validators=limits)


def coded(label: str, code_list: str, help_text: str = "") -> models.CharField:
    choices = codes.choices(code_list)
    return models.CharField(
        label, max_length=codes.LENGTH, blank=True, default="", db_default="", choices=choices, help_text=help_text
    )


def several(label: str, code_list: str, most: int) -> ArrayField[Any, Any]:
    """At most so many values of a code list."""
    one = models.CharField(max_length=codes.LENGTH, choices=codes.choices(code_list))
    return ArrayField(one, size=most, default=list, db_default=[], verbose_name=label)


def numbered(label: str, code_list: str) -> models.PositiveSmallIntegerField:
    """A code list whose values are numbers."""
    return models.PositiveSmallIntegerField(label, null=True, blank=True, choices=codes.choices(code_list))


def text(label: str, length: int, help_text: str = "") -> models.CharField:
    return models.CharField(label, max_length=length, blank=True, default="", db_default="", help_text=help_text)
