from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.divisions.scope import Scope
from bangfu.people.models import Household, Person
from bangfu.people.search import HouseholdSearch, PersonSearch, name_keys, understand
from bangfu.people.tests.factories import CHONGXIN, GUANGMING, LIANXI, family, household, person

pytestmark = pytest.mark.django_db
COUNTY, PROVINCE = Scope.of([441881000000]), Scope.of([440000000000])


def names(text: str, scope: Scope = COUNTY) -> set[str]:
    found = Person.objects.filter(scope.q("village"), PersonSearch().q(text, scope))
    return set(found.values_list("name", flat=True))


def homes(text: str, scope: Scope = COUNTY) -> set[int]:
    return set(
        Household.objects.filter(scope.q("village"), HouseholdSearch().q(text, scope)).values_list("pk", flat=True)
    )


@pytest.fixture(autouse=True)
def places(divisions: object) -> None:
    """The villages stand in the database."""


def test_two_characters_find_the_name_wherever_they_stand() -> None:
    home = household()
    for name, relation in (("陈志强", "head"), ("陈志", "son"), ("李陈志", "son"), ("志强", "son")):
        person(home, name, relation)
    assert names("陈志") == {"陈志强", "陈志", "李陈志"}
    assert names("志强") == {"陈志强", "志强"}
    assert names("陈志强") == {"陈志强"}


def test_over_the_province_a_common_key_gives_the_first_rows_by_place() -> None:
    for village in (LIANXI, GUANGMING, CHONGXIN):
        person(household(village), phone="")
    whole = PersonSearch().q("陈志", PROVINCE)
    assert set(Person.objects.filter(whole).values_list("village_id", flat=True)) == {GUANGMING, CHONGXIN, LIANXI}
    assert len(homes("陈志", PROVINCE)) == 3
    assert names("陈志强", PROVINCE) == {"陈志强"}


def test_initials_find_from_two_letters_on() -> None:
    home = household()
    person(home, "欧阳修明")
    person(home, "单玉兰", "spouse", sex=2)
    assert names("oy") == names("OYX") == names("oyxm") == {"欧阳修明"}
    assert names("syl") == {"单玉兰"}, "单 reads shan as a surname"
    assert names("o") == set()


def test_number_tail_phone_and_whole_number_find_the_person() -> None:
    who = person(household(), phone="16812345678")
    person(household(), "林水生", phone="16800000000")
    text = who.identity_no
    for asked in (
        text,
        text.lower(),
        text[-4:],
        text[-6:],
        "16812345678",
        "5678",
        f"陈志强 {text[-4:]}",
        f"陈志{text[-4:]}",
    ):
        assert names(asked) == {"陈志强"}, asked
    assert names(f"林水 {text[-4:]}") == set(), "words are joined by and"


def test_a_single_character_narrows_other_words_but_finds_nothing_alone() -> None:
    home = household()
    person(home, "陈志强", phone="16811112222")
    person(home, "李志强", "son", phone="16811112222")
    assert names("李 2222") == {"李志强"}
    assert names("李") == set()


def test_a_birthday_narrows_a_name() -> None:
    home = household()
    person(home, born_on=date(1980, 2, 3))
    person(home, "陈志强", "son", born_on=date(2001, 2, 3))
    found = Person.objects.filter(PersonSearch().q("陈志强 20010203", COUNTY))
    assert [p.born_on for p in found] == [date(2001, 2, 3)]


def test_an_old_number_of_fifteen_digits_finds_the_eighteen() -> None:
    who = person(household())
    assert names(who.identity_no[:6] + who.identity_no[8:17]) == {"陈志强"}


def test_the_search_ends_at_the_scope() -> None:
    person(household(GUANGMING), "陈志强")
    person(household(LIANXI), "陈志明")
    assert names("陈志") == {"陈志强"}
    assert names("陈志", PROVINCE) == {"陈志强", "陈志明"}
    assert names("陈志", Scope.of([441882000000])) == {"陈志明"}
    assert names("陈志", Scope.of([GUANGMING, 441882101000])) == {"陈志强", "陈志明"}
    assert names("陈志", Scope.of([CHONGXIN])) == set()
    assert names("陈志", Scope.nothing()) == set()


def test_a_household_is_found_by_any_member_by_phone_and_by_its_number() -> None:
    home, people = family()
    Household.objects.filter(pk=home.pk).update(phone="16899990000")
    for asked in (
        "李秀英",
        "lxy",
        "陈志",
        "16899990000",
        "0000",
        home.household_no or "",
        people["mother"].identity_no,
    ):
        assert homes(asked) == {home.pk}, asked
    assert homes("没有此人") == set()


def test_keys_follow_name_phone_number_and_village() -> None:
    home = household()
    who = person(home, phone="16812345678")
    assert set(who.search_keys) == {
        "@4418", "@441881", "@441881137", *name_keys("陈志强"), who.identity_no[-4:], who.identity_no[-6:], "16812345678", "5678",
    }  # fmt: skip
    Person.objects.filter(pk=who.pk).update(phone="16900001111")
    assert names("16812345678") == set()
    assert names("1111") == {"陈志强"}
    Household.objects.filter(pk=home.pk).update(village_id=LIANXI)
    assert names("陈志", Scope.of([441882000000])) == {"陈志强"}, (
        "a household that changes its village takes its people along"
    )


@pytest.mark.parametrize(
    "text", ["'; drop table", "%", "\\", "{}", '"', "@441882", "🙂🙂", "－－－－", "0" * 400, "陈" * 400]
)
def test_odd_text_finds_nothing_and_breaks_nothing(text: str) -> None:
    person(household())
    assert names(text) == set()
    assert homes(text) == set()


def test_understanding_a_text_needs_no_query() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        asked = understand("陈伟1234 cw 19800101 16812345678")
    assert not queries.captured_queries
    assert asked.keys == ["陈伟", "1234", "cw", "16812345678"]
    assert asked.born_on == date(1980, 1, 1)
