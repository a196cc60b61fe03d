"""预警等级 (1.1): what the chart said of every county, town and village when a month was over, kept as rows.

Worked out from clues and cases: the same month again gives the same rows unless the records were changed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.db import models, transaction

from bangfu.consolidation.clues import Clue
from bangfu.consolidation.early_warning import TONES, Colour, assess
from bangfu.divisions.models import Division
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.kernel.periods import add_months

MONTHS = 12
KEPT = (Level.COUNTY, Level.TOWN, Level.VILLAGE)


class WarningLevel(models.Model):
    """One place in one month that is over."""

    place = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="地方")
    month = models.DateField("月份")
    colour = models.CharField("预警等级", max_length=10, choices=Colour.choices)
    clues = models.PositiveIntegerField("线索")
    cases = models.PositiveIntegerField("新立案")
    ground = models.CharField("依据", max_length=200, default="", db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "月度预警等级"
        constraints = [models.UniqueConstraint(fields=["place", "month"], name="one_level_a_month")]

    def __str__(self) -> str:
        return f"{self.place}{self.month:%Y年%m月}：{self.get_colour_display()}"


def keep(city: int, month: date) -> int:
    """Writes the levels of all places of a city for a month that is over; the number of places."""
    last = add_months(month, 1) - timedelta(days=1)
    lines = [line for level in KEPT for line in assess(city, level, last)]
    rows = [
        WarningLevel(
            place=line.place, month=month, colour=line.colour, clues=line.clues.count, cases=line.cases.count,
            ground=line.ground[:200],
        )
        for line in lines
    ]  # fmt: skip
    with transaction.atomic():
        WarningLevel.objects.bulk_create(
            rows, batch_size=2000, update_conflicts=True, unique_fields=["place", "month"],
            update_fields=["colour", "clues", "cases", "ground"],
        )  # fmt: skip
    return len(rows)


def keep_missing(today: date) -> int:
    """Every city, each of the past months it has clues of or after, unless it is kept already."""
    this = today.replace(day=1)
    months = [add_months(this, -back) for back in range(1, MONTHS + 1)]
    cities = Division.objects.filter(level=Level.CITY, valid_to=None).values_list("code", flat=True)
    return sum(keep(city, month) for city in cities for month in _missing(city, months))


def keep_again(city: int, today: date) -> int:
    """The past months anew, after records were added or mended."""
    this = today.replace(day=1)
    first = _first_month(city)
    months = [add_months(this, -back) for back in range(1, MONTHS + 1)]
    return sum(keep(city, month) for month in months if first and month >= first)


def _missing(city: int, months: Collection[date]) -> list[date]:
    first = _first_month(city)
    if first is None:
        return []
    low, high = codes.bounds(city)
    kept = WarningLevel.objects.filter(place__gte=low, place__lte=high, month__in=months)
    return sorted({month for month in months if month >= first} - set(kept.values_list("month", flat=True).distinct()))


def _first_month(city: int) -> date | None:
    low, high = codes.bounds(city)
    found = Clue.objects.filter(village__gte=low, village__lte=high, withdrawn_at=None).aggregate(
        first=models.Min("received_on")
    )["first"]
    return found.replace(day=1) if found else None


@dataclass(frozen=True)
class Month:
    """One square of the strip of a place."""

    month: date
    #: None: nothing was kept
    colour: Colour | None = None

    @property
    def label(self) -> str:
        return self.colour.label if self.colour else "没有记录"

    @property
    def tone(self) -> str:
        return TONES[self.colour] if self.colour else "muted"


@dataclass(frozen=True)
class Past:
    """The past months of a place, the oldest first."""

    months: tuple[Month, ...]

    @property
    def changed(self) -> Month | None:
        """The first month with the level of the newest, when an earlier one had another."""
        known = [month for month in self.months if month.colour]
        turns = [later for earlier, later in pairwise(known) if earlier.colour != later.colour]
        return turns[-1] if turns else None


def past(places: Collection[int], today: date) -> dict[int, Past]:
    """Place → the twelve months before this one. One query."""
    this = today.replace(day=1)
    months = [add_months(this, -back) for back in range(MONTHS, 0, -1)]
    rows = WarningLevel.objects.filter(place__in=places, month__in=months)
    kept = {(place, month): Colour(colour) for place, month, colour in rows.values_list("place", "month", "colour")}
    return {place: Past(tuple(Month(month, kept.get((place, month))) for month in months)) for place in places}
