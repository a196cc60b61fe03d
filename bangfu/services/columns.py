"""Column shapes that the ledgers of this chapter repeat."""

from __future__ import annotations

from typing import Any

from django.db import models

from bangfu.activities.models import Activity
from bangfu.people import codes


def chosen(label: str, code_list: str, help_text: str = "") -> models.CharField[Any, Any]:
    """A value of a code list that must be there."""
    return models.CharField(label, max_length=codes.LENGTH, choices=codes.choices(code_list), help_text=help_text)


def of_activity(label: str) -> models.ForeignKey[Any, Any]:
    """The act that is recorded among the activities, never a second time here."""
    return models.ForeignKey(Activity, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label)
