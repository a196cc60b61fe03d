"""Actors of the cast, a family that may be in need, and its case."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.consolidation.tests.stories import Story, open_story, set_line
from bangfu.kernel import dates
from bangfu.people.models import Household
from bangfu.people.tests.factories import family


@pytest.fixture
def actor_of(cast: dict[str, User]) -> Callable[[str], Actor]:
    return lambda name: Actor.of(cast[name], dates.today())


@pytest.fixture
def household(cast: dict[str, User]) -> Household:
    """陈志强 with wife, son, daughter and mother; husband and wife can work."""
    home, members = family()
    for name, skill in {"head": "general_labour", "wife": "weak_labour", "son": "general_labour"}.items():
        type(members[name]).objects.filter(pk=members[name].pk).update(labour_skill=skill)
    for name in ("daughter", "mother"):
        type(members[name]).objects.filter(pk=members[name].pk).update(labour_skill="no_labour")
    set_line()
    return home


@pytest.fixture
def story(actor_of: Callable[[str], Actor], household: Household) -> Story:
    return open_story(actor_of, household)
