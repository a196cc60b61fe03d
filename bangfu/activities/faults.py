"""What may not be written about an activity, and what is worth a second look, in words for who enters it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from typing import Any

from bangfu.accounts.models import Unit
from bangfu.activities import naming
from bangfu.activities.activity import VISIT, Activity
from bangfu.divisions.scope import Scope
from bangfu.kernel import dates
from bangfu.policy.activity_kind import Field, kinds
from bangfu.units.group import Group
from bangfu.units.helped import towns_of_units

#: field of the declaration → column, and what is said when it is missing
DEMANDED = {
    Field.HOUSEHOLD: ("household", "请选择农户"),
    Field.OTHER_PLACES: ("other_places", "请写明另一方是哪里"),
    Field.GROUP: ("group", "请选择组团"),
    Field.CHAIR: ("chair", "请选择主持单位"),
    Field.UNITS: ("unit_names", "请写明参加的单位"),
    Field.CADRES: ("cadre_names", "请写明是哪名干部"),
}


def of(data: dict[str, Any]) -> dict[str, str]:
    """Field → message."""
    found = dict(_days(data))
    kind = kinds()[data["kind"]] if data["kind"] else None
    for field, (name, message) in DEMANDED.items():
        if kind and kind.needs(field) and not data[name]:
            found.setdefault(name, f"{kind.label}：{message}")
    household = data["household"]
    if household and data["division"] and household.village_id != data["division"].pk:
        found["household"] = "这一户不在所填的地点，请改选农户或地点"
    if data["has_change"] and not data["found"]:
        found["found"] = "情况有变化的，请写一句发现了什么"
    return found | dict(_names(data))


def _days(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    held_on, ends_on = data["held_on"], data["ends_on"]
    if held_on and held_on > dates.today():
        yield "held_on", "日期还没有到；活动在开展之后登记"
    if held_on and ends_on and ends_on < held_on:
        yield "ends_on", "结束日期早于开始日期，请核对"


def _names(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    known = naming.units_of([data["unit_names"]])
    readings: tuple[tuple[str, Callable[[], object]], ...] = (
        ("unit_names", lambda: naming.unit_text(data["unit_names"], known)),
        ("other_places", lambda: naming.places_in(data["other_places"])),
        ("cadre_names", lambda: naming.cadres_in(data["cadre_names"], _where(data, known))),
    )
    for name, read in readings:
        try:
            read()
        except ValueError as error:
            yield name, str(error)
    if data["group"] and data["held_on"]:
        yield from _strangers(data["group"], data["held_on"], known, data["chair"])


def _where(data: dict[str, Any], known: dict[str, Unit]) -> naming.Where:
    place = data["division"].pk if data["division"] else None
    return naming.Where(data["held_on"], place, frozenset(unit.pk for unit in known.values()))


def in_proper_form(record: Activity) -> None:
    """Names as they are registered. What cannot be read stays as it was written; the form has refused it before."""
    known = naming.units_of([record.unit_names])
    where = naming.Where(record.held_on, record.division_id, frozenset(unit.pk for unit in known.values()))
    with suppress(ValueError):
        record.unit_names = naming.unit_text(record.unit_names, known)
    with suppress(ValueError):
        record.other_places = naming.place_text(naming.places_in(record.other_places))
    with suppress(ValueError):
        record.cadre_names = naming.cadre_text(record.cadre_names, where)


def _strangers(group: Group, day: date, known: dict[str, Unit], chair: Any) -> Iterator[tuple[str, str]]:
    members = set(group.members_on(day))
    others = [unit.name for unit in dict.fromkeys(known.values()) if unit not in members]
    if others:
        yield "unit_names", f"{'、'.join(others)} 在 {day} 不是“{group}”的成员单位，请核对日期、单位或组团"
    if chair and chair not in members:
        yield "chair", f"{chair} 在 {day} 不是“{group}”的成员单位"


def for_units(data: dict[str, Any], units: frozenset[int]) -> dict[str, str]:
    """A liaison of a unit enters what the unit took part in, in towns that its group helps; no visits to households."""
    found: dict[str, str] = {}
    own = {unit.pk for unit in naming.units_of([data.get("unit_names") or ""]).values()}
    if not own & units:
        found["unit_names"] = "请把本单位写进参加单位；别的单位的活动由那个单位或镇上登记"
    place, day = data.get("division"), data.get("held_on")
    towns = Scope.of(towns_of_units(units, day).values_list("group__town", flat=True)) if day else Scope.nothing()
    if place and place.pk not in towns:
        found["division"] = f"{place.full_name} 在这一天不是本单位结对的镇，请核对地点和日期"
    if data.get("kind") == VISIT or data.get("household"):
        found["kind"] = "入户走访由驻镇干部和镇村干部登记"
    return found


def doubtful(data: dict[str, Any]) -> list[str]:
    """Warnings, after which it may still be saved: units not paired with the town that day, cadres not in office."""
    day, place = data.get("held_on"), data.get("division")
    if not day or not place:
        return []
    found = []
    for unit in dict.fromkeys(naming.units_of([data.get("unit_names") or ""]).values()):
        ever = list(towns_of_units([unit.pk]).values_list("group__town", flat=True))
        now = list(towns_of_units([unit.pk], day).values_list("group__town", flat=True))
        if ever and place.pk in Scope.of(ever) and place.pk not in Scope.of(now):
            found.append(f"{day} 不在{unit}与这个镇的结对期内，不计入它的履职；日期填错的请改正")
    found += [
        f"{cadre}在 {day} 不在任，请核对是否已经离任"
        for cadre in naming.cadres_in(data.get("cadre_names") or "", naming.Where(day, place.pk))
        if cadre.from_on > day or (cadre.to_on and cadre.to_on < day)
    ]
    return found
