"""Finding a household or a person among millions: by two characters, pinyin initials, number tail, number, phone.

A row carries its search keys in one array with one GIN index. Beside what people type, the array holds the place at three
levels ("@441881"), so that the index itself cuts out the viewer's county before a row is read (see docs/adr/0008).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Expression, Func, Q, Value

from bangfu.divisions.scope import Scope
from bangfu.kernel import text as kernel_text
from bangfu.kernel.dates import parse_date
from bangfu.people import identity

LONGEST_INITIALS = 4
_WORDS = re.compile(r"[\u3400-\u9fff·]+|[0-9]+[Xx]?|[A-Za-z]+")
_MOBILE = re.compile(r"1[0-9]{10}")


def name_keys(name: str) -> list[str]:
    """What the name gives: 陈伟国 → 陈伟, 伟国, cw, cwg. Place, number and phone are added by the database (triggers.py)."""
    initials = kernel_text.initials(name)
    keys = [*kernel_text.bigrams(name), *(initials[:end] for end in range(2, min(len(initials), LONGEST_INITIALS) + 1))]
    return list(dict.fromkeys(keys))


@dataclass
class Asked:
    """What a search text asks for."""

    keys: list[str] = field(default_factory=list)  # all of them, through the index
    number_keys: list[int] = field(default_factory=list)  # whole identity numbers
    names: list[str] = field(default_factory=list)  # parts of the name too short for the index
    endings: list[str] = field(default_factory=list)  # of the number or the phone, longer or shorter than a key
    born_on: date | None = None


def understand(text: str) -> Asked:
    """陈伟1234, 陈伟 1234, cw 1234, a whole number, a phone, 陈伟 19800101."""
    asked = Asked()
    for word in _WORDS.findall(text):
        if word[0].isdigit():
            _understand_digits(asked, word.upper())
        elif word.isascii():
            asked.keys += [word.lower()[:LONGEST_INITIALS]] if len(word) > 1 else []
        else:
            asked.keys += kernel_text.bigrams(word) if len(word) > 1 else []
            asked.names += [word] if len(word) == 1 else []
    return asked


def _understand_digits(asked: Asked, word: str) -> None:
    if identity.looks_like_number(word) and (key := identity.key_of(word)):
        asked.number_keys.append(key)
    elif _MOBILE.fullmatch(word) or len(word) in (4, 6):
        asked.keys.append(word)
    elif len(word) == 8 and (born_on := _birthday(word)):
        asked.born_on = born_on
    else:
        asked.endings.append(word)
        asked.keys += [word[-6:]] if len(word) > 6 else [word[-4:]] if len(word) == 5 else []


def _birthday(word: str) -> date | None:
    try:
        return parse_date(word)
    except ValueError:
        return None


def place_keys(scope: Scope) -> list[str] | None:
    """The places that cover the scope; None when the whole province does, [] when nothing does.

    A village's rows are found through its town; the rest falls out by the scope's own condition.
    """
    keys = []
    for low, high in scope.ranges:
        width = max(high - low + 1, 10**3)
        if width >= 10**10:
            return None
        keys.append(f"@{low // width}")
    return keys


class _Found(Func):
    """Rows of a set-returning function as a subquery. The function fixes the plan: see migration 0002."""

    template = "(SELECT %(function)s(%(expressions)s))"

    def __init__(self, function: str, **values: Any) -> None:
        super().__init__(*(_cast(value, _TYPES[name]) for name, value in values.items()), function=function)


_TYPES = {"keys": "text[]", "places": "text[]", "most": "int", "number": "text", "numbers": "bigint[]"}


def _cast(value: Any, kind: str) -> Expression:
    return Func(Value(value), template=f"%(expressions)s::{kind}")


@dataclass(frozen=True)
class PersonSearch:
    """The search box of the list of people."""

    def q(self, text: str, scope: Scope) -> Q:
        asked = understand(text)
        if not asked.keys and not asked.number_keys:
            return Q(pk__in=[])
        condition, most = Q(), settings.SEARCH_ROWS
        for key in asked.number_keys:
            condition &= Q(identity_key=key)
        if asked.keys:
            condition &= Q(pk__in=_Found("people_find_persons", keys=asked.keys, places=place_keys(scope), most=most))
        for ending in asked.endings:
            condition &= identity.ending_with(ending) | Q(phone__endswith=ending)
        for name in asked.names:
            condition &= Q(name__contains=name)
        return condition & Q(born_on=asked.born_on) if asked.born_on else condition


@dataclass(frozen=True)
class HouseholdSearch:
    """The search box of the list of households: by any member, by its own phone or number."""

    def q(self, text: str, scope: Scope) -> Q:
        asked = understand(text)
        number = kernel_text.clean(text).upper()
        if asked.number_keys:
            return Q(pk__in=_Found("people_find_households_by_number", numbers=asked.number_keys))
        places, most = place_keys(scope), settings.SEARCH_ROWS
        return Q(pk__in=_Found("people_find_households", keys=asked.keys, places=places, most=most, number=number))
