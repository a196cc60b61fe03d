"""Who asks: the user with the grants in force, as every queryset and view needs it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from bangfu.accounts.models import ApiToken, Grant, User
from bangfu.accounts.roles import MATRIX, Act, Role
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope


@dataclass(frozen=True)
class Actor:
    """The user (None: nobody is logged in), the grants in force today, and the place chosen to look at."""

    user: User | None
    grants: tuple[Grant, ...] = ()
    place: int | None = None
    #: set when a program acts with the user's token: fewer acts, perhaps a smaller place
    token: ApiToken | None = None
    ip: str | None = None
    request_id: str = ""
    roles: frozenset[Role] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(Role(grant.role) for grant in self.grants))

    @classmethod
    def of(cls, user: User, on: datetime.date, token: ApiToken | None = None) -> Actor:
        """The user with the grants in force on that day: one query."""
        grants = user.grants.in_force(on).select_related("division", "unit", "unit__division").order_by("pk")
        return cls(user, tuple(grants), token=token)

    @property
    def is_anonymous(self) -> bool:
        return self.user is None

    def _granted(self, act: Act, roles: Collection[Role] | None) -> list[Grant]:
        if self.token and act not in self.token.acts:
            return []
        return [g for g in self.grants if act in MATRIX[Role(g.role)] and (roles is None or Role(g.role) in roles)]

    def may(self, act: Act, roles: Collection[Role] | None = None) -> bool:
        return bool(self._granted(act, roles))

    def may_in_ledger(self, act: Act, ledger: str) -> bool:
        """Whether a token, if one is used, is meant for the ledger with that slug."""
        return self.token is None or self.token.allows(act, ledger)

    def scope(self, act: Act, roles: Collection[Role] | None = None) -> Scope:
        """Divisions in which some grant allows the act. A grant on a unit opens no division."""
        scope = Scope.of(g.division_id for g in self._granted(act, roles) if g.division_id and not g.unit_id)
        if self.token and self.token.division_id:
            scope = scope.intersect(Scope.of([self.token.division_id]))
        return scope

    def units(self, act: Act, roles: Collection[Role] | None = None) -> frozenset[int]:
        return frozenset(g.unit_id for g in self._granted(act, roles) if g.unit_id)

    @property
    def homes(self) -> tuple[Division, ...]:
        """The divisions whose rows the person reads, widest first: what the place chip offers."""
        return _widest_first(g.division for g in self._granted(Act.READ, None) if g.division and not g.unit_id)

    @property
    def home(self) -> Division | None:
        """Where the person belongs, for the log: of a grant, else of its unit, else of the account."""
        granted = _widest_first(g.division for g in self.grants if g.division)
        units = _widest_first(g.unit.division for g in self.grants if g.unit and g.unit.division)
        return next(iter((*granted, *units)), self.user.division if self.user else None)

    @property
    def title(self) -> str:
        """As what role the person looks: 县级、队长."""
        return "、".join(role.label for role in Role if role in self.roles)


def _widest_first(divisions: Iterable[Division]) -> tuple[Division, ...]:
    places = {division.code: division for division in divisions}
    return tuple(sorted(places.values(), key=lambda division: (division.level, division.code)))
