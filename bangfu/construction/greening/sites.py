"""What everybody may know of greening (2.4): sites with their trees, the survival count, names that still run, money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import Coalesce

from bangfu.construction.models import AncientTree, GreenSite, PublicBenefitEntry, TendingRound, TreePledge
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel.codes import SPANS, Level

NAMED = 30
MONEY = 20
DONE = Q(received_on__isnull=False) | Q(planted_on__isnull=False)


def open_sites(on: date) -> QuerySet[GreenSite]:
    """Where one may pledge today."""
    running = Q(closed_on=None) | Q(closed_on__gte=on)
    return GreenSite.objects.filter(running, withdrawn_at=None, opened_on__lte=on)


def listed(scope: Scope | None) -> QuerySet[Any]:
    """All sites, with pledged trees and the last survival count."""
    rows = GreenSite.objects.filter(withdrawn_at=None)
    rows = rows.filter(scope.q("village")) if scope else rows
    counted = TendingRound.objects.filter(green_site=OuterRef("pk"), withdrawn_at=None, living_trees__isnull=False)
    last = counted.order_by("-tended_on", "-pk")
    pledges = TreePledge.objects.filter(green_site=OuterRef("pk"), withdrawn_at=None).order_by()
    trees = pledges.values("green_site").annotate(n=Sum("trees")).values("n")
    return rows.select_related("village").annotate(
        pledged=Coalesce(Subquery(trees), 0),
        living=Subquery(last.values("living_trees")[:1]),
        planted=Subquery(last.values("planted_trees")[:1]),
        counted_on=Subquery(last.values("tended_on")[:1]),
    )


@dataclass(frozen=True)
class Figures:
    sites: int
    mu: Decimal
    pledged: int
    done: int
    living: int
    planted: int

    @property
    def survival(self) -> int | None:
        """Whole percents of the last count of each site."""
        return 100 * self.living // self.planted if self.planted else None


@dataclass(frozen=True)
class Place:
    """One place of the list by place, for those who have no map."""

    code: int
    name: str
    sites: int
    mu: Decimal
    living: int
    planted: int


def by_place(scope: Scope | None, place: Division | None) -> list[Place]:
    """Counties, towns of a county, or villages of a town, each with its sites. One query."""
    width = SPANS[Level.VILLAGE]
    if place is None or place.level <= Level.COUNTY:
        width = SPANS[Level.TOWN if place and place.level == Level.COUNTY else Level.COUNTY]
    name = Division.objects.filter(code=OuterRef("at")).values("name")[:1]
    rows = listed(scope).select_related(None).order_by().annotate(at=F("village_id") / width * width).values("at")
    sums = {"n": Count("pk"), "mu": Sum("area_mu"), "alive": Sum("living"), "sown": Sum("planted")}
    return [
        Place(row["at"], row["name"] or "", row["n"], row["mu"] or Decimal(0), row["alive"] or 0, row["sown"] or 0)
        for row in rows.annotate(**sums, name=Subquery(name)).order_by("at")
    ]


def figures(places: list[Place], scope: Scope | None) -> Figures:
    """One query beside that of the places."""
    pledges = _within(TreePledge.objects.filter(withdrawn_at=None), scope, "village")
    trees = pledges.aggregate(all=Sum("trees"), done=Sum("trees", filter=DONE))
    return Figures(
        sum(each.sites for each in places), sum((each.mu for each in places), Decimal(0)), trees["all"] or 0,
        trees["done"] or 0, sum(each.living for each in places), sum(each.planted for each in places),
    )  # fmt: skip


@dataclass(frozen=True)
class Money:
    """What came into the public-benefit funds for trees and what it was used for; the newest entries."""

    entries: list[Any]
    come: Decimal
    gone: Decimal


def money(scope: Scope | None) -> Money:
    """One query: the sums stand beside each entry."""
    rows = PublicBenefitEntry.objects.filter(purpose="greening", withdrawn_at=None)
    sums = {
        name: Window(Sum("amount_yuan", filter=Q(direction=way))) for name, way in (("come", "in"), ("gone", "out"))
    }
    entries = list(_within(rows, scope, "division").annotate(**sums).order_by("-happened_on", "-pk")[:MONEY])
    come, gone = (entries[0].come, entries[0].gone) if entries else (None, None)
    return Money(entries, come or Decimal(0), gone or Decimal(0))


def _within(rows: QuerySet[Any], scope: Scope | None, column: str) -> QuerySet[Any]:
    return rows.filter(scope.q(column)) if scope else rows


def named_trees(scope: Scope | None, on: date) -> QuerySet[AncientTree]:
    """Ancient trees that bear a name today; a term that has ended is not shown."""
    rows = AncientTree.objects.filter(named_until__gte=on, withdrawn_at=None).exclude(named_for="")
    return _within(rows, scope, "village").select_related("village").order_by("named_until", "pk")[:NAMED]


def donors(site: GreenSite, on: date) -> tuple[list[TreePledge], int]:
    """Those who gave or planted and agreed to be named, and how many others there are; adoptions while they run."""
    running = Q(until_on=None) | Q(until_on__gte=on)
    given = site.pledges.filter(DONE, running, withdrawn_at=None)
    shown = list(given.filter(is_shown=True).order_by(F("received_on").desc(nulls_last=True), "-pk")[:NAMED])
    return shown, given.count() - len(shown)
