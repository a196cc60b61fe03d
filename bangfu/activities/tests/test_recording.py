"""The short form: what the system knows is filled in; a unit enters its own acts, in its towns, and nothing else."""

import datetime
from typing import Any

import pytest

from bangfu.accounts.models import Unit
from bangfu.activities import changed
from bangfu.activities.activity import Activity, ActivityUnit
from bangfu.activities.follow_ups import FollowUp
from bangfu.activities.tests.pairing import BEGAN, FAR, TOWN, VILLAGE, paired
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.units.models import GroupMember
from tests.fixtures.cast import ClientOf
from tests.ledgers.samples import HERE, make

NEW = "/activities/new/"


@pytest.fixture
def world(cast: Any) -> Any:
    return paired(cast)


def sent_of(client: Any, kind: str) -> dict[str, Any]:
    """What a browser would send when nobody touches the form."""
    form = client.get(f"{NEW}?kind={kind}").context["form"]
    return {field.name: field.value() for field in form if field.value() not in (None, "")}


def test_a_field_study_of_the_liaison_needs_three_answers_and_counts_once(world: Any, client_of: ClientOf) -> None:
    _, unit, _ = world
    client = client_of("联络员")
    assert "调研" in client.get(NEW).content.decode()
    sent = sent_of(client, "field_study")
    assert (sent["division"], sent["units"]) == (TOWN, [unit.name])
    assert client.post(f"{NEW}?kind=field_study", sent).status_code == 422  # who went, who it was, what came of it
    sent |= {"rank": "deputy_leader", "people": "黄副厅长", "result": "议定修路", "follow_up": "列入项目库"}
    heard: list[Any] = []
    changed.listeners.append(listener := lambda before, now: heard.append((before, now)))
    try:
        for _ in range(2):  # pressed twice
            answer = client.post(f"{NEW}?kind=field_study", sent)
            assert answer.status_code == 302
    finally:
        changed.listeners.remove(listener)
    made = Activity.objects.get()
    assert list(made.units.values_list("unit", "rank")) == [(unit.pk, "deputy_leader")]
    assert [seen.units for before, now in heard for seen in now.values()] == [frozenset({(unit.pk, "deputy_leader")})]
    assert FollowUp.objects.get().source_id == made.pk
    page = client.get(answer.headers["Location"]).content.decode()
    assert "这次活动计入" in page
    assert "列入项目库" in page
    assert "列入项目库" in client.get("/activities/follow-ups/").content.decode()
    # last time's names are there the next time
    assert client.get(f"{NEW}?kind=field_study").context["form"]["people"].value() == "黄副厅长"
    # every way of writing is told: changed by the county, withdrawn
    county = client_of("县局")
    row = f"/l/activities/{made.pk}/"
    assert county.post(f"{row}withdraw/", {"reason": "不是这一次"}).status_code == 302
    made.refresh_from_db()
    assert made.withdrawn_reason == "不是这一次"


def test_a_unit_enters_nothing_outside_its_towns_or_for_others(world: Any, client_of: ClientOf) -> None:
    client = client_of("联络员")
    other = Unit.objects.create(name="外单位")
    sent = sent_of(client, "field_study") | {"rank": "main_leader", "people": "某", "result": "看了"}
    for wrong in ({"division": FAR}, {"units": ["外单位"]}, {"held_on": "2999-01-01"}, {"held_on": "2020-01-01"}):
        assert client.post(f"{NEW}?kind=field_study", sent | wrong).status_code == 422, wrong
    assert client.get(f"{NEW}?kind=household_visit").status_code == 200
    household: Any = make_household()
    visit = {"held_on": dates.today(), "household": household.pk, "people": "某", "has_change": "false"}
    assert client.post(f"{NEW}?kind=household_visit", visit).status_code == 422
    for values in (
        {"kind": "field_study", "division": FAR, "unit_names": str(world[1])},
        {"kind": "field_study", "division": VILLAGE, "unit_names": other.name},
        {"kind": "household_visit", "division": VILLAGE, "unit_names": str(world[1]), "household": household.pk},
    ):
        body = values | {"held_on": "2026-01-05"}
        assert client.post("/api/v1/activities/", body, "application/json").status_code == 422, values
        assert client.post("/l/activities/new/", body).status_code == 422, values
    assert not Activity.objects.exists()
    # what others entered without the unit stays out of sight; what is about a household stays so with it
    alone = Activity.objects.create(kind="meeting", division_id=TOWN, title="镇上的会")
    at_home = Activity.objects.create(kind="household_visit", division_id=VILLAGE, household=household)
    ActivityUnit.objects.create(activity=at_home, unit=world[1])
    for row in (alone, at_home):
        assert client.get(f"/l/activities/{row.pk}/").status_code == 404
        assert client.post(f"/l/activities/{row.pk}/edit/", {}).status_code == 404
    assert client.get("/l/households/").content.decode().count("/l/households/") < 20
    assert client.post("/l/activities/1/withdraw/", {"reason": "x"}).status_code == 403
    assert client_of("外县").get(f"{NEW}?kind=field_study").context["form"]["division"].value() is None
    for who, status in (("省厅", 403), ("审计员", 403), ("", 302)):
        assert client_of(who).get(NEW).status_code == status, who


def make_household() -> Any:
    ledger = registry.get("households")
    assert ledger
    return make(ledger, HERE)


def test_the_same_act_entered_twice_is_joined_or_kept_apart_and_nothing_is_lost(
    world: Any, client_of: ClientOf
) -> None:
    _, unit, cadre = world
    liaison, captain = client_of("联络员"), client_of("队长")
    sent = sent_of(liaison, "field_study") | {"rank": "main_leader", "people": "何厅长", "result": "看了茶园"}
    assert liaison.post(f"{NEW}?kind=field_study", sent).status_code == 302
    mine = sent_of(captain, "field_study") | {
        "units": [unit.name], "rank": "main_leader", "people": "何厅长、苏晓彤", "result": "定了修路",
        "follow_up": "报项目", "division": TOWN,
    }  # fmt: skip
    page = captain.post(f"{NEW}?kind=field_study", mine)
    assert page.status_code == 409
    assert "这像是同一次活动" in page.content.decode()
    first = Activity.objects.get()
    for _ in range(2):  # pressed twice
        assert captain.post(f"{NEW}?kind=field_study", mine | {"as": f"join:{first.pk}"}).status_code == 302
    joined = Activity.objects.get()
    assert (joined.people, joined.result) == ("何厅长、苏晓彤", "看了茶园；定了修路")
    assert joined.units.count() == 1
    assert FollowUp.objects.get().what == "报项目"
    assert captain.post(f"{NEW}?kind=field_study", mine | {"as": "apart"}).status_code == 302
    assert Activity.objects.count() == 2
    # a group's meeting takes members of that day only; an act before the pairing, or of a cadre who left, is doubted
    stranger = Unit.objects.create(name="后来的单位")
    GroupMember.objects.create(
        group=world[0], town_id=TOWN, unit=stranger, from_on=dates.today() - datetime.timedelta(days=3)
    )
    meeting = sent_of(liaison, "joint_meeting")
    assert stranger.name in meeting["units"]
    meeting |= {"chair": str(unit.pk), "group": str(world[0].pk), "result": "轮值"}
    early = meeting | {"held_on": dates.today() - datetime.timedelta(days=30)}
    refused = liaison.post(f"{NEW}?kind=joint_meeting", early)
    assert refused.status_code == 422
    assert "不是“东华镇组团”的成员单位" in refused.content.decode()
    assert liaison.post(f"{NEW}?kind=joint_meeting", meeting).status_code == 302
    cadre.to_on = dates.today() - datetime.timedelta(days=10)
    cadre.save()
    gone = {"held_on": dates.today(), "division": TOWN, "title": "安全培训", "cadres": "陈志强", "detail_hours": "4"}
    answer = captain.post(f"{NEW}?kind=training", gone, follow=True)
    assert "不在任" in answer.content.decode()
    assert Activity.objects.get(kind="training").details == "学时：4学时"
    before = {"held_on": BEGAN - datetime.timedelta(days=9), "units": [unit.name], "rank": "other", "people": "某"}
    answer = captain.post(f"{NEW}?kind=field_study", before | {"division": TOWN, "result": "早"}, follow=True)
    assert "这个镇" in answer.content.decode() or "结对期" in answer.content.decode()
