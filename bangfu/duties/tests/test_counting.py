"""Standings against a naive recount, and the cases that a year brings: joining late, leaving, two groups, running duties."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from bangfu.accounts.models import Unit
from bangfu.activities.activity import Activity, ActivityUnit
from bangfu.divisions.models import Division
from bangfu.duties import changed, keeping
from bangfu.duties.counting import State
from bangfu.duties.standings import DutyStanding
from bangfu.duties.tests.conftest import World
from bangfu.units.cadre import Cadre
from bangfu.units.group import Group
from bangfu.units.group_member import GroupMember
from bangfu.units.pairing import Pairing

TODAY = date(2026, 6, 30)
pytestmark = pytest.mark.django_db


def standing(duty: str, holder: int, year: int = 2026) -> DutyStanding:
    return DutyStanding.objects.get(duty=duty, holder=holder, first=date(year, 1, 1), withdrawn_at=None)


def test_a_field_study_counts_for_its_unit_its_rank_its_town_and_its_year(world: World) -> None:
    unit = world.lead.unit
    world.act("field_study", date(2026, 3, 1), units=[(unit, "deputy_leader"), (world.member.unit, "main_leader")])
    world.act("field_study", date(2025, 12, 31), units=[(unit, "deputy_leader")], ends_on=date(2026, 1, 1))
    elsewhere = Division.objects.exclude(pk__range=(world.town.pk, world.town.pk + 999)).filter(level=4).first()
    world.act("field_study", date(2026, 3, 2), units=[(unit, "deputy_leader")], division=elsewhere)
    world.act("field_study", date(2026, 3, 3), units=[(unit, "other")])
    keeping.keep_all(TODAY, TODAY)

    deputy = standing("deputy_visit", world.lead.pk)
    assert (deputy.asked, deputy.done, deputy.state, deputy.unit_id) == (2, 1, State.OPEN, unit.pk)
    assert [proof.day for proof in deputy.proofs.all()] == [date(2026, 3, 1)]
    assert standing("leader_visit", world.member.pk).state == State.MET
    assert standing("leader_visit", world.lead.pk).done == 0
    # one act in two towns counts in both
    world.act("field_study", date(2026, 4, 1), units=[(unit, "deputy_leader")], division=elsewhere, places=[world.town])
    assert changed.settle(today=TODAY) > 0
    assert standing("deputy_visit", world.lead.pk).state == State.MET


def test_what_is_withdrawn_falls_and_what_is_moved_to_another_unit_goes_there(world: World) -> None:
    act = world.act("leadership_meeting", date(2026, 2, 1), units=[(world.lead.unit, "other")])
    keeping.keep_all(TODAY, TODAY)
    assert standing("assistance_meeting", world.lead.pk).state == State.MET
    ActivityUnit.objects.filter(activity=act).update(unit=world.member.unit)
    changed.settle(today=TODAY)
    assert standing("assistance_meeting", world.lead.pk).state == State.OPEN
    assert standing("assistance_meeting", world.member.pk).state == State.MET
    Activity.objects.filter(pk=act.pk).update(withdrawn_at="2026-05-01T00:00Z")
    changed.settle(today=TODAY)
    fallen = standing("assistance_meeting", world.member.pk)
    assert (fallen.state, fallen.done, fallen.proofs.count()) == (State.OPEN, 0, 0)
    assert changed.settle(today=TODAY) == 0


def test_who_joins_or_leaves_within_the_year_owes_a_share_and_nothing_for_a_short_time(world: World) -> None:
    late = GroupMember.objects.create(
        town=world.town, group=world.group, unit=Unit.objects.create(name="年中加入"), from_on=date(2026, 7, 1)
    )
    last = GroupMember.objects.create(
        town=world.town, group=world.group, unit=Unit.objects.create(name="年底加入"), from_on=date(2026, 12, 1)
    )
    GroupMember.objects.filter(pk=world.member.pk).update(to_on=date(2026, 6, 15))
    world.act("field_study", date(2026, 6, 20), units=[(world.member.unit, "deputy_leader")])
    keeping.keep_all(TODAY, TODAY)
    assert standing("deputy_visit", late.pk).asked == 1
    spared = standing("deputy_visit", last.pk)
    assert (spared.asked, spared.state) == (0, State.SPARED)
    left = standing("deputy_visit", world.member.pk)  # the study came five days after it had left
    assert (left.asked, left.done, left.due_on, left.state) == (1, 0, date(2026, 6, 15), State.MISSED)


def test_a_unit_in_two_groups_owes_in_both_and_one_meeting_serves_both(world: World) -> None:
    town = Division.objects.filter(level=4).exclude(pk=world.town.pk).first()
    assert town is not None
    second = Group.objects.create(town=town, title="第二组团", round=world.group.round, from_on=date(2026, 1, 1))
    seat = GroupMember.objects.create(town=town, group=second, unit=world.lead.unit, from_on=date(2026, 1, 1))
    world.act("leadership_meeting", date(2026, 2, 1), units=[(world.lead.unit, "other")])
    world.act("joint_meeting", date(2026, 2, 2), group=second)
    keeping.keep_all(TODAY, TODAY)
    assert {standing("assistance_meeting", each.pk).state for each in (seat, world.lead)} == {State.MET}
    assert standing("group_joint_meeting", second.pk).state == State.MET
    assert standing("group_joint_meeting", world.group.pk).state == State.OPEN


def test_pairings_trainings_hearings_and_running_duties(world: World) -> None:
    helping = Division.objects.filter(level=2).exclude(pk__range=(441800000000, 441899999999)).first()
    helped = Division.objects.get(pk=441881000000)
    assert helping is not None
    pairing = Pairing.objects.create(helped=helped, helping=helping, from_on=date(2023, 1, 1))
    of_helping = Unit.objects.create(name="帮扶市组织部门", division=helping)
    world.act("mutual_visit", date(2026, 3, 1), division=helped, places=[helping])
    world.act("training", date(2026, 3, 2), units=[(of_helping, "other")], cadres=[world.captain, world.cadre])
    world.act("report_hearing", date(2026, 3, 3), units=[(world.lead.unit, "main_leader")], cadres=[world.captain])
    Cadre.objects.filter(pk=world.captain.pk).update(to_on=date(2026, 4, 30))
    keeping.keep_all(TODAY, TODAY)
    assert standing("leaders_mutual_visit", pairing.pk).state == State.MET
    assert standing("government_joint_meeting", pairing.pk).state == State.OPEN
    assert standing("cadre_training", pairing.pk).done == 1
    assert standing("report_hearing", world.captain.pk).state == State.MET
    assert standing("report_hearing", world.cadre.pk).state == State.OPEN
    empty = standing("team_has_captain", world.team.pk)
    assert (empty.since, empty.state) == (date(2026, 4, 30), State.MISSED)
    Cadre.objects.create(
        town=world.town,
        team=world.team,
        name="新队长",
        sending_unit=world.lead.unit,
        post="captain",
        from_on=date(2026, 5, 1),
    )
    changed.settle(today=TODAY)
    assert standing("team_has_captain", world.team.pk).state == State.MET
    assert not DutyStanding.objects.filter(duty="facilities_with_keeper").exists()  # nothing was ever missing


def test_standings_equal_a_naive_recount_on_random_histories(world: World) -> None:
    """The slow way: every act is asked, for every member, by hand; after each of three rounds of changes."""
    chance = random.Random(20261123)
    units = [world.lead.unit, world.member.unit, *(Unit.objects.create(name=f"单位{n}") for n in range(4))]
    towns = list(Division.objects.filter(level=4)[:3])
    groups = [world.group]
    for number, town in enumerate(one for one in towns if one.pk != world.town.pk):
        groups.append(
            Group.objects.create(town=town, title=f"组团{number}", round=world.group.round, from_on=date(2024, 1, 1))
        )
    for group in groups:
        for unit in chance.sample(units[2:], 3):
            first = date(2025, 1, 1) + timedelta(days=chance.randrange(500))
            to_on = first + timedelta(days=chance.randrange(10, 500)) if chance.random() < 0.5 else None
            GroupMember.objects.create(town=group.town, group=group, unit=unit, from_on=first, to_on=to_on)
    kinds = ("field_study", "leadership_meeting", "household_visit")
    for _ in range(3):
        for _ in range(60):
            on = date(2025, 1, 1) + timedelta(days=chance.randrange(700))
            ranks = ("main_leader", "deputy_leader", "other")
            taking = {(chance.choice(units), chance.choice(ranks)) for _ in range(chance.randrange(4))}
            group = chance.choice([None, *groups])
            world.act(chance.choice(kinds), on, units=list(taking), division=chance.choice(towns), group=group)
        gone = chance.sample(list(Activity.objects.values_list("pk", flat=True)), 10)
        Activity.objects.filter(pk__in=gone).update(withdrawn_at="2026-05-01T00:00Z")
        GroupMember.objects.filter(pk=chance.choice(list(GroupMember.objects.values_list("pk", flat=True)))).update(
            from_on=date(2026, 1, 1), to_on=date(2026, 12, 31)
        )
        if DutyStanding.objects.exists():
            while changed.settle(today=TODAY):
                pass
        else:
            keeping.keep_all(TODAY, TODAY)
        for member in GroupMember.objects.filter(from_on__lte=date(2026, 12, 31)).exclude(to_on__lt=date(2026, 1, 1)):
            assert standing("deputy_visit", member.pk).done == naive(member, "field_study", "deputy_leader")
            assert standing("leader_visit", member.pk).done == naive(member, "field_study", "main_leader")
            assert standing("assistance_meeting", member.pk).done == naive(member, "leadership_meeting", "")


def naive(member: GroupMember, kind: str, rank: str) -> int:
    found = set()
    for act in Activity.objects.filter(withdrawn_at=None):
        for part in act.units.all():
            if part.unit_id != member.unit_id or act.kind != kind or (rank and part.rank != rank):
                continue
            if (
                act.held_on.year != 2026
                or act.held_on < member.from_on
                or (member.to_on and act.held_on > member.to_on)
            ):
                continue
            in_town = act.division_id // 1000 == member.group.town_id // 1000
            if act.group_id == member.group_id or (act.group_id is None and (in_town or kind != "field_study")):
                found.add(act.pk)
    return len(found)
