"""The invented register: the same seed gives the same data, and what is loaded by COPY is what the product would keep."""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from bangfu.kernel.identity import valid_many
from bangfu.kernel.text import person_name
from bangfu.people.demo import names
from bangfu.people.demo.block import Words, copy_text, digits, full_width, hundredths, null_unless, number
from bangfu.people.demo.load import NotEmpty, load
from bangfu.people.demo.numbers import Numbers, text18
from bangfu.people.demo.tables import Maker
from bangfu.people.demo.world import World, make
from bangfu.people.models import BulkLoad, DuplicatePair, Household, HouseholdIncome, MemberEvent, Person
from bangfu.people.search import name_keys

SMALL = 600
COMMA = np.frombuffer(b",", dtype=np.uint8)


def world(households: int) -> World:
    villages = np.array([441881137201, 441881137202, 441882101202])
    return World(villages, np.array([households // 2, households // 4, households // 4]), villages // 10**6 * 10**6, {})


def digest(seed: int) -> str:
    made = Maker(np.random.default_rng(seed), world(400), frozenset())
    return hashlib.sha256(b"".join(rows for block in made.blocks() for _, rows in block.values())).hexdigest()


def test_the_same_seed_gives_the_same_data_to_the_byte() -> None:
    assert digest(7) == digest(7) != digest(8)


def test_pieces_become_rows_of_copy_text() -> None:
    there = np.array([True, False])
    rows = copy_text(
        {
            "a": number(np.array([7, 1200])), "b": digits(np.array([7, 12]), 3), "c": hundredths(np.array([5, 123_456])),
            "d": null_unless(there, Words(("陈", "黄"))[np.array([0, 1])]), "e": full_width(digits(np.array([16, 89]), 2)),
        }
    )  # fmt: skip
    assert rows.decode() == "7\t007\t0.05\t陈\t１６\n1200\t012\t1234.56\t\\N\t８９\n"


def test_numbers_are_valid_invented_and_never_given_twice() -> None:
    given, rng = Numbers(), np.random.default_rng(1)
    born = np.full(1500, np.datetime64("1980-05-05"))
    days, keys = given.give(rng, born, np.ones(1500, dtype=np.int64))
    more = given.give(rng, born[:700], np.full(700, 2))[1]
    texts = [bytes(row).decode() for row in text18(np.concatenate((keys, more)))]
    assert len(set(texts)) == 2200
    assert all(text.startswith("990000") for text in texts)
    assert valid_many(texts).all()
    assert (days != born).sum() == 1000, "500 a day and sex; who is too many is born a little earlier"
    assert all(int(text[16]) % 2 == 1 for text in texts[:1500])


def test_names_carry_the_keys_by_which_the_product_finds_them() -> None:
    rng, count = np.random.default_rng(3), 3000
    made = names.Names(
        names.surnames(rng, count), *names.given(rng, rng.integers(1, 3, count), rng.integers(1930, 2025, count))
    )
    for text, pairs, initials in zip(made.text(), made.bigrams(), made.initials(), strict=True):
        name, keys = (bytes(piece[piece != 0]).decode() for piece in (text, np.concatenate((pairs, COMMA, initials))))
        assert list(dict.fromkeys(keys.split(","))) == name_keys(name), name


@pytest.fixture
def loaded(cast: object) -> BulkLoad:
    return load(SMALL, 5, lambda _: None)


@pytest.mark.django_db
def test_what_came_by_copy_is_what_the_database_would_have_kept(loaded: BulkLoad) -> None:
    kept = list(
        Household.objects.order_by("pk").values_list("pk", "head_name", "head_key", "member_count", "search_keys")
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_refresh_households(ARRAY(SELECT id FROM people_household))")
        cursor.execute(
            "SELECT count(*) FROM people_person WHERE length(identity_no) <> 15"
            " AND search_keys <> people_person_keys(search_keys, identity_no, phone, village_id)"
        )
        assert cursor.fetchone()[0] == 0
    after = Household.objects.order_by("pk").values_list("pk", "head_name", "head_key", "member_count", "search_keys")
    assert kept == list(after)
    for name, keys in Person.objects.values_list("name", "search_keys")[:300]:
        assert set(name_keys(person_name(name))) <= set(keys)


@pytest.mark.django_db
def test_the_load_is_noted_and_has_no_history_of_its_own(loaded: BulkLoad) -> None:
    assert (loaded.households, loaded.persons) == (Household.objects.count(), Person.objects.count())
    assert BulkLoad.of(Household.objects.first().pk).get() == loaded  # type: ignore[union-attr]
    assert not Person._meta.get_field("history").related_model.objects.exists()
    Person.objects.filter(pk=1).update(phone="")
    assert Person._meta.get_field("history").related_model.objects.exists(), "history is on again"


@pytest.mark.django_db
def test_the_register_looks_like_one(loaded: BulkLoad) -> None:
    sizes = Counter(Household.objects.values_list("member_count", flat=True))
    assert 3.0 < loaded.persons / SMALL < 3.9
    assert sizes[1] and sizes[4] and max(sizes) >= 6
    assert {"head", "spouse", "son", "daughter", "mother", "sons_son"} <= set(
        Person.objects.values_list("relation_to_head", flat=True)
    )
    pupils = Person.objects.exclude(school_status="")
    assert not pupils.exclude(education="").exists(), "at school or schooled, never both"
    assert not Person.objects.filter(school_status="", education="").exists()
    assert HouseholdIncome.objects.filter(per_capita_net__gt=0).count() > SMALL
    assert MemberEvent.objects.exists()
    assert 0.01 < Household.objects.filter(kind="lifted").count() / SMALL < 0.09


@pytest.mark.django_db
def test_a_demo_never_mixes_with_a_register(loaded: BulkLoad) -> None:
    with pytest.raises(NotEmpty):
        load(10, 1, lambda _: None)
    with pytest.raises(CommandError, match="--replace"):
        call_command("demo_data", households=10)
    assert load(50, 2, lambda _: None, replace=True).households == 50
    assert Household.objects.count() == 50


@pytest.mark.django_db
def test_without_divisions_the_command_says_what_to_do_first() -> None:
    with pytest.raises(CommandError, match="divisions load"):
        call_command("demo_data", households=10)


@pytest.mark.usefixtures("cast")
@pytest.mark.django_db
def test_the_places_of_the_cast_get_more_than_their_share() -> None:
    shares = make(np.random.default_rng(1), 2000)
    inside = (shares.villages >= 441881137000) & (shares.villages < 441881138000)
    assert shares.counts[inside].sum() > 150
    assert shares.counts.sum() == 2000


@pytest.mark.django_db
def test_doubtful_records_are_paired(cast: object) -> None:
    load(6000, 11, lambda _: None)
    disputed = Person.objects.filter(is_disputed=True, left_on=None)
    assert disputed.exists()
    paired = DuplicatePair.objects.values_list("first_id", "second_id")
    assert set(disputed.values_list("pk", flat=True)) <= {key for pair in paired for key in pair}
