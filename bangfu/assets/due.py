"""When an asset is to be looked at again (1.4): months by its class, from the last inspection or from the hand-over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from bangfu.assets.asset import Asset
from bangfu.assets.states import KEPT
from bangfu.kernel.periods import add_months
from bangfu.lawbook import parameters

INTERVALS = {
    "operating": "asset_inspection_months",
    "public": "asset_inspection_public_months",
    "household": "asset_inspection_household_months",
}
SINCE = Coalesce(F("inspected_on"), F("handed_over_on"))


def intervals(place: int, on: date) -> Mapping[str, int]:
    """Months by class, as they hold in the place; one query, for however many places in a reading request."""
    law = parameters.Snapshot.take()
    return {kind: int(law.at(code, on, place).value) for kind, code in INTERVALS.items()}


def due_on(asset: Asset, on: date) -> date | None:
    """None while nobody has taken it over."""
    since = asset.inspected_on or asset.handed_over_on
    if asset.state not in KEPT or since is None or asset.withdrawn_at:
        return None
    return add_months(since, intervals(asset.division_id, on)[asset.asset_class])


def words(asset: Asset, on: date) -> str:
    day = due_on(asset, on)
    if day is None or day > on:
        return ""
    last = f"上一次 {asset.inspected_on}" if asset.inspected_on else "移交以后还没有巡查过"
    return f"{last}，应在 {day} 前巡查"


def overdue(rows: QuerySet[Asset], place: int, on: date) -> QuerySet[Asset]:
    """Those to be inspected by now, with the intervals of the place."""
    found = Q(pk__in=[])
    for asset_class, months in intervals(place, on).items():
        found |= Q(asset_class=asset_class, since__lte=add_months(on, -months))
    return rows.annotate(since=SINCE).filter(found, state__in=KEPT, withdrawn_at=None)
