"""Who may owe a duty, and for how long: one query a kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.kernel.codes import Level
from bangfu.kernel.periods import Period
from bangfu.units.cadre import Cadre
from bangfu.units.group import Group
from bangfu.units.group_member import GroupMember
from bangfu.units.pairing import Pairing
from bangfu.units.team import Team

Keys = Collection[int] | None


@dataclass(frozen=True, slots=True)
class Holder:
    """`key` is the row's id, or the code of a division. Both ends of the term are included; None: open."""

    key: int
    label: str
    division: int
    unit: int | None
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True)
class HolderKind:
    """`rows(period, keys)`: holders of at least a day of the period, all or those of `keys`. `owed_by`: whose to-do it is."""

    name: str
    label: str
    owed_by: tuple[Role, ...]
    rows: Callable[[Period, Keys], Iterator[Holder]]


def in_term(rows: QuerySet[Any], period: Period, keys: Keys) -> QuerySet[Any]:
    """Rows in force on some day of the period."""
    rows = rows.filter(Q(to_on=None) | Q(to_on__gte=period.first), from_on__lte=period.last, withdrawn_at=None)
    return rows if keys is None else rows.filter(pk__in=keys)


def _members(period: Period, keys: Keys) -> Iterator[Holder]:
    rows = in_term(GroupMember.objects.all(), period, keys).filter(group__withdrawn_at=None)
    columns = ("pk", "unit__name", "town__name", "town", "unit", "from_on", "to_on", "group__to_on")
    for pk, unit_name, town, division, unit, first, last, group_last in rows.order_by("pk").values_list(*columns):
        ends = [day for day in (last, group_last) if day]
        yield Holder(pk, f"{unit_name}（{town}）", division, unit, first, min(ends, default=None))


def _groups(period: Period, keys: Keys) -> Iterator[Holder]:
    rows = in_term(Group.objects.all(), period, keys).order_by("pk")
    for pk, title, town_name, town, first, last in rows.values_list(
        "pk", "title", "town__name", "town", "from_on", "to_on"
    ):
        yield Holder(pk, f"{title}（{town_name}）", town, None, first, last)


def _cadres(period: Period, keys: Keys) -> Iterator[Holder]:
    rows = in_term(Cadre.objects.all(), period, keys).order_by("pk")
    columns = ("pk", "name", "town__name", "town", "sending_unit", "from_on", "to_on")
    for pk, name, town_name, town, unit, first, last in rows.values_list(*columns):
        yield Holder(pk, f"{name}（驻{town_name}）", town, unit, first, last)


def _teams(period: Period, keys: Keys) -> Iterator[Holder]:
    rows = in_term(Team.objects.all(), period, keys).order_by("pk")
    for pk, name, town, first, last in rows.values_list("pk", "name", "town", "from_on", "to_on"):
        yield Holder(pk, name, town, None, first, last)


def _pairings(period: Period, keys: Keys) -> Iterator[Holder]:
    rows = in_term(Pairing.objects.all(), period, keys).order_by("pk")
    columns = ("pk", "helping__name", "helped__name", "helped", "from_on", "to_on")
    for pk, helping, helped_name, helped, first, last in rows.values_list(*columns):
        yield Holder(pk, f"{helping}—{helped_name}", helped, None, first, last)


def _divisions(level: Level) -> Callable[[Period, Keys], Iterator[Holder]]:
    def rows(period: Period, keys: Keys) -> Iterator[Holder]:
        found = Division.objects.filter(Q(valid_to=None) | Q(valid_to__gt=period.first), level=level).order_by("pk")
        found = found if keys is None else found.filter(pk__in=keys)
        for code, name, valid_to in found.values_list("pk", "full_name", "valid_to"):
            yield Holder(code, name, code, None, None, valid_to)

    return rows


KINDS: dict[str, HolderKind] = {
    kind.name: kind
    for kind in (
        HolderKind("pairing", "结对双方", (Role.CITY, Role.COUNTY), _pairings),
        HolderKind("group", "组团", (Role.LIAISON, Role.CAPTAIN), _groups),
        HolderKind("group_member", "组团单位", (Role.LIAISON,), _members),
        HolderKind("team", "工作队", (Role.CAPTAIN, Role.COUNTY), _teams),
        HolderKind("cadre", "帮扶干部", (Role.LIAISON,), _cadres),
        HolderKind("county", "县（市、区）", (Role.COUNTY,), _divisions(Level.COUNTY)),
        HolderKind("town", "镇", (Role.TOWN,), _divisions(Level.TOWN)),
        HolderKind("village", "村", (Role.VILLAGE,), _divisions(Level.VILLAGE)),
    )
}
