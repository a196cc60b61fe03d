"""A request as these views get it: what they ask of its actor, whose class lies in a package to the right of this."""

from __future__ import annotations

from typing import Any, Protocol

from django.http import HttpRequest

from bangfu.divisions.scope import Scope

READ, POLICY = "read", "policy"  # values of accounts.roles.Act


class Actor(Protocol):
    user: Any
    place: int | None

    def scope(self, act: str) -> Scope: ...


class Request(HttpRequest):
    actor: Actor
