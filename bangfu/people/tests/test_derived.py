"""What the database keeps by itself, whatever writes the rows."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from bangfu.people.models import DuplicatePair, Household, HouseholdIncome, MemberEvent, Person
from bangfu.people.tests.factories import GUANGMING, LIANXI, family, household, number, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places(divisions: object) -> None:
    """The villages stand in the database."""


def again(home: Household) -> Household:
    return Household.objects.get(pk=home.pk)


def test_head_and_count_follow_from_the_members() -> None:
    home, people = family()
    assert (home.head_name, home.member_count) == ("陈志强", 5)
    Person.objects.filter(pk=people["head"].pk).update(left_on=date(2025, 1, 1), left_kind="death")
    assert (again(home).head_name, again(home).member_count) == ("", 4)
    Person.objects.filter(pk=people["wife"].pk).update(relation_to_head="head")
    assert again(home).head_name == "黄丽芳"
    assert "hlf" in again(home).search_keys
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_person WHERE id = %s", [people["mother"].pk])
    assert again(home).member_count == 3


def test_the_name_of_the_head_is_kept_when_everybody_is_gone() -> None:
    home, people = family()
    Person.objects.filter(household=home).update(left_on=date(2025, 1, 1), left_kind="move")
    assert (again(home).head_name, again(home).member_count) == ("陈志强", 0)


def test_a_household_never_has_two_heads() -> None:
    home, people = family()
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=people["son"].pk).update(relation_to_head="head")


def test_the_head_may_change_hands_within_one_statement() -> None:
    home, people = family()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_person SET relation_to_head = CASE WHEN id = %s THEN 'head' ELSE 'father' END WHERE id IN (%s, %s)",
            [people["son"].pk, people["son"].pk, people["head"].pk],
        )
    assert again(home).head_name == "陈俊杰"


def test_nobody_is_present_in_two_households() -> None:
    first = person(household())
    with pytest.raises(IntegrityError), transaction.atomic():
        person(household(), identity_no=first.identity_no)
    Person.objects.filter(pk=first.pk).update(left_on=date(2025, 1, 1), left_kind="move")
    assert person(household(), identity_no=first.identity_no).is_present


def test_a_doubtful_record_is_counted_nowhere_and_makes_a_pair_for_whoever_answers_for_both() -> None:
    first, elsewhere = person(household(GUANGMING)), household(LIANXI)
    second = person(elsewhere, identity_no=first.identity_no, is_disputed=True)
    assert again(elsewhere).member_count == 0
    pair = DuplicatePair.objects.get()
    assert (pair.first_id, pair.second_id, pair.division_id) == (first.pk, second.pk, 441800000000)
    with connection.cursor() as cursor:  # as an import that is undone takes its rows away
        cursor.execute("DELETE FROM people_person WHERE id = %s", [second.pk])
    assert not DuplicatePair.objects.exists()


def test_the_key_of_a_number_cannot_drift_from_the_number() -> None:
    who = person(household())
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=who.pk).update(identity_no=number(date(1990, 1, 1)))


def test_a_household_without_a_number_gets_one_of_its_own() -> None:
    assert household().household_no.startswith("J")  # type: ignore[union-attr]
    assert household(household_no="4418810001").household_no == "4418810001"


def test_members_incomes_and_events_follow_the_village_of_the_household() -> None:
    home, people = family()
    HouseholdIncome.objects.create(household=home, village_id=home.village_id, year=2025, population=5)
    MemberEvent.objects.create(household=home, village_id=home.village_id, kind="birth", happened_on=date(2025, 1, 1))
    Household.objects.filter(pk=home.pk).update(village_id=LIANXI)
    for model in (Person, HouseholdIncome, MemberEvent):
        assert set(model.objects.filter(household=home).values_list("village_id", flat=True)) == {LIANXI}


def test_income_is_computed_and_never_typed() -> None:
    home, _ = family()
    made = HouseholdIncome.objects.create(
        household=home, village_id=home.village_id, year=2025, population=4, wage_income=Decimal("60000"),
        business_income=Decimal("20000"), business_expense=Decimal("8000"), asset_dividend=Decimal("500"),
        other_property=Decimal("300"), pension=Decimal("2400"), other_transfer=Decimal("800.40"),
        compliant_self_paid=Decimal("6000"),
    )  # fmt: skip
    made.refresh_from_db()
    assert (made.property_income, made.transfer_income, made.net_income) == (
        800,
        Decimal("3200.40"),
        Decimal("76000.40"),
    )
    assert (made.per_capita_net, made.per_capita_after_spending) == (Decimal("19000.10"), Decimal("17500.10"))


def test_the_first_change_of_a_row_that_came_by_copy_keeps_what_was_there() -> None:
    home = household()
    who = person(home)
    events = Person._meta.get_field("history").related_model
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE people_personevent")
        cursor.execute("UPDATE people_person SET name = '陈志明' WHERE id = %s", [who.pk])
        cursor.execute("UPDATE people_person SET name = '陈志光' WHERE id = %s", [who.pk])
    kept = events.objects.filter(pgh_obj=who.pk).order_by("pgh_id")
    assert list(kept.values_list("pgh_label", "name")) == [
        ("insert", "陈志强"),
        ("update", "陈志明"),
        ("update", "陈志光"),
    ]
