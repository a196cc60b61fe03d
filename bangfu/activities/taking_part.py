"""The units, cadres and further places of activities as rows that can be counted, kept to what the names say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bangfu.activities import naming
from bangfu.activities.activity import Activity, ActivityCadre, ActivityPlace, ActivityUnit

_AT_ONCE = 2_000


def sync(keys: Sequence[int]) -> None:
    """Of activities whose names have changed, or that are gone; by set, in the transaction of the change."""
    for start in range(0, len(keys), _AT_ONCE):
        _sync(keys[start : start + _AT_ONCE])


def _sync(keys: Sequence[int]) -> None:
    rows = list(Activity.objects.filter(pk__in=keys))
    known = naming.units_of({row.unit_names for row in rows})
    places = {text: naming.places_in(text) for text in {row.other_places for row in rows} - {""}}
    among = naming.cadres_named({row.cadre_names for row in rows})
    units, cadres, further = [], [], []
    for row in rows:
        part = [(known[name].pk, rank) for name, rank in naming.units_in(row.unit_names) if name in known]
        units += [ActivityUnit(activity=row, unit_id=pk, rank=rank) for pk, rank in part]
        further += [ActivityPlace(activity=row, division=place) for place in places.get(row.other_places, ())]
        where = naming.Where(row.held_on, row.division_id, frozenset(pk for pk, _ in part))
        people = naming.cadres_in(row.cadre_names, where, among)
        cadres += [ActivityCadre(activity=row, cadre=cadre) for cadre in people]
    for model in (ActivityUnit, ActivityCadre, ActivityPlace):
        model._default_manager.filter(activity__in=keys).delete()
    ActivityUnit.objects.bulk_create(units, ignore_conflicts=True)
    ActivityCadre.objects.bulk_create(cadres, ignore_conflicts=True)
    ActivityPlace.objects.bulk_create(further, ignore_conflicts=True)


def write(activity: Activity, units: Iterable[tuple[int, str]] = (), cadres: Iterable[int] = ()) -> None:
    """For demos and tests that know the keys: (unit, rank) and cadres as rows and as names."""
    ActivityUnit.objects.bulk_create([ActivityUnit(activity=activity, unit_id=pk, rank=rank) for pk, rank in units])
    ActivityCadre.objects.bulk_create([ActivityCadre(activity=activity, cadre_id=pk) for pk in cadres])
    named = ActivityUnit.objects.filter(activity=activity).select_related("unit").order_by("pk")
    people = ActivityCadre.objects.filter(activity=activity).select_related("cadre__sending_unit").order_by("pk")
    activity.unit_names = naming.told((part.unit.name, part.rank) for part in named)
    activity.cadre_names = "、".join(naming.cadre(part.cadre) for part in people)
    Activity.objects.filter(pk=activity.pk).update(unit_names=activity.unit_names, cadre_names=activity.cadre_names)
