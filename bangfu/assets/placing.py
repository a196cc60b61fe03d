"""Where an asset lies (1.4): what hangs on it lies there too; once contracts, money or a disposal are written in the books
of a place, the asset stays there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from bangfu.assets.forming import limit
from bangfu.exchange.sheet import Batch, Fault
from bangfu.ledger import limits
from bangfu.projects.project import Project

if TYPE_CHECKING:
    from bangfu.assets.asset import Asset

BOUND = ("operation_contracts", "receipts", "disposals")
STAYS = "这项资产在原来的地方已有合同、收款或处置，坐落不能改；确实登记错了的，先冲正收款、撤销合同"


def faults(data: dict[str, Any], record: Asset | None) -> dict[str, str]:
    place = data.get("division")
    if record is None or place is None or place.pk == record.division_id:
        return {}
    return {"division": STAYS} if any(getattr(record, name).exists() for name in BOUND) else {}


def of_workbook(batch: Batch) -> Iterable[Fault]:
    sql = """
        SELECT r._row FROM {rows} r JOIN assets_asset a ON r._exists AND a.id = r._target AND a.division_id <> r.division_id
         WHERE EXISTS (SELECT FROM assets_operationcontract c WHERE c.asset_id = a.id)
            OR EXISTS (SELECT FROM assets_assetreceipt c WHERE c.asset_id = a.id)
            OR EXISTS (SELECT FROM assets_disposal c WHERE c.asset_id = a.id)"""
    return [Fault(row, "division", STAYS) for (row,) in batch.fetch(sql)]


@contextmanager
def following(assets: Any, keys: list[int]) -> Iterator[None]:
    """`assets`: their manager. Around every write: no more than the project's money, and all in one place."""
    before = _places(assets, keys)
    with limits.held(keys, limit.sums, Project.objects.all(), limit.beyond):
        yield
    moved = [pk for pk, place in _places(assets, keys).items() if before.get(pk, place) != place]
    if not moved:
        return
    now = Subquery(assets.filter(pk=OuterRef("asset_id")).values("division_id"))
    for relation in assets.model._meta.related_objects:
        if relation.field.name == "asset" and hasattr(relation.related_model, "division_id"):
            relation.related_model._default_manager.filter(asset__in=moved).update(division_id=now)


def _places(assets: Any, keys: list[int]) -> dict[int, int]:
    return dict(assets.filter(pk__in=keys).values_list("pk", "division_id")) if keys else {}
