"""Who asks: the user with the grants in force, as every queryset and view needs it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from bangfu.accounts.models import Grant, User
from bangfu.accounts.roles import MATRIX, Act, Role
from bangfu.divisions.scope import Scope


@dataclass(frozen=True)
class Actor:
    """The user (None: nobody is logged in), the grants in force today, and the place chosen to look at."""

    user: User | None
    grants: tuple[Grant, ...] = ()
    place: int | None = None
    roles: frozenset[Role] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(Role(grant.role) for grant in self.grants))

    @property
    def is_anonymous(self) -> bool:
        return self.user is None

    def _granted(self, act: Act, roles: Collection[Role] | None) -> list[Grant]:
        return [g for g in self.grants if act in MATRIX[Role(g.role)] and (roles is None or Role(g.role) in roles)]

    def may(self, act: Act, roles: Collection[Role] | None = None) -> bool:
        return bool(self._granted(act, roles))

    def scope(self, act: Act, roles: Collection[Role] | None = None) -> Scope:
        """Divisions in which some grant allows the act. A grant on a unit opens no division."""
        return Scope.of(g.division_id for g in self._granted(act, roles) if g.division_id and not g.unit_id)

    def units(self, act: Act, roles: Collection[Role] | None = None) -> frozenset[int]:
        return frozenset(g.unit_id for g in self._granted(act, roles) if g.unit_id)
