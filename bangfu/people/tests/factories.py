"""Invented households and members for the tests; numbers have area code 990000."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from bangfu.kernel.identity import check_character
from bangfu.ledger import registry
from bangfu.people.models import Household, Person

GUANGMING, CHONGXIN = 441881137201, 441881137202  # two villages of 英德市东华镇
DATANG = 441881109203  # 英德市大站镇, another town
LIANXI = 441882101202  # 连州市星子镇, another county

_serial = count(1)


def number(born_on: date, sex: int = 1, serial: int | None = None) -> str:
    """A valid number of nobody, born on that day."""
    order = (next(_serial) if serial is None else serial) * 2 % 1000 + (sex == 1)
    first17 = f"990000{born_on:%Y%m%d}{order:03d}"
    return first17 + check_character(first17)


def household(village: int = GUANGMING, **values: Any) -> Household:
    made = Household(village_id=village, **values)
    ledger = registry.of(Household)
    assert ledger
    ledger.prepare(made)
    made.save()
    return Household.objects.get(pk=made.pk)


def person(home: Household, name: str = "陈志强", relation: str = "head", **values: Any) -> Person:
    born_on, sex = values.pop("born_on", date(1975, 6, 1)), values.pop("sex", 1)
    values.setdefault("identity_no", number(born_on, sex))
    made = Person(
        household=home,
        village_id=home.village_id,
        name=name,
        relation_to_head=relation,
        born_on=born_on,
        sex=sex,
        **values,
    )
    ledger = registry.of(Person)
    assert ledger
    ledger.prepare(made)
    made.save()
    return Person.objects.get(pk=made.pk)


def family(village: int = GUANGMING) -> tuple[Household, dict[str, Person]]:
    """陈志强 with wife, son, daughter and mother."""
    home = household(village)
    members = {
        "head": person(home),
        "wife": person(home, "黄丽芳", "spouse", sex=2, born_on=date(1977, 3, 2)),
        "son": person(home, "陈俊杰", "son", born_on=date(2003, 1, 5)),
        "daughter": person(home, "陈欣怡", "daughter", sex=2, born_on=date(2006, 8, 9)),
        "mother": person(home, "李秀英", "mother", sex=2, born_on=date(1950, 10, 1)),
    }
    return Household.objects.get(pk=home.pk), members
