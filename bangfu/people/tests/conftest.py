"""Actors of the cast, as the acts ask for them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.kernel import dates

ActorOf = Callable[[str], Actor]


@pytest.fixture
def actor_of(cast: dict[str, User]) -> ActorOf:
    """actor_of("县局")"""
    return lambda name: Actor.of(cast[name], dates.today())
