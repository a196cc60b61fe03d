"""Rounds: every household is either visited or on the named list; coverage is counted, never typed."""

import datetime
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bangfu.accounts.models import Grant, User
from bangfu.accounts.roles import Role
from bangfu.activities.activity import VISIT, Activity
from bangfu.consolidation.rounds import RoundVillage, ScreeningRound
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger import registry
from tests.fixtures.cast import BACKEND, Cast, ClientOf
from tests.ledgers.samples import HERE, make

COUNTY = 441881000000
TODAY = dates.today()


@pytest.fixture
def begun(cast: Cast) -> ScreeningRound:
    ledger = registry.get("households")
    assert ledger
    for _ in range(3):
        make(ledger, HERE)
    days = {"from_on": TODAY - datetime.timedelta(days=3), "to_on": TODAY + datetime.timedelta(days=20)}
    return ScreeningRound.objects.create(county_id=COUNTY, title="英德市春季集中排查", **days)


def share() -> tuple[int, int]:
    found = RoundVillage.objects.get(village=HERE)
    return found.households, found.visited


def test_coverage_follows_visits_and_households_however_they_are_written(begun: ScreeningRound) -> None:
    households = registry.get("households")
    assert households
    first, second, third = households.model._default_manager.filter(village=HERE).order_by("pk")
    assert share() == (3, 0)
    visit = Activity.objects.create(kind=VISIT, household=first, division_id=HERE, people="罗水生", held_on=TODAY)
    early = TODAY - datetime.timedelta(days=30)
    Activity.objects.create(kind=VISIT, household=second, division_id=HERE, people="罗水生", held_on=early)
    Activity.objects.create(kind="meeting", household=second, division_id=HERE, people="罗水生", held_on=TODAY)
    assert share() == (3, 1), "neither a visit before the round nor a meeting is a visit of it"
    Activity.objects.filter(pk=visit.pk).update(withdrawn_at=datetime.datetime.now(datetime.UTC))
    assert share() == (3, 0)
    Activity.objects.filter(pk=visit.pk).update(withdrawn_at=None)
    households.model._default_manager.filter(pk=third.pk).update(withdrawn_at=datetime.datetime.now(datetime.UTC))
    make(households, HERE)
    assert share() == (3, 1)
    ScreeningRound.objects.filter(pk=begun.pk).update(from_on=early)
    assert share() == (3, 2)


def test_a_village_ticks_a_household_by_two_taps_and_the_named_list_gets_shorter(
    begun: ScreeningRound, client_of: ClientOf
) -> None:
    client, base = client_of("镇办"), f"/consolidation/rounds/{begun.pk}/"
    left = client.get(f"{base}left/").context["rows"]
    assert len(left) == 3
    page = client.get(f"{base}villages/{HERE}/").content.decode()
    address = f"{base}unchanged/{left[0].pk}/"
    assert address in page
    for _ in range(2):  # pressed twice
        assert client.post(address, headers={"HX-Request": "true"}).status_code == 200
    assert Activity.objects.filter(household=left[0]).count() == 1
    assert [row.pk for row in client.get(f"{base}left/").context["rows"]] == [row.pk for row in left[1:]]
    county = client_of("县局")
    county.get(base)
    with CaptureQueriesContext(connection) as queries:
        parts = county.get(base).context["parts"]
    assert len(queries) <= 9, [q["sql"][:90] for q in queries]
    assert [(part.place.name, part.households, part.visited, part.percent) for part in parts] == [("东华镇", 3, 1, 33)]
    answer = client.post(f"{base}left/export/")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == b"PK"


def test_the_town_says_who_does_which_village(begun: ScreeningRound, client_of: ClientOf) -> None:
    client, base = client_of("镇办"), f"/consolidation/rounds/{begun.pk}/"
    part = client.get(base).context["parts"][0]
    client.post(f"{base}assign/", {"part": [part.pk], "responsible": "罗水生、苏晓彤"})
    assert client.get(base).context["parts"][0].responsible == "罗水生、苏晓彤"
    for who in ("外县", "村干"):
        client_of(who).post(f"{base}assign/", {"part": [part.pk], "responsible": "别人"})
    assert RoundVillage.objects.get(pk=part.pk).responsible == "罗水生、苏晓彤"


def test_a_city_without_counties_opens_its_own_round_and_sees_it_by_town(client_of: ClientOf, cast: Cast) -> None:
    households, city, village = registry.get("households"), 441900000000, 441900101202
    assert households
    home = make(households, village)
    officer = User.objects.create(username="dongguan", name="何志远", division_id=city, unit=None)
    Grant.objects.create(
        user=officer, role=Role.COUNTY, division_id=city, from_on=datetime.date(2021, 1, 1), reason="测试",
        confirmed_at=timezone.now(),
    )  # fmt: skip
    client = client_of("")
    client.force_login(officer, backend=BACKEND)
    page = client.get("/l/screening-rounds/new/").content.decode()
    assert "东莞市" in page, "who can write in one place only need not choose it"
    days = {"from_on": TODAY.isoformat(), "to_on": (TODAY + datetime.timedelta(days=20)).isoformat()}
    sent = days | {"county": str(city), "title": "东莞市集中排查", "client_uuid": str(uuid.uuid4())}
    assert client.post("/l/screening-rounds/new/", sent).status_code == 302
    begun = ScreeningRound.objects.get(title="东莞市集中排查")
    parts = client.get(f"/consolidation/rounds/{begun.pk}/").context["parts"]
    assert [(part.place.name, part.households) for part in parts] == [("石碣镇", 1)]
    parts = client.get(f"/consolidation/rounds/{begun.pk}/?place=441900101000").context["parts"]
    assert [part.place.pk for part in parts] == [village]
    assert [row.pk for row in client.get(f"/consolidation/rounds/{begun.pk}/left/").context["rows"]] == [home.pk]
    assert client_of("县局").get(f"/consolidation/rounds/{begun.pk}/").status_code == 404
    ledger = registry.of(ScreeningRound)
    assert ledger
    with_counties = {"from_on": TODAY, "to_on": TODAY, "county": Division.objects.get(code=441800000000)}
    assert "请选到县" in ledger.clean(with_counties, None)["county"]


def test_an_outsider_finds_no_round_at_any_address(begun: ScreeningRound, client_of: ClientOf) -> None:
    household = begun.villages.get(village=HERE).village_id and registry.get("households")
    assert household
    one: Any = household.model._default_manager.first()
    base = f"/consolidation/rounds/{begun.pk}/"
    assert client_of("外县").get("/consolidation/rounds/").context["rounds"] == []
    reading = [base, f"{base}left/", f"{base}villages/{HERE}/"]
    writing = [f"{base}left/export/", f"{base}unchanged/{one.pk}/", f"{base}assign/"]
    for who, status in (("外县", 404), ("审计员", 403), ("", 302)):
        client = client_of(who)
        assert [client.get(address).status_code for address in reading] == [status] * 3, who
        assert [client.post(address).status_code for address in writing] == [status] * 3, who
    assert client_of("省厅").post(f"{base}unchanged/{one.pk}/").status_code == 403
    assert not Activity.objects.exists()


def test_the_first_page_says_what_waits_and_a_visit_takes_the_household_off_the_list(
    begun: ScreeningRound, client_of: ClientOf
) -> None:
    households = registry.get("households")
    assert households
    monitored: Any = households.model._default_manager.first()
    type(monitored)._default_manager.exclude(pk=monitored.pk).update(monitored_kind="", kind="ordinary")
    type(monitored)._default_manager.filter(pk=monitored.pk).update(is_risk_removed=None)
    client = client_of("镇办")
    page = client.get("/").content.decode()
    assert "英德市春季集中排查：还有 3 户没走访" in page
    assert "1 户监测户该走访了" in page
    assert [row.pk for row in client.get("/consolidation/visits/").context["rows"]] == [monitored.pk]
    visit = {"held_on": TODAY, "people": "黄雪梅", "has_change": "false", "follow_up": "送医保单据"}
    client.post(f"/activities/visit/{monitored.pk}/", visit)
    assert client.get("/consolidation/visits/").context["rows"] == []
    assert client.get("/consolidation/visits/?kind=lifted").context["rows"] == []
    assert client_of("外县").get("/consolidation/visits/").context["rows"] == []
    for who, status in (("省厅", 403), ("审计员", 403), ("", 302)):
        assert client_of(who).get("/consolidation/visits/").status_code == status
