"""What rows about one person share (1.3, 3.1): a form asks the person, a workbook the household's number and the name in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.exchange.sheet import Kind
from bangfu.ledger.constraints import must
from bangfu.ledger.record import Record
from bangfu.people.models import Household, Person

NOBODY = "这一户里没有叫这个姓名的家庭成员，或者有同名的人；请核对户编号和姓名，新来的人先在“户和人”里登记"


class OfPerson(Record):
    village = models.ForeignKey(
        Division, models.PROTECT, db_index=False, related_name="+", editable=False, verbose_name="行政村"
    )
    household = models.ForeignKey(
        Household, models.PROTECT, db_index=False, related_name="+", editable=False, verbose_name="农户"
    )
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="人员")
    name = models.CharField("姓名", max_length=60, editable=False)

    class Meta:
        abstract = True
        constraints = [must(Q(person__isnull=False), "%(class)s_name_is_of_somebody", NOBODY)]


class AboutPerson:
    """Beside `Ledger`, for a model that is OfPerson."""

    scope_from = "person"
    kinds: ClassVar[Mapping[str, Kind]] = {"name": Kind.NAME}
    computed: ClassVar[Mapping[str, str]] = {
        "village_id": "(SELECT h.village_id FROM people_household h WHERE h.id = {household_id})",
        "person_id": "coalesce({person_id}, (SELECT max(p.id) FROM people_person p WHERE p.household_id = {household_id}"
        " AND p.name = {name} AND p.left_on IS NULL AND p.withdrawn_at IS NULL AND NOT p.is_disputed"
        " HAVING count(*) = 1))",
    }

    def prepare(self, record: Any) -> None:
        record.household_id, record.name = record.person.household_id, record.person.name
