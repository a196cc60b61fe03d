from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django import app

from bangfu.people import decisions
from bangfu.people.acts import Refused
from bangfu.people.matching import find_all, find_in
from bangfu.people.models import DuplicatePair, MemberEvent, Person
from bangfu.people.tests.conftest import ActorOf
from bangfu.people.tests.factories import CHONGXIN, DATANG, GUANGMING, LIANXI, household, number, person

pytestmark = pytest.mark.django_db
DAY, WHY = date(2025, 9, 1), "入户核对户口簿"
BORN = date(1990, 4, 5)
ClientOf = Callable[[str], Client]


def doubled(village: int = GUANGMING, other: int = CHONGXIN) -> tuple[DuplicatePair, Person, Person]:
    """One woman in her husband's household and still in her parents'."""
    first = person(household(village), "黄丽芳", sex=2, born_on=BORN, phone="16811110000")
    second = person(
        household(other), "黄丽芳", "daughter", sex=2, born_on=BORN, identity_no=first.identity_no, is_disputed=True,
        education="bachelor_and_above",
    )  # fmt: skip
    return DuplicatePair.objects.get(first=first, second=second), first, second


def causes() -> list[list[str]]:
    return list(DuplicatePair.objects.order_by("pk").values_list("causes", flat=True))


@pytest.mark.usefixtures("divisions")
def test_the_search_over_everybody_finds_each_kind_of_double_once() -> None:
    home = household()
    card = person(home, "黄丽芳", "head", sex=2, born_on=BORN)
    person(
        household(DATANG),
        "黄丽芳",
        sex=2,
        born_on=BORN,
        identity_no=card.identity_no + "42",
        card_kind="disability",
        is_disputed=True,
    )
    old = person(home, "陈水生", "son", born_on=date(1955, 5, 5))
    seen = person(household(LIANXI), "陈水生", born_on=date(1955, 5, 5), identity_no=old.identity_no, is_disputed=True)
    Person.objects.filter(pk=seen.pk).update(identity_no=old.identity_no[:6] + old.identity_no[8:17])
    person(home, "林国强", "son", born_on=date(1980, 1, 1))
    person(household(CHONGXIN), "林国强", born_on=date(1980, 1, 1))
    person(household(DATANG), "林国强", born_on=date(1980, 1, 1))
    DuplicatePair.objects.all().delete()
    assert find_in(441882000000) == 1, "a number is looked up beyond the county"
    DuplicatePair.objects.all().delete()
    assert find_all() == 3
    assert sorted(causes()) == [["disability_card"], ["old_number"], ["same_name_birth"]]
    assert find_all() == 0


@pytest.mark.usefixtures("divisions")
def test_a_pair_lies_where_both_are_answered_for() -> None:
    places = {
        (GUANGMING, GUANGMING): GUANGMING,
        (GUANGMING, CHONGXIN): 441881137000,
        (GUANGMING, DATANG): 441881000000,
        (GUANGMING, LIANXI): 441800000000,
    }
    with connection.cursor() as cursor:
        for (one, other), place in places.items():
            cursor.execute("SELECT people_common_division(%s, %s)", [one, other])
            assert cursor.fetchone()[0] == place


def test_one_person_becomes_one_record_with_the_chosen_values(actor_of: ActorOf) -> None:
    pair, first, second = doubled()
    MemberEvent.objects.create(
        household=second.household, village_id=CHONGXIN, person=second, kind="birth", happened_on=BORN
    )
    kept = decisions.decide_same(
        pair, keep=first, values={"education": "bachelor_and_above"}, by=actor_of("镇办"), at=DAY, reason=WHY
    )
    assert (kept.pk, kept.education, kept.is_present) == (first.pk, "bachelor_and_above", True)
    dropped = Person.objects.get(pk=second.pk)
    assert dropped.withdrawn_at
    assert WHY in dropped.withdrawn_reason
    assert MemberEvent.objects.get().person_id == first.pk
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by, pair.decided_on) == ("same", "黄雪梅", DAY)


def test_the_doubtful_record_may_be_the_one_that_stays(actor_of: ActorOf) -> None:
    pair, first, second = doubled()
    kept = decisions.decide_same(pair, keep=second, values={}, by=actor_of("镇办"), at=DAY, reason=WHY)
    assert (kept.pk, kept.is_disputed, kept.present_key) == (second.pk, False, second.identity_key)
    assert kept.household.member_count == 1


def test_two_people_cannot_keep_one_number(actor_of: ActorOf) -> None:
    pair, first, second = doubled()
    with pytest.raises(Refused, match="更正身份信息"):
        decisions.decide_different(pair, by=actor_of("镇办"), at=DAY, reason=WHY)


@pytest.mark.usefixtures("divisions")
def test_two_people_of_one_name_stay_two_and_are_not_asked_about_again(actor_of: ActorOf) -> None:
    person(household(), "林国强", born_on=date(1980, 1, 1))
    person(household(CHONGXIN), "林国强", born_on=date(1980, 1, 1), identity_no=number(date(1980, 1, 1)))
    find_all()
    decisions.decide_different(DuplicatePair.objects.get(), by=actor_of("镇办"), at=DAY, reason=WHY)
    assert find_all() == 0
    assert DuplicatePair.objects.get().state == "different"


def test_a_pair_is_decided_once_and_with_grounds(actor_of: ActorOf) -> None:
    pair, first, second = doubled()
    with pytest.raises(Refused, match="依据"):
        decisions.decide_same(pair, keep=first, values={}, by=actor_of("镇办"), at=DAY, reason="")
    decisions.decide_same(pair, keep=first, values={}, by=actor_of("镇办"), at=DAY, reason=WHY)
    with pytest.raises(Refused, match="已由黄雪梅核对"):
        decisions.decide_same(pair, keep=second, values={}, by=actor_of("县局"), at=DAY, reason=WHY)


def test_the_page_shows_what_differs_and_merges_what_was_chosen(client_of: ClientOf) -> None:
    pair, first, second = doubled()
    page = client_of("镇办").get(f"/l/duplicate-people/{pair.pk}/")
    labels = [line.label for line in page.context["different"]]
    assert {"农户", "行政村", "与户主关系", "成员联系电话", "文化程度"} == set(labels)
    assert first.identity_no not in page.content.decode()
    sent = {"decision": "first", "reason": WHY, "choice_education": "second", "choice_household": "second"}
    client_of("镇办").post(f"/people/duplicates/{pair.pk}/", sent)
    kept = Person.objects.get(pk=first.pk)
    assert (kept.education, kept.household_id) == ("bachelor_and_above", first.household_id)


@pytest.mark.parametrize(
    ("who", "sees", "decides"),
    [("镇办", False, False), ("县局", True, True), ("外县", False, False), ("市局", True, True)],
)
def test_only_who_answers_for_both_places_sees_and_decides(
    client_of: ClientOf, who: str, sees: bool, decides: bool
) -> None:
    pair, first, _ = doubled(GUANGMING, DATANG)
    client = client_of(who)
    assert (client.get(f"/l/duplicate-people/{pair.pk}/").status_code == 200) is sees
    client.post(f"/people/duplicates/{pair.pk}/", {"decision": "first", "reason": WHY})
    pair.refresh_from_db()
    assert (pair.state == "same") is decides


def test_across_counties_the_city_decides(client_of: ClientOf) -> None:
    pair, *_ = doubled(GUANGMING, LIANXI)
    for who in ("县局", "外县"):
        assert (
            client_of(who).post(f"/people/duplicates/{pair.pk}/", {"decision": "first", "reason": WHY}).status_code
            == 404
        )
    client_of("市局").post(f"/people/duplicates/{pair.pk}/", {"decision": "first", "reason": WHY})
    pair.refresh_from_db()
    assert pair.state == "same"


def test_the_search_is_made_every_night() -> None:
    periodic = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert periodic["people.find_duplicates"] == "10 19 * * *"
