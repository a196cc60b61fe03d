"""查分码 (3.4): the code on paper by which a household looks up its own points without an account."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable

from django.db import models
from django.db.models.functions import Now

from bangfu.people.models import Household

#: without signs that look alike on paper; twelve of 31 cannot be guessed at some tries a day
LETTERS, LENGTH = "23456789abcdefghjkmnpqrstuvwxyz", 12


class PointsCode(models.Model):
    household = models.OneToOneField(Household, models.PROTECT, related_name="+", verbose_name="农户")
    code = models.CharField("查分码", max_length=LENGTH, unique=True)
    made_at = models.DateTimeField("生成时间", db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = "查分码"

    def __str__(self) -> str:
        return f"第 {self.household_id} 户"


def made() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def spaced(code: str) -> str:
    """As it stands on paper, in fours."""
    return " ".join(code[at : at + 4] for at in range(0, LENGTH, 4))


def normalised(text: str) -> str:
    """What somebody typed from paper, or "" when it cannot be a code."""
    found = unicodedata.normalize("NFKC", text).lower().replace(" ", "").replace("-", "")
    return found if len(found) == LENGTH and set(found) <= set(LETTERS) else ""


def for_households(households: Iterable[int]) -> dict[int, str]:
    """Household → its code; made where there was none. Two queries."""
    wanted = list(households)
    PointsCode.objects.bulk_create([PointsCode(household_id=key, code=made()) for key in wanted], ignore_conflicts=True)
    return dict(PointsCode.objects.filter(household__in=wanted).values_list("household", "code"))
