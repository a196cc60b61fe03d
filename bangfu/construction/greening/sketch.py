"""A map of sites as SVG, drawn on the server (2.4). Only over a boundary with its approval number (审图号): a map without
one must not be published, then the list alone stands there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bangfu.divisions.models import Boundary, Division

WIDTH = 1000.0


@dataclass(frozen=True)
class Sketch:
    height: int
    path: str
    #: (x, y, site)
    points: Sequence[tuple[float, float, Any]]
    approval_no: str


def of(place: Division | None, sites: Sequence[Any]) -> Sketch | None:
    """The county of the place with the sites that have a position; none without an approved boundary."""
    if place is None:
        return None
    county = place.code // 10**6 * 10**6
    boundary = Boundary.objects.filter(division_id=county).exclude(approval_no="").first()
    if boundary is None:
        return None
    rings = list(_rings(boundary.geometry))
    west, east = min(x for ring in rings for x, _ in ring), max(x for ring in rings for x, _ in ring)
    south, north = min(y for ring in rings for _, y in ring), max(y for ring in rings for _, y in ring)
    scale = WIDTH / (east - west)
    tall = scale / math.cos(math.radians((south + north) / 2))

    def at(x: float, y: float) -> tuple[float, float]:
        return round((x - west) * scale, 1), round((north - y) * tall, 1)

    path = " ".join("M" + "L".join(f"{a},{b}" for a, b in (at(x, y) for x, y in ring)) + "Z" for ring in rings)
    points = [(*at(site.longitude, site.latitude), site) for site in sites if site.longitude and site.latitude]
    return Sketch(round((north - south) * tall), path, points, boundary.approval_no)


def _rings(geometry: Any) -> Iterator[list[tuple[float, float]]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        for ring in polygon:
            yield [(float(point[0]), float(point[1])) for point in ring]
