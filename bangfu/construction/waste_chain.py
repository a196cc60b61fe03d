"""The chain of waste (2.3): village point → town station → county site; no step back, so no circle; where it is broken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.exchange.sheet import Batch, Fault
from bangfu.kernel.codes import Level

#: a site sends only to a later link: that is why there can be no circle
ORDER = {"point": 1, "station": 2, "plant": 3}
BACKWARDS = "垃圾只能往后一环运：村收集点运到镇转运站或县处理场，镇转运站运到县处理场；这样会绕圈"
STOPPED = "运到的那一处已经停用，请另选一处"

_RANK = "CASE {kind} WHEN 'point' THEN 1 WHEN 'station' THEN 2 ELSE 3 END"
_BACKWARDS = f"""
    WITH sites AS (SELECT _target AS id, kind FROM {{rows}} UNION ALL
        SELECT t.id, t.kind FROM construction_wastesite t
        WHERE NOT EXISTS (SELECT FROM {{rows}} c WHERE c._target = t.id))
    SELECT r._row FROM {{rows}} r JOIN sites s ON s.id = r.sends_to_id
    WHERE {_RANK.format(kind="s.kind")} <= {_RANK.format(kind="r.kind")}
    UNION SELECT r._row FROM {{rows}} r JOIN construction_wastesite f ON f.sends_to_id = r._target AND f.withdrawn_at IS NULL
    WHERE NOT EXISTS (SELECT FROM {{rows}} c WHERE c._target = f.id)
        AND {_RANK.format(kind="r.kind")} <= {_RANK.format(kind="f.kind")}"""  # noqa: S608

#: villages from which the waste doesn't come through to a site of the county: (village, what is missing, site)
BREAKS = """
    WITH RECURSIVE way AS (
        SELECT w.id AS first, w.division_id AS village, w.id, w.kind, w.sends_to_id, 1 AS steps
        FROM construction_wastesite w
        WHERE w.kind = 'point' AND w.withdrawn_at IS NULL AND w.stopped_on IS NULL AND ({places})
        UNION ALL
        SELECT y.first, y.village, w.id, w.kind, w.sends_to_id, y.steps + 1
        FROM way y JOIN construction_wastesite w ON w.id = y.sends_to_id
        WHERE w.withdrawn_at IS NULL AND w.stopped_on IS NULL AND y.steps < 4
    ), ends AS (
        SELECT DISTINCT ON (first) first, village, id, kind FROM way ORDER BY first, steps DESC
    )
    SELECT village, kind, id FROM ends WHERE kind <> 'plant'"""


def faults(data: Mapping[str, Any], record: Any) -> dict[str, str]:
    """Form and API: field → message."""
    to = data["sends_to"]
    rank = ORDER[data["kind"]]
    if to and (to == record or ORDER[to.kind] <= rank):
        return {"sends_to": BACKWARDS}
    if to and (to.stopped_on or to.withdrawn_at):
        return {"sends_to": STOPPED}
    if record and any(ORDER[kind] >= rank for kind in _kinds_before(record)):
        return {"kind": BACKWARDS}
    return {}


def _kinds_before(record: Any) -> list[str]:
    return list(record.comes_from.filter(withdrawn_at=None).values_list("kind", flat=True))


def backwards(batch: Batch) -> Iterable[Fault]:
    """The same, by set."""
    return [Fault(row, "sends_to", BACKWARDS) for (row,) in batch.fetch(_BACKWARDS)]


def places_sql(column: str, scope: Scope) -> str:
    """SQL over a column of codes: it lies in the scope."""
    return " OR ".join(f"{column} BETWEEN {int(low)} AND {int(high)}" for low, high in scope.ranges) or "false"


def breaks(scope: Scope) -> list[tuple[int, str, int]]:
    """(village, kind of the last link, its number) of every village point that doesn't reach the county."""
    with connection.cursor() as cursor:
        cursor.execute(BREAKS.format(places=places_sql("w.division_id", scope)))
        return list(cursor.fetchall())


def without_point(scope: Scope) -> list[Division]:
    """Villages in which no point stands."""
    known = Division.objects.filter(scope.q("code"), level=Level.VILLAGE, valid_to=None).order_by("code")
    condition = f"""code NOT IN (SELECT division_id FROM construction_wastesite WHERE kind = 'point'
        AND withdrawn_at IS NULL AND stopped_on IS NULL AND ({places_sql("division_id", scope)}))"""  # noqa: S608
    return list(known.extra(where=[condition]))  # noqa: S610 - codes are numbers, the rest is a constant
