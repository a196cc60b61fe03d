"""In whose name and for which places and period a table is filled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.divisions.scope import Scope


@dataclass(frozen=True)
class Ask:
    """`act`: EXPORT, or UNMASK for what is masked in clear; every ledger narrows to what the actor may."""

    actor: Actor
    places: Scope
    first: date
    last: date
    on: date
    act: Act = Act.EXPORT
    #: units that must answer; none: all
    units: frozenset[int] = frozenset()

    @property
    def unmasked(self) -> bool:
        return self.act is Act.UNMASK


class Subject(NamedTuple):
    """What one row of the table is about."""

    pk: int
    division: int
    unit: int | None
    name: str
