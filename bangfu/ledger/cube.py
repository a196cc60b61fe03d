"""数字汇总: the figures of vast ledgers kept by village, so that a page over millions of rows adds up villages, not people.

Derived and nothing else: every number is counted from rows by the expressions of the live figure (stats.py), and all of it
can be made again at any moment (`./run bangfu figures`). See docs/adr/0012-kept-figures.md.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import TransactionNow
from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction
from django.db.models import Aggregate, BigIntegerField, DecimalField, F, QuerySet, Sum
from django.db.models.functions import Cast

from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import shown
from bangfu.ledger.stats import aggregates, columns

#: villages changed from which one pass over all rows is quicker than looking them up
MOST_VILLAGES = 3000


class KeptLedger(models.Model):
    """What was counted when."""

    ledger = models.CharField("台账", max_length=60, primary_key=True)
    meaning = models.CharField("口径", max_length=64, default="", help_text="声明变了就要全部重算")
    as_of = models.DateTimeField("截至", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "汇总情况"

    def __str__(self) -> str:
        return f"{self.ledger} {self.as_of}"


class KeptFigures(models.Model):
    """All figures of one ledger in one village, in the order of `aggregates`."""

    ledger = models.CharField("台账", max_length=60)
    village = models.BigIntegerField("行政村")
    amounts = ArrayField(DecimalField(max_digits=24, decimal_places=4), verbose_name="数字")

    class Meta:
        verbose_name = verbose_name_plural = "村级汇总"
        constraints = [models.UniqueConstraint(fields=["ledger", "village"], name="kept_once_a_village")]

    def __str__(self) -> str:
        return f"{self.ledger} {self.village}"


@dataclass(frozen=True)
class Kept:
    """Where figures may be read instead of counted."""

    rows: QuerySet[KeptFigures]
    sums: dict[str, Any]  # by the key of the live aggregate
    as_of: datetime


def keeps(ledger: Ledger) -> bool:
    """A unit's officers see rows of their unit in many villages, and those alone: figures by village say nothing to them."""
    return ledger.is_vast and not ledger.unit


def of(ledger: Ledger) -> Kept | None:
    """None while nothing was counted, or when the declaration has changed since."""
    state = KeptLedger.objects.filter(ledger=ledger.slug, meaning=_meaning(ledger)).first() if keeps(ledger) else None
    if state is None or state.as_of is None:
        return None
    return Kept(KeptFigures.objects.filter(ledger=ledger.slug), _sums(ledger), state.as_of)


def refresh(ledger: Ledger, *, whole: bool = False) -> int:
    """Counts the villages whose rows changed, or all; gives how many. Two at once wait for each other."""
    with transaction.atomic():
        KeptLedger.objects.get_or_create(ledger=ledger.slug)
        state = KeptLedger.objects.select_for_update().get(ledger=ledger.slug)
        touched = _take_notes(ledger)
        stale = state.as_of is None or state.meaning != _meaning(ledger)
        villages = None if whole or stale or len(touched) > MOST_VILLAGES else touched
        counted = _count(ledger, villages)
        KeptLedger.objects.filter(pk=state.pk).update(meaning=_meaning(ledger), as_of=TransactionNow())
    return counted


def refresh_all(*, whole: bool = False) -> dict[str, int]:
    return {ledger.title: refresh(ledger, whole=whole) for ledger in registry.all_ledgers() if keeps(ledger)}


def _take_notes(ledger: Ledger) -> set[int]:
    """Before counting: what commits meanwhile is counted now and again next time, never forgotten."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_touchedvillage WHERE ledger = %s RETURNING village", [ledger.slug])
        return {village for (village,) in cursor.fetchall()}


def _count(ledger: Ledger, villages: set[int] | None) -> int:
    """By set, inside the database: the rows of a whole province become 26,000 without passing through here."""
    kept, rows = KeptFigures.objects.filter(ledger=ledger.slug), ledger.model._default_manager.filter(withdrawn_at=None)
    if villages is not None:
        kept, rows = kept.filter(village__in=villages), rows.filter(**{f"{ledger.scope}__in": villages})
    asked = aggregates(columns(ledger))
    counted = rows.order_by().values_list(shown(ledger, ledger.scope).field.attname).annotate(**asked)
    kept.delete()
    try:
        sql, params = counted.query.sql_with_params()
    except EmptyResultSet:  # no village was touched
        return 0
    amounts = [f"a{place}" for place in range(len(asked))]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_keptfigures (ledger, village, amounts)"  # noqa: S608 (made by the ORM; values are params)
            f" SELECT %s, village, ARRAY[{', '.join(f'coalesce({name}, 0)' for name in amounts)}]::numeric[]"
            f" FROM ({sql}) AS counted (village, {', '.join(amounts)})",
            [ledger.slug, *params],
        )
        return cursor.rowcount if villages is None else len(villages)


def _sums(ledger: Ledger) -> dict[str, Any]:
    return {
        key: Cast(Sum(F(f"amounts__{place}")), _whole_or_decimal(ledger, aggregate))
        for place, (key, aggregate) in enumerate(aggregates(columns(ledger)).items())
    }


def _whole_or_decimal(ledger: Ledger, aggregate: Aggregate) -> models.Field[Any, Any]:
    source = aggregate.get_source_expressions()[0]
    field = ledger.model._meta.get_field(source.name) if isinstance(aggregate, Sum) else None
    if isinstance(field, DecimalField):
        return DecimalField(max_digits=24, decimal_places=field.decimal_places)
    return BigIntegerField()


def _meaning(ledger: Ledger) -> str:
    return hashlib.sha256(repr(columns(ledger)).encode()).hexdigest()
