"""The actor: what the grants of today add up to, and where one looks."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Grant, User
from bangfu.accounts.roles import Act, Role
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from tests.fixtures.cast import BACKEND, Cast

TODAY = datetime.date(2026, 6, 15)
COUNTY, OTHER_COUNTY, TOWN, OTHER_TOWN = 441881000000, 441882000000, 441881137000, 441881105000


def a_grant(user: User, role: Role, division: int | None, **kwargs: Any) -> Grant:
    given: dict[str, Any] = {"from_on": datetime.date(2026, 1, 1), "confirmed_at": timezone.now()} | kwargs
    return Grant.objects.create(user=user, role=role, division_id=division, **given)


@pytest.fixture
def newcomer(divisions: dict[int, Division]) -> User:
    return User.objects.create(username="xinren", name="新人")


def test_nobody_may_do_nothing() -> None:
    nobody = Actor(None)
    assert nobody.is_anonymous
    assert not any(nobody.may(act) for act in Act)
    assert not nobody.scope(Act.READ)


def test_a_user_without_grants_sees_nothing(newcomer: User) -> None:
    actor = Actor.of(newcomer, TODAY)
    assert not any(actor.may(act) for act in Act)
    assert not actor.scope(Act.READ)
    assert actor.homes == ()


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"from_on": TODAY}, True),
        ({"to_on": TODAY}, True),
        ({"to_on": TODAY - datetime.timedelta(days=1)}, False),
        ({"from_on": TODAY + datetime.timedelta(days=1)}, False),
        ({"confirmed_at": None}, False),
        ({"ended_at": timezone.now()}, False),
    ],
    ids=["open", "first day", "last day", "expired", "not yet", "not confirmed", "ended"],
)
def test_only_a_grant_in_force_counts(newcomer: User, changes: dict[str, Any], counts: bool) -> None:
    a_grant(newcomer, Role.TOWN, TOWN, **changes)
    assert Actor.of(newcomer, TODAY).may(Act.EDIT) is counts


def test_overlapping_roles_add_up_and_each_act_keeps_its_own_scope(newcomer: User) -> None:
    a_grant(newcomer, Role.CITY, 441800000000)
    a_grant(newcomer, Role.CAPTAIN, TOWN)
    actor = Actor.of(newcomer, TODAY)
    assert OTHER_TOWN in actor.scope(Act.READ)
    assert OTHER_COUNTY in actor.scope(Act.READ)
    assert actor.scope(Act.EDIT) == Scope.of([TOWN])
    assert actor.scope(Act.READ, [Role.CAPTAIN]) == Scope.of([TOWN])
    assert actor.title == "市级、队长"


def test_a_captain_of_two_towns_works_in_both(newcomer: User) -> None:
    a_grant(newcomer, Role.CAPTAIN, TOWN)
    a_grant(newcomer, Role.CAPTAIN, OTHER_TOWN)
    actor = Actor.of(newcomer, TODAY)
    assert actor.scope(Act.EDIT) == Scope.of([TOWN, OTHER_TOWN])
    assert [home.code for home in actor.homes] == [OTHER_TOWN, TOWN]


def test_a_unit_grant_opens_its_unit_and_no_division(cast: Cast) -> None:
    for name in ("联络员", "部门"):
        actor = Actor.of(cast[name], TODAY)
        assert actor.may(Act.READ)
        assert not actor.scope(Act.READ)
        assert actor.units(Act.READ) == {cast[name].unit_id}
        assert actor.homes == ()


@pytest.mark.parametrize("name", ["审计员", "安全员", "系统员"])
def test_officers_see_no_business_data(cast: Cast, name: str) -> None:
    actor = Actor.of(cast[name], TODAY)
    assert not actor.may(Act.READ)
    assert not actor.scope(Act.READ)
    assert actor.units(Act.READ) == frozenset()


def test_the_outsider_and_the_county_share_no_village(cast: Cast) -> None:
    ours, theirs = (Actor.of(cast[name], TODAY).scope(Act.READ) for name in ("县局", "外县"))
    assert ours and theirs
    assert not ours.intersect(theirs)


def test_the_grants_of_a_request_cost_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        actor = Actor.of(cast["部门"], TODAY)
        assert [str(grant) for grant in actor.grants] and actor.home and actor.title


class TestPlace:
    """`?place=`: where one looks, always inside the scope."""

    @pytest.fixture
    def county(self, cast: Cast) -> Client:
        client = Client()
        client.force_login(cast["县局"], backend=BACKEND)
        return client

    @staticmethod
    def place(client: Client, query: str = "") -> int | None:
        actor: Actor = client.get(f"/me/{query}").context["request"].actor
        return actor.place

    def test_nothing_is_chosen_at_first(self, county: Client) -> None:
        assert self.place(county) is None

    def test_a_place_inside_the_scope_is_taken_and_remembered(self, county: Client) -> None:
        assert self.place(county, f"?place={TOWN}") == TOWN
        assert self.place(county) == TOWN

    def test_short_codes_work(self, county: Client) -> None:
        assert self.place(county, "?place=441881137") == TOWN

    @pytest.mark.parametrize(
        "forged", [OTHER_COUNTY, 441800000000, 440000000000, "441882", "0", "'; drop", "４４１８８２"]
    )
    def test_a_forged_place_is_as_if_not_said(self, county: Client, forged: object) -> None:
        assert self.place(county, f"?place={forged}") is None
        assert self.place(county, f"?place={TOWN}") == TOWN
        assert self.place(county, f"?place={forged}") == TOWN

    def test_an_empty_place_forgets(self, county: Client) -> None:
        self.place(county, f"?place={TOWN}")
        assert self.place(county, "?place=") is None
        assert self.place(county) is None

    def test_a_remembered_place_that_left_the_scope_is_ignored(self, county: Client, cast: Cast) -> None:
        self.place(county, f"?place={TOWN}")
        cast["县局"].grants.update(division_id=OTHER_COUNTY)
        assert self.place(county) is None
