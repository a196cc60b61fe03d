"""Rows of a workbook: names of units and places in their proper form, details as kept, and the key that finds the same act."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from bangfu.accounts.models import Unit
from bangfu.activities import details, naming, sameness
from bangfu.exchange.sheet import Frame
from bangfu.policy.activity_kind import Field, kinds

_ASKED = {
    Field.HOUSEHOLD: ("household", "household", "农户"),
    Field.UNITS: ("unit_names", "unit_names", "参加单位"),
    Field.CADRES: ("cadre_names", "cadre_names", "参加干部"),
    Field.OTHER_PLACES: ("other_places", "other_places", "还在哪些地方"),
}


class Kept(dict[str, Any]):
    """Details as JSON: the intake encodes each different value once, so that it must be told apart."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(json.dumps(self, sort_keys=True))


def derive(frame: Frame) -> None:
    columns = frame.columns
    known = naming.units_of(filter(None, columns.get("unit_names", [])))
    _each(frame, "unit_names", lambda text: naming.unit_text(text, known))
    _each(frame, "other_places", lambda text: naming.place_text(naming.places_in(text)))
    _each(frame, "details", lambda text: Kept(details.read(text)))
    _name_cadres(frame, known)
    _demand(frame)
    columns["same_key"] = [
        sameness.key(*(columns[name][index] or "" if name in columns else "" for name in sameness.SAID))
        for index in range(len(frame))
    ]


def _each(frame: Frame, name: str, mend: Callable[[str], Any]) -> None:
    """Each different text once; what cannot be read is a fault of its cells."""
    texts = frame.columns.get(name, [])
    mended: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for text in {text for text in texts if text}:
        try:
            mended[text] = mend(text)
        except ValueError as error:
            wrong[text] = str(error)
    for index, text in enumerate(texts):
        if text in wrong:
            frame.fault(index, name, wrong[text], text)
        texts[index] = mended.get(text) if text else None


def _name_cadres(frame: Frame, known: Mapping[str, Unit]) -> None:
    texts = frame.columns.get("cadre_names", [])
    among = naming.cadres_named(filter(None, texts))
    days, places, units = (
        frame.columns.get(name, [None] * len(frame)) for name in ("held_on", "division_id", "unit_names")
    )
    for index, text in enumerate(texts):
        named = {name for name, _ in naming.units_in(units[index] or "")}
        own = frozenset(unit.pk for name, unit in known.items() if name in named or unit.name in named)
        try:
            texts[index] = (
                naming.cadre_text(text, naming.Where(days[index], places[index], own), among) if text else None
            )
        except ValueError as error:
            frame.fault(index, "cadre_names", str(error), text)
            texts[index] = None


def _demand(frame: Frame) -> None:
    """What the kind cannot do without: it would count for nothing."""
    declared = kinds()
    for index, code in enumerate(frame.columns.get("kind", [])):
        kind = declared.get(code or "")
        for field, (column, told, label) in _ASKED.items():
            values = frame.columns.get(column)
            if kind and kind.needs(field) and (values is None or not values[index]):
                frame.fault(index, told, f"{kind.label}要填“{label}”")
