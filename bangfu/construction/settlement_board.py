"""The board of 2.3: place by place, sewage treated and running (“双80”), toilets mended, waste through to the county."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from bangfu.construction import waste_chain
from bangfu.construction.household_toilets import PROBLEM, HouseholdToilet
from bangfu.construction.natural_village import TREATED, NaturalVillage
from bangfu.construction.village_appearance import VillageAppearance
from bangfu.construction.waste_site import WasteSite
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes
from bangfu.kernel.codes import SPANS, Level
from bangfu.lawbook.parameters import Snapshot
from bangfu.policy.parameter import ParameterMissing


@dataclass
class Line:
    """One place; every number opens to its rows through its ledger's list."""

    place: Division
    numbers: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def percent(self, part: str, whole: str) -> int | None:
        """Whole percents, cut off; None when there is nothing to measure."""
        return 100 * self.numbers[part] // self.numbers[whole] if self.numbers[whole] else None

    @property
    def treated(self) -> int | None:
        return self.percent("treated", "natural")

    @property
    def running(self) -> int | None:
        return self.percent("running", "treated")

    @property
    def mended(self) -> int | None:
        return self.percent("mended", "problems")


def width_of(scope: Scope) -> int:
    """Villages where the scope lies inside a town, else towns."""
    inside = all(codes.level_of(low) >= Level.TOWN for low, _ in scope.ranges)
    return SPANS[Level.VILLAGE] if inside else SPANS[Level.TOWN]


def lines(scope: Scope) -> list[Line]:
    """By village of a town, or by town; places without any record are left out. Seven queries."""
    width = width_of(scope)
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    natural = (
        Count("pk"),
        Count("pk", filter=TREATED),
        Count("pk", filter=Q(state="running")),
        Count("pk", filter=Q(mode="")),
    )
    _add(
        found,
        NaturalVillage.objects.all(),
        "village",
        scope,
        width,
        dict(zip(("natural", "treated", "running", "modeless"), natural, strict=True)),
    )
    toilets = {"problems": Count("pk", filter=PROBLEM), "mended": Count("pk", filter=Q(status="checked"))}
    _add(found, HouseholdToilet.objects.all(), "village", scope, width, toilets)
    points = WasteSite.objects.filter(kind="point", stopped_on=None)
    _add(
        found,
        points,
        "division",
        scope,
        width,
        {"points": Count("pk"), "sorted": Count("pk", filter=Q(is_sorted=True))},
    )
    done = {"places": Count("pk"), "finished": Count("pk", filter=Q(finished_on__isnull=False))}
    _add(found, VillageAppearance.objects.all(), "village", scope, width, done)
    for village, _, _ in waste_chain.breaks(scope):
        row = found[village // width * width]
        row["broken"] = row.get("broken", 0) + 1
    places = Division.objects.in_bulk(list(found))
    return [Line(places[code], defaultdict(int, found[code])) for code in sorted(found) if code in places]


def _add(
    found: Mapping[int, dict[str, int]],
    rows: QuerySet[Any],
    column: str,
    scope: Scope,
    width: int,
    counts: dict[str, Count],
) -> None:
    rows = rows.filter(scope.q(column), withdrawn_at=None).order_by()
    for row in rows.annotate(at=F(f"{column}_id") / width * width).values("at").annotate(**counts):
        found[row.pop("at")].update(row)


def goals(scope: Scope, on: date) -> dict[str, int]:
    """The goals in force where one looks; a goal that nobody registered is left out."""
    known, place = Snapshot.take(), scope.ranges[0][0] if scope.ranges else None
    found = {}
    for name, code in (("treated", "sewage_treatment_goal_percent"), ("running", "sewage_running_goal_percent")):
        with suppress(ParameterMissing):
            found[name] = int(known.at(code, on, place).value)
    return found


def total(of: list[Line]) -> Line:
    """All places together; `place` is the first one's, and is not shown."""
    summed: defaultdict[str, int] = defaultdict(int)
    for line in of:
        for name, number in line.numbers.items():
            summed[name] += number
    return Line(of[0].place, summed)
