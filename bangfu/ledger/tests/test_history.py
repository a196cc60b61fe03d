"""The story of a row speaks in words: related rows by their names, whatever they are."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.accounts.actor import Actor
from bangfu.kernel import dates
from bangfu.ledger import acts, history, registry
from bangfu.people.models import Household, Person
from bangfu.people.tests.factories import family, household, person

pytestmark = pytest.mark.django_db


def test_related_rows_stand_with_their_names_in_one_query_a_table(cast: Any) -> None:
    home, people = family()
    others = [person(household(), f"何国{number}").household for number in "一二三四"]
    moved = people["mother"]
    for other in others:
        Person.objects.filter(pk=moved.pk).update(household=other)
    persons = registry.get("persons")
    assert persons
    with CaptureQueriesContext(connection) as queries:
        told = history.events(persons, moved)
    changes = [change for event in told for change in event.changes if change.label == "农户"]
    assert [change.after for change in changes] == ["何国四户", "何国三户", "何国二户", "何国一户", str(home)]
    assert len(queries) == 3, "events, households, divisions"


def test_a_row_that_is_gone_is_told_as_such(cast: Any) -> None:
    home, people = family()
    gone, persons = household(), registry.get("persons")
    assert persons
    Person.objects.filter(pk=people["mother"].pk).update(household=gone)
    Person.objects.filter(pk=people["mother"].pk).update(household=home)
    Household.objects.filter(pk=gone.pk).delete()
    words = [c.after for e in history.events(persons, people["mother"]) for c in e.changes if c.label == "农户"]
    assert words[1] == f"编号 {gone.pk}（已删除）"


def test_what_a_program_does_inside_an_act_is_told_as_the_act_of_the_person(cast: Any) -> None:
    home, persons = household(), registry.get("households")
    assert persons
    town, county = (Actor.of(cast[name], dates.today()) for name in ("镇办", "县局"))
    with acts.recorded(town, "change"), acts.recorded(Actor(None), "change"):
        Household.objects.filter(pk=home.pk).update(group_name="一组")
    assert history.events(persons, home)[0].who == str(cast["镇办"])
    with acts.recorded(Actor(None), "change"), acts.recorded(county, "change"):
        Household.objects.filter(pk=home.pk).update(group_name="二组")
    assert history.events(persons, home)[0].who == str(cast["县局"])
    with acts.recorded(Actor(None), "change"):
        Household.objects.filter(pk=home.pk).update(group_name="三组")
    assert history.events(persons, home)[0].who not in {str(cast["县局"]), str(cast["镇办"])}
