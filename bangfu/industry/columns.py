"""Column shapes that the ledgers of chapter 4 repeat."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import ExpressionWrapper, F
from django.db.models.expressions import Combinable

from bangfu.accounts.models import valid_credit_code
from bangfu.divisions.models import Division
from bangfu.kernel import credit_code, dates
from bangfu.ledger.columns import Yuan


def place(label: str, *, follows: bool = False) -> models.ForeignKey[Any, Any]:
    """The division by which rows are seen; `follows`: taken from the row it hangs on, never asked."""
    return models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=not follows, related_name="+", verbose_name=label
    )


def year(label: str = "年度") -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, validators=[MinValueValidator(2015), MaxValueValidator(2100)])


def yuan(label: str, help_text: str = "") -> Yuan:
    """An item of an account: nothing said is nothing."""
    zero = Decimal(0)
    return Yuan(label, default=zero, db_default=zero, validators=[MinValueValidator(0)], help_text=help_text)


def computed_yuan(label: str, expression: Combinable) -> models.GeneratedField:
    money = Yuan(null=True)
    return models.GeneratedField(
        expression=ExpressionWrapper(expression, money), output_field=money, db_persist=True, verbose_name=label
    )


def total(names: Iterable[str]) -> Combinable:
    first, *rest = names
    found: Combinable = F(first)
    for name in rest:
        found = found + F(name)
    return found


def new_number() -> str:
    """A number for what has none on paper: the day and four signs."""
    return f"{dates.today():%Y%m%d}-{secrets.token_hex(2).upper()}"


def code_column() -> models.CharField:
    """统一社会信用代码, at most once; empty is NULL."""
    return models.CharField(
        "统一社会信用代码", max_length=18, null=True, blank=True, unique=True, validators=[valid_credit_code]
    )


def normalised(code: str | None) -> str | None:
    return credit_code.normalise(code or "") or None


def code_faults(code: str | None) -> dict[str, str]:
    """For `clean`: a form made of the declaration does not run the validators of the column."""
    if not code:
        return {}
    try:
        credit_code.parse(code)
    except credit_code.CreditCodeError as error:
        return {"credit_code": str(error)}
    return {}
