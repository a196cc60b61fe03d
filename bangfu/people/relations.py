"""Relations to a new head, proposed from those to the old one; whoever records the change confirms them."""

from __future__ import annotations

from collections.abc import Sequence

from bangfu.people import codes
from bangfu.people.person import Person

_MALE = 1
#: by what the new head was to the old one: what the others become; two words: by sex (man, woman)
_AFTER: dict[str, dict[str, str | tuple[str, str]]] = {
    "spouse": {
        "head": "spouse", "son": "son", "daughter": "daughter", "daughter_in_law": "daughter_in_law",
        "son_in_law": "son_in_law", "sons_son": "sons_son", "sons_daughter": "sons_daughter",
        "daughters_son": "daughters_son", "daughters_daughter": "daughters_daughter",
        "father": "husbands_father", "mother": "husbands_mother",
        "wifes_father": "father", "wifes_mother": "mother", "husbands_father": "father", "husbands_mother": "mother",
    },
    "husband": {"father": "wifes_father", "mother": "wifes_mother"},
    "child": {
        "head": ("father", "mother"), "spouse": ("father", "mother"), "son": "sibling", "daughter": "sibling",
        "daughter_in_law": "spouse", "son_in_law": "spouse", "sons_son": "son", "sons_daughter": "daughter",
        "daughters_son": "son", "daughters_daughter": "daughter",
        "father": "fathers_father", "mother": "fathers_mother", "sibling": "fathers_brother",
    },
    "parent": {
        "head": ("son", "daughter"), "spouse": ("son_in_law", "daughter_in_law"), "father": "spouse", "mother": "spouse",
        "son": "sons_son", "daughter": "sons_daughter", "sibling": ("son", "daughter"),
        "sons_son": "sons_grandson", "sons_daughter": "sons_granddaughter",
    },
    "sibling": {
        "head": "sibling", "sibling": "sibling", "father": "father", "mother": "mother", "son": "nephew",
        "spouse": "brothers_wife",
    },
}  # fmt: skip
_GROUPS = {
    "spouse": "spouse", "son": "child", "daughter": "child", "father": "parent", "mother": "parent", "sibling": "sibling",
}  # fmt: skip


def proposed(people: Sequence[Person], new_head: Person) -> dict[int, str]:
    """Person → relation to the new head; "other" where nothing can be told."""
    table = _AFTER.get(_GROUPS.get(new_head.relation_to_head, ""), {})
    if new_head.relation_to_head == "spouse" and new_head.sex == _MALE:
        table = table | _AFTER["husband"]
    return {person.pk: _one(table, person, new_head) for person in people}


def _one(table: dict[str, str | tuple[str, str]], person: Person, new_head: Person) -> str:
    if person.pk == new_head.pk:
        return codes.HEAD
    found = table.get(person.relation_to_head, "other")
    if isinstance(found, tuple):
        return found[0] if person.sex == _MALE else found[1]
    return found
