"""The cast of the demo: every role once, in real places."""

from typing import Any

import pytest

from bangfu.accounts import demo
from bangfu.accounts.models import Grant, User
from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division


def test_every_role_is_played_by_somebody(cast: dict[str, User]) -> None:
    assert set(Grant.objects.values_list("role", flat=True)) == set(Role.values)
    assert set(cast) == {part.key for part in demo.CAST}


def test_the_cast_works_in_donghua_and_the_outsider_elsewhere(cast: dict[str, User]) -> None:
    village = cast["村干"].grants.get().division
    assert village is not None and village.parent is not None
    assert village.parent.name == "东华镇"
    assert cast["队长"].grants.get().division == village.parent
    assert cast["外县"].grants.get().division_id == demo.OTHER_COUNTY


def test_loading_the_cast_twice_adds_nothing(cast: dict[str, User]) -> None:
    before = (User.objects.count(), Grant.objects.count())
    assert demo.load_cast() == cast
    assert (User.objects.count(), Grant.objects.count()) == before


def test_outside_the_demo_there_is_no_cast(divisions: object, settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(demo.CastForbidden):
        demo.load_cast()
    assert not User.objects.exists()


def test_every_grant_of_the_cast_is_a_lawful_one(cast: dict[str, User]) -> None:
    for grant in Grant.objects.select_related("division", "unit"):
        grant.full_clean()


def test_without_divisions_the_cast_says_what_is_missing(db: None) -> None:
    assert not Division.objects.exists()
    with pytest.raises(demo.CastMissing, match="请先载入区划"):
        demo.load_cast()
