"""Columns that the ledgers of money share."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models

from bangfu.bookkeeping.models import Entry
from bangfu.funds.books import SOURCES
from bangfu.ledger.columns import Yuan
from bangfu.people import codes

ZERO = Decimal(0)
FIRST_YEAR, LAST_YEAR = 2016, 2100


def fund_year() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField("资金年度", validators=[MinValueValidator(FIRST_YEAR)])


def fund_source() -> models.CharField:
    return models.CharField("来源", max_length=codes.LENGTH, choices=codes.choices(SOURCES))


def entry_of() -> models.ForeignKey:
    return models.ForeignKey(
        Entry, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="记账凭证"
    )


def corrected() -> models.BooleanField:
    return models.BooleanField("已冲正", default=False, db_default=False, editable=False)


def kept(label: str) -> Yuan:
    """Kept with every act, in its transaction; checked against the books by proofs.py."""
    return Yuan(label, default=ZERO, db_default=ZERO, editable=False)
