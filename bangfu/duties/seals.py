"""年度封存 (5.1): how a closed year stood, with its evidence; what changes afterwards is shown beside it, never written over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import JSONBAgg
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import JSONObject

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit, User
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.duties.standings import STATES, DutyStanding, duty_choices
from bangfu.kernel import codes
from bangfu.ledger import acts


class YearSeal(models.Model):
    """One decision: the year of one place was closed."""

    year = models.PositiveSmallIntegerField("年度")
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="地方")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="封存人")
    sealed_on = models.DateField("封存日期")

    class Meta:
        verbose_name = verbose_name_plural = "年度封存"
        constraints = [models.UniqueConstraint(fields=["year", "division"], name="one_seal_a_year_and_place")]

    def __str__(self) -> str:
        return f"{self.division} {self.year} 年"


class SealedStanding(models.Model):
    """A standing as it was when its year was closed; `evidence`: [{"source", "row", "day"}]."""

    seal = models.ForeignKey(YearSeal, models.PROTECT, related_name="standings")
    standing = models.OneToOneField(DutyStanding, models.PROTECT, related_name="sealed")
    duty = models.CharField("要求", max_length=60, choices=duty_choices)
    law = models.CharField("指引版本", max_length=20)
    holder_name = models.CharField("责任方", max_length=200)
    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="地方")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="单位")
    asked = models.PositiveIntegerField("应有")
    done = models.PositiveIntegerField("已有")
    state = models.CharField("情况", max_length=10, choices=STATES)
    evidence = models.JSONField("依据", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "封存的履职情况"

    def __str__(self) -> str:
        return f"{self.holder_name}：{self.get_duty_display()}"


class AlreadySealed(Exception):
    """Every standing of the year in that place was sealed before, or there is none."""


class TooEarly(Exception):
    """The year has not ended."""


_COPIED = ("duty", "law", "holder_name", "division_id", "unit_id", "asked", "done", "state")


def seal(year: int, division: Division, *, by: Actor, on: date) -> YearSeal:
    """Closes the year of a place; what was sealed before stays. Errors: TooEarly, AlreadySealed."""
    if on <= date(year, 12, 31):
        raise TooEarly(f"{year} 年还没有结束")
    low, high = codes.bounds(division.pk)
    rows = DutyStanding.objects.filter(first__year=year, last__year=year, withdrawn_at=None, sealed=None)
    rows = rows.filter(division__gte=low, division__lte=high)
    with acts.recorded(by, "duties.seal"):
        made, _ = YearSeal.objects.get_or_create(
            year=year, division=division, defaults={"by": by.user, "sealed_on": on}
        )
        one = JSONObject(
            source="proofs__source",
            row="proofs__row",
            day=Func(F("proofs__day"), Value("YYYY-MM-DD"), function="to_char", output_field=models.CharField()),
        )
        proofs = JSONBAgg(one, filter=models.Q(proofs__isnull=False), default=Value([], models.JSONField()))
        found = list(rows.annotate(shown=proofs).values("pk", "shown", *_COPIED))
        if not found:
            raise AlreadySealed(f"{division.label} {year} 年没有可封存的，或已经封存")
        SealedStanding.objects.bulk_create(
            (SealedStanding(seal=made, standing_id=row.pop("pk"), evidence=row.pop("shown"), **row) for row in found),
            batch_size=2000,
        )
    return made


@dataclass(frozen=True)
class Difference:
    """What a sealed standing was, what it would be by the rows of today, and the rows that came or went.
    `sealed` None: nothing was missing when the year was closed, so that a kept duty had no standing."""

    sealed: SealedStanding | None
    now: DutyStanding
    gone: list[dict[str, Any]]
    new: list[dict[str, Any]]


def differences(year: int, scope: Scope, limit: int = 200) -> Iterator[Difference]:
    """Sealed standings of the scope that would come out otherwise today, and those that came since. Five queries."""
    rows = SealedStanding.objects.filter(scope.q("division"), seal__year=year).select_related("standing", "division")
    other = models.Q(standing__withdrawn_at__isnull=False)
    for name in ("asked", "done", "state"):
        other |= ~models.Q(**{name: F(f"standing__{name}")})
    for sealed in rows.filter(other).prefetch_related("standing__proofs").order_by("division", "pk")[:limit]:
        live = _proofs(sealed.standing)
        gone = [each for each in sealed.evidence if each not in live]
        yield Difference(sealed, sealed.standing, gone, [each for each in live if each not in sealed.evidence])
    places = Scope.of(YearSeal.objects.filter(year=year).values_list("division", flat=True))
    since = DutyStanding.objects.filter(first__year=year, last__year=year, withdrawn_at=None, sealed=None, done__gt=0)
    since = since.filter(places.intersect(scope).q("division")).prefetch_related("proofs")
    for standing in since.order_by("division", "pk")[:limit]:
        yield Difference(None, standing, [], _proofs(standing))


def _proofs(standing: DutyStanding) -> list[dict[str, Any]]:
    return [{"source": p.source, "row": p.row, "day": p.day.isoformat()} for p in standing.proofs.all()]


def sealed(year: int, scope: Scope) -> list[YearSeal]:
    """The seals on standings of the scope."""
    rows = SealedStanding.objects.filter(scope.q("division"), seal__year=year).values("seal")
    return list(YearSeal.objects.filter(pk__in=rows).select_related("division", "by").order_by("division"))


def may_seal(actor: Actor, division: int) -> bool:
    return division in actor.scope(Act.POLICY)
