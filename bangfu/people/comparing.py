"""Two records of perhaps one person, side by side: what differs, and in which the facts are fuller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bangfu.ledger import registry
from bangfu.ledger.fields import EMPTY, all_shown
from bangfu.people import identity
from bangfu.people.person import Person

#: where they live and how they stand to the head belongs to the record that stays
_BELONGS = ("household", "village", "relation_to_head", "left_on", "left_kind")


@dataclass(frozen=True)
class Line:
    name: str
    label: str
    first: str
    second: str
    differs: bool
    #: one may take the value of the other record
    is_open: bool
    #: the value that is proposed: "first" or "second"
    proposed: str
    note: str = ""


def lines(first: Person, second: Person) -> list[Line]:
    ledger = registry.of(Person)
    assert ledger
    names = tuple(dict.fromkeys((*_BELONGS[:3], *ledger.form, *_BELONGS[3:])))
    return [_line(item, first, second) for item in all_shown(ledger, names)]


def _line(item: Any, first: Person, second: Person) -> Line:
    values = (item.value(first), item.value(second))
    texts = [_text(item, value) for value in values]
    differs = values[0] != values[1]
    return Line(
        name=item.name,
        label=item.label,
        first=texts[0],
        second=texts[1],
        differs=differs,
        is_open=differs and item.name not in _BELONGS,
        proposed="second" if texts[0] == EMPTY and texts[1] != EMPTY else "first",
        note=identity.difference(*map(str, values)) if item.name == "identity_no" and differs else "",
    )


def _text(item: Any, value: Any) -> str:
    if item.is_division and value is not None:
        return str(value.full_name)
    return str(item.text_of(value))


def chosen_values(first: Person, second: Person, keep: Person, choices: dict[str, str]) -> dict[str, Any]:
    """Field → value for the record that stays, from "first" or "second" by field."""
    open_names = {line.name for line in lines(first, second) if line.is_open}
    sources = {"first": first, "second": second}
    taken = {name: sources[side] for name, side in choices.items() if name in open_names and side in sources}
    return {name: getattr(source, name) for name, source in taken.items() if source.pk != keep.pk}
