"""Who asks or borrows (4.3): a household or an operator, one of them, of the place that the row names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from bangfu.exchange.sheet import Batch, Fault
from bangfu.industry.linkage.business_entities import BusinessEntity
from bangfu.ledger.record import Record
from bangfu.people.models import Household

ONE = "农户和经营主体填一个，只填一个"
ELSEWHERE = "这一户不在所填的镇村，请核对"


class Asker(Record):
    """Base of rows about a household or an operator."""

    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="农户"
    )
    business_entity = models.ForeignKey(
        BusinessEntity, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经营主体"
    )

    class Meta:
        abstract = True


def faults(data: Mapping[str, Any]) -> dict[str, str]:
    household, entity, place = data["household"], data["business_entity"], data["division"]
    if bool(household) == bool(entity):
        return {"household": ONE}
    if household and household.village_id != place.pk and not _of_town(household.village_id, place.pk):
        return {"household": ELSEWHERE}
    return {}


def _of_town(village: int, town: int) -> bool:
    return town % 1000 == 0 and village // 1000 == town // 1000


def check(batch: Batch) -> Iterable[Fault]:
    """The same by set, for new rows; a blank keeps what is there."""
    rows = batch.fetch(
        "SELECT _row FROM {rows} WHERE NOT _exists AND (household_id IS NULL) = (business_entity_id IS NULL)"
    )
    yield from (Fault(row, "household", ONE) for (row,) in rows)
    strays = batch.fetch(
        "SELECT r._row FROM {rows} r JOIN people_household h ON h.id = r.household_id WHERE h.village_id <> r.division_id"
        " AND (r.division_id %% 1000 <> 0 OR h.village_id / 1000 <> r.division_id / 1000)"
    )
    yield from (Fault(row, "household", ELSEWHERE) for (row,) in strays)
