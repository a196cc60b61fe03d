"""The story of a row speaks in words: related rows by their names, whatever they are."""

from typing import Any

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.accounts.actor import Actor
from bangfu.kernel import dates
from bangfu.ledger import acts, history, registry
from bangfu.people.models import Household, Person
from bangfu.people.tests.factories import family, household, person

pytestmark = pytest.mark.django_db


def test_related_rows_stand_with_their_names_in_one_query(cast: Any) -> None:
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
    assert len(queries) == 2, "events, names of households and divisions"


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


def test_an_act_is_told_once_whatever_it_writes_and_whatever_follows_from_it(cast: Any) -> None:
    households, town = registry.get("households"), Actor.of(cast["镇办"], dates.today())
    assert households
    with pghistory.context():  # as in a request
        with acts.recorded(town, "办理认定", "评议同意"):
            made = acts.create(households, {"village_id": household().village_id}, by=town)
            acts.change(households, made, {"group_name": "一组"}, by=town, version=1, reason="改组名")
        with acts.recorded(Actor(None), "follows"):
            Household.objects.filter(pk=made.pk).update(natural_village="上村")
    (told,) = history.events(households, made)
    assert (told.act, told.who, told.reason) == ("办理认定", str(cast["镇办"]), "评议同意")
    assert {change.after for change in told.changes} >= {"一组", "上村"}
    with pytest.raises(acts.Overtaken), pghistory.context(), acts.recorded(town, "不成"):
        acts.change(households, made, {}, by=town, version=9)
    with acts.recorded(town, "change"):
        Household.objects.filter(pk=made.pk).update(group_name="二组")
    assert [event.act for event in history.events(households, made)] == ["修改", "办理认定"]
