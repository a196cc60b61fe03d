"""Grants: who may be given what where, by whom, and when it ends."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pghistory
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from bangfu.accounts import appointments
from bangfu.accounts.actor import Actor
from bangfu.accounts.models import AccessKind, AccessLog, Grant, Unit, User
from bangfu.accounts.roles import OFFICERS, Act, Role
from bangfu.divisions.models import Division
from tests.fixtures.cast import Cast

NOW = datetime.datetime(2026, 6, 15, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()
PROVINCE, CITY, COUNTY, TOWN, VILLAGE = 440000000000, 441800000000, 441881000000, 441881137000, 441881137201
OTHER_COUNTY, DONGGUAN, FUNCTIONAL = 441882000000, 441900000000, 441900401000


@pytest.fixture
def officer(cast: Cast) -> Actor:
    return Actor.of(cast["安全员"], TODAY)


@pytest.fixture
def second_officer(cast: Cast) -> Actor:
    return Actor.of(cast["复核员"], TODAY)


@pytest.fixture
def newcomer(divisions: dict[int, Division]) -> User:
    return User.objects.create(username="xinren", name="新人", division_id=COUNTY)


@pytest.fixture
def unit(divisions: dict[int, Division]) -> Unit:
    return Unit.objects.create(name="某某局", division_id=COUNTY)


def grant(officer: Actor | None, user: User, role: Role, place: int | None = TOWN, **kwargs: Any) -> Grant:
    division = Division.objects.get(code=place) if place else None
    given: dict[str, Any] = {"from_on": TODAY, "at": NOW, "reason": "粤农组〔2026〕1号"} | kwargs
    return appointments.grant_role(user=user, role=role, division=division, by=officer, **given)


def test_a_grant_works_at_once_and_leaves_a_trace(officer: Actor, newcomer: User) -> None:
    made = grant(officer, newcomer, Role.TOWN)
    assert Actor.of(newcomer, TODAY).may(Act.EDIT)
    trace = AccessLog.objects.get(kind=AccessKind.GRANT)
    assert (trace.user, trace.subject, trace.subject_id) == (officer.user, "accounts.grant", made.pk)
    assert "xinren" in trace.detail and "镇级·东华镇" in trace.detail
    assert trace.reason == "粤农组〔2026〕1号"


def test_the_history_names_the_officer(officer: Actor, newcomer: User) -> None:
    made = grant(officer, newcomer, Role.TOWN)
    appointments.end_grant(made, by=officer, at=NOW, reason="轮换")
    events = pghistory.models.Events.objects.tracks(made)
    assert [event.pgh_label for event in events.order_by("pgh_created_at")] == ["insert", "update"]
    assert {event.pgh_context["user"] for event in events} == {officer.user.pk if officer.user else None}


@pytest.mark.parametrize(
    ("role", "place", "lawful"),
    [
        (Role.PROVINCE, PROVINCE, True),
        (Role.PROVINCE, CITY, False),
        (Role.CITY, CITY, True),
        (Role.CITY, COUNTY, False),
        (Role.COUNTY, COUNTY, True),
        (Role.COUNTY, CITY, False),
        (Role.COUNTY, DONGGUAN, True),
        (Role.TOWN, TOWN, True),
        (Role.TOWN, FUNCTIONAL, True),
        (Role.TOWN, COUNTY, False),
        (Role.TOWN, VILLAGE, False),
        (Role.VILLAGE, VILLAGE, True),
        (Role.VILLAGE, TOWN, False),
        (Role.CAPTAIN, TOWN, True),
        (Role.CAPTAIN, COUNTY, False),
        (Role.MEMBER, VILLAGE, False),
        (Role.AUDITOR, COUNTY, True),
        (Role.AUDITOR, TOWN, False),
        (Role.TOWN, None, False),
    ],
)
def test_a_role_lies_on_its_own_level(
    officer: Actor, newcomer: User, role: Role, place: int | None, lawful: bool
) -> None:
    if lawful:
        assert grant(officer, newcomer, role, place).pk
    else:
        with pytest.raises(ValidationError) as refused:
            grant(officer, newcomer, role, place)
        assert "division" in refused.value.message_dict


def test_a_city_without_counties_is_told_from_one_with(officer: Actor, newcomer: User) -> None:
    with pytest.raises(ValidationError, match="清远市不是县一级，县级只能授在县一级"):
        grant(officer, newcomer, Role.COUNTY, CITY)


def test_a_liaison_lies_on_a_unit_alone_and_a_department_on_both(officer: Actor, newcomer: User, unit: Unit) -> None:
    with pytest.raises(ValidationError, match="单位联络员须指定单位"):
        grant(officer, newcomer, Role.LIAISON, None)
    with pytest.raises(ValidationError, match="单位联络员不授在区划上"):
        grant(officer, newcomer, Role.LIAISON, COUNTY, unit=unit)
    with pytest.raises(ValidationError, match="部门经办人须指定单位"):
        grant(officer, newcomer, Role.DEPARTMENT, COUNTY)
    with pytest.raises(ValidationError, match="镇级不授在单位上"):
        grant(officer, newcomer, Role.TOWN, TOWN, unit=unit)
    assert grant(officer, newcomer, Role.LIAISON, None, unit=unit).where == "某某局"
    assert grant(officer, newcomer, Role.DEPARTMENT, COUNTY, unit=unit).where == "英德市 某某局"


def test_a_division_that_has_ended_takes_no_grant(officer: Actor, newcomer: User) -> None:
    Division.objects.filter(code=TOWN).update(valid_to=TODAY)
    with pytest.raises(ValidationError, match="已停用"):
        grant(officer, newcomer, Role.TOWN)


def test_the_last_day_cannot_be_before_the_first(officer: Actor, newcomer: User) -> None:
    with pytest.raises(ValidationError, match="截止日期早于生效日期"):
        grant(officer, newcomer, Role.TOWN, to_on=TODAY - datetime.timedelta(days=1))


@pytest.mark.parametrize("officer_role", sorted(OFFICERS))
def test_an_officer_gets_no_business_role_nor_a_second_office(
    officer: Actor, newcomer: User, officer_role: Role
) -> None:
    grant(officer, newcomer, officer_role, COUNTY)
    for role in set(Role) - {officer_role, Role.LIAISON, Role.DEPARTMENT}:
        place = {Role.PROVINCE: PROVINCE, Role.CITY: CITY, Role.VILLAGE: VILLAGE}.get(role, TOWN)
        with pytest.raises(ValidationError, match="三员分立"):
            grant(officer, newcomer, role, COUNTY if role in OFFICERS or role is Role.COUNTY else place)


def test_a_business_person_becomes_no_officer_while_the_role_lasts(officer: Actor, newcomer: User) -> None:
    grant(officer, newcomer, Role.TOWN, to_on=TODAY)
    with pytest.raises(ValidationError, match="新人在这段时间已是镇级"):
        grant(officer, newcomer, Role.AUDITOR, COUNTY)
    assert grant(officer, newcomer, Role.AUDITOR, COUNTY, from_on=TODAY + datetime.timedelta(days=1)).pk


def test_a_role_that_waits_for_confirmation_already_excludes(officer: Actor, newcomer: User, settings: Any) -> None:
    settings.GRANTS_NEED_CONFIRMATION = True
    grant(officer, newcomer, Role.AUDITOR, COUNTY)
    with pytest.raises(ValidationError, match="三员分立"):
        grant(officer, newcomer, Role.TOWN)


def test_the_same_grant_twice_at_a_time_is_refused(officer: Actor, newcomer: User) -> None:
    first = grant(officer, newcomer, Role.TOWN, to_on=TODAY + datetime.timedelta(days=30))
    with pytest.raises(ValidationError, match="在这段时间已有授权"):
        grant(officer, newcomer, Role.TOWN, from_on=TODAY + datetime.timedelta(days=30))
    assert grant(officer, newcomer, Role.TOWN, from_on=TODAY + datetime.timedelta(days=31)).pk
    appointments.end_grant(first, by=officer, at=NOW, reason="提前轮换")
    assert grant(officer, newcomer, Role.TOWN, to_on=TODAY).pk


def test_the_database_itself_refuses_overlapping_grants(newcomer: User) -> None:
    same: dict[str, Any] = {"user": newcomer, "role": Role.TOWN, "division_id": TOWN, "from_on": TODAY}
    Grant.objects.create(**same)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(**same | {"from_on": TODAY + datetime.timedelta(days=5)})
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=newcomer, role=Role.TOWN, from_on=TODAY)
    Grant.objects.create(**same | {"role": Role.CAPTAIN})
    Grant.objects.create(**same | {"division_id": 441881105000})


def test_all_roles_differ_for_the_constraint(newcomer: User, unit: Unit) -> None:
    """hashtext() of two roles must not be the same, or one would shut out the other."""
    for role in Role:
        Grant.objects.create(user=newcomer, role=role, division_id=TOWN, unit=unit, from_on=TODAY)
    assert newcomer.grants.count() == len(Role)


def test_nobody_grants_to_oneself(officer: Actor) -> None:
    assert officer.user is not None
    with pytest.raises(PermissionDenied, match="不能给自己授权"):
        grant(officer, officer.user, Role.SECURITY, COUNTY)
    with pytest.raises(PermissionDenied, match="不能给自己授权或终止自己的授权"):
        appointments.end_grant(officer.grants[0], by=officer, at=NOW, reason="不干了")


def test_a_county_officer_grants_in_the_county_only(officer: Actor, newcomer: User, cast: Cast) -> None:
    grant(officer, newcomer, Role.SECURITY, COUNTY)
    county_officer = Actor.of(newcomer, TODAY)
    assert grant(county_officer, cast["村干"], Role.TOWN).pk
    for role, place in ((Role.COUNTY, OTHER_COUNTY), (Role.CITY, CITY), (Role.PROVINCE, PROVINCE)):
        with pytest.raises(PermissionDenied, match="不在您管理的范围内"):
            grant(county_officer, cast["村干"], role, place)


@pytest.mark.parametrize("name", ["县局", "审计员", "系统员", "省厅"])
def test_other_roles_grant_nothing(cast: Cast, newcomer: User, name: str) -> None:
    with pytest.raises(PermissionDenied):
        grant(Actor.of(cast[name], TODAY), newcomer, Role.TOWN)


def test_a_disabled_account_gets_no_role(officer: Actor, newcomer: User) -> None:
    User.objects.filter(pk=newcomer.pk).update(is_active=False)
    with pytest.raises(ValidationError, match="已停用"):
        grant(officer, newcomer, Role.TOWN)


def test_ending_works_at_once_needs_a_reason_and_is_harmless_twice(officer: Actor, newcomer: User) -> None:
    made = grant(officer, newcomer, Role.TOWN)
    with pytest.raises(ValidationError, match="请填写终止的原因"):
        appointments.end_grant(made, by=officer, at=NOW, reason=" ")
    appointments.end_grant(made, by=officer, at=NOW, reason="调离")
    assert not Actor.of(newcomer, TODAY).may(Act.READ)
    appointments.end_grant(made, by=officer, at=NOW + datetime.timedelta(days=1), reason="又一次")
    made.refresh_from_db()
    assert (made.ended_at, made.ended_reason) == (NOW, "调离")


class TestSecondPairOfEyes:
    @pytest.fixture(autouse=True)
    def asked_for(self, settings: Any) -> None:
        settings.GRANTS_NEED_CONFIRMATION = True

    def test_a_high_role_waits_for_another_officer(self, officer: Actor, second_officer: Actor, newcomer: User) -> None:
        waiting = grant(officer, newcomer, Role.COUNTY, COUNTY)
        assert not Actor.of(newcomer, TODAY).may(Act.READ)
        appointments.confirm_grant(waiting, by=second_officer, at=NOW)
        assert Actor.of(newcomer, TODAY).may(Act.READ)
        waiting.refresh_from_db()
        assert (waiting.granted_by, waiting.confirmed_by) == (officer.user, second_officer.user)

    def test_a_low_role_does_not_wait(self, officer: Actor, newcomer: User) -> None:
        grant(officer, newcomer, Role.VILLAGE, VILLAGE)
        assert Actor.of(newcomer, TODAY).may(Act.READ)

    def test_the_proposer_cannot_confirm(self, officer: Actor, newcomer: User) -> None:
        waiting = grant(officer, newcomer, Role.COUNTY, COUNTY)
        with pytest.raises(PermissionDenied, match="不能自己复核"):
            appointments.confirm_grant(waiting, by=officer, at=NOW)

    def test_the_receiver_cannot_confirm(self, officer: Actor, newcomer: User) -> None:
        appointments.grant_role(
            user=newcomer,
            role=Role.SECURITY,
            division=Division.objects.get(code=COUNTY),
            from_on=TODAY,
            by=None,
            at=NOW,
        )
        waiting = grant(officer, newcomer, Role.SECURITY, CITY)
        with pytest.raises(PermissionDenied):
            appointments.confirm_grant(waiting, by=Actor.of(newcomer, TODAY), at=NOW)

    def test_only_an_officer_confirms(self, officer: Actor, newcomer: User, cast: Cast) -> None:
        waiting = grant(officer, newcomer, Role.COUNTY, COUNTY)
        for name in ("县局", "审计员", "系统员"):
            with pytest.raises(PermissionDenied):
                appointments.confirm_grant(waiting, by=Actor.of(cast[name], TODAY), at=NOW)

    def test_a_second_confirmation_is_refused(self, officer: Actor, second_officer: Actor, newcomer: User) -> None:
        waiting = grant(officer, newcomer, Role.COUNTY, COUNTY)
        appointments.confirm_grant(waiting, by=second_officer, at=NOW)
        with pytest.raises(ValidationError, match="已经复核或终止"):
            appointments.confirm_grant(waiting, by=second_officer, at=NOW)

    def test_a_waiting_grant_can_be_turned_down(self, officer: Actor, second_officer: Actor, newcomer: User) -> None:
        waiting = grant(officer, newcomer, Role.COUNTY, COUNTY)
        appointments.end_grant(waiting, by=second_officer, at=NOW, reason="没有文件")
        with pytest.raises(ValidationError, match="已经复核或终止"):
            appointments.confirm_grant(waiting, by=second_officer, at=NOW)

    def test_the_command_line_makes_the_first_officer_without_waiting(self, newcomer: User) -> None:
        grant(None, newcomer, Role.SECURITY, PROVINCE)
        assert Actor.of(newcomer, TODAY).may(Act.GRANT)
