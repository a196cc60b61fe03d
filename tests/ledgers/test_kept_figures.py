"""Figures kept by village: always what a count of the rows would give, whatever wrote the rows."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.divisions.models import Division
from bangfu.ledger import cube, registry, tables
from bangfu.ledger.cube import KeptLedger
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.filters import Selection
from bangfu.people.models import Household, Person
from bangfu.people.tests.factories import CHONGXIN, DATANG, GUANGMING, LIANXI, family, household, person

pytestmark = pytest.mark.django_db
PLACES = (440000000000, 441800000000, 441881000000, 441881137000, GUANGMING)
VILLAGES = (GUANGMING, CHONGXIN, DATANG, LIANXI)
KINDS = ("ordinary", "lifted")
SKILLS = ("ordinary", "skilled", "weak_labour")


def vast(slug: str) -> Ledger:
    ledger = registry.get(slug)
    assert ledger
    return ledger


def table(ledger: Ledger, actor: Actor, place: int, query: str = "") -> tables.Table:
    selection = Selection(ledger, actor, QueryDict(query), place=place)
    return tables.by_division(ledger, selection, Division.objects.get(code=place), {})


def texts(found: tables.Table) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(line.name, [(figure.text, figure.note) for figure in line.figures]) for line in found.lines]


@pytest.fixture
def province(cast: Any) -> Actor:
    return Actor.of(cast["省厅"], date(2025, 10, 1))


@pytest.fixture
def from_kept(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Whether every place counts as one with many rows."""

    def limit(wanted: bool) -> None:
        for name in ("LIVE_ROWS", "FILTERED_ROWS"):
            monkeypatch.setattr(tables, name, -1 if wanted else 10**9)

    return limit


def something_happens(dice: random.Random, step: int) -> None:
    """One of the ways in which rows are written: forms, sets, SQL, moves, withdrawal, removal."""
    home = Household.objects.order_by("?").first()
    someone = Person.objects.exclude(relation_to_head="head").order_by("?").first()
    village = dice.choice(VILLAGES)
    match dice.randrange(8):
        case 0:
            person(household(village, kind=dice.choice(KINDS)), f"陈{step}", work_months=dice.randrange(12))
        case 1 if home:
            Household.objects.filter(pk=home.pk).update(village_id=village)  # its members follow by trigger
        case 2:
            Person.objects.filter(village_id=village).update(labour_skill=dice.choice(SKILLS))
        case 3 if home:
            Household.objects.filter(pk=home.pk).update(withdrawn_at=timezone.now())
        case 4 if someone:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM people_person WHERE id = %s", [someone.pk])
        case 5 if someone:
            Person.objects.filter(pk=someone.pk).update(left_on=date(2025, 1, 1), left_kind="move")
        case 6:
            Household.objects.filter(village_id=village).update(has_safe_water=dice.choice([True, False, None]))
        case _:
            Household.objects.filter(village_id=village).update(version=F("version") + 1, monitored_kind="marginal")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_kept_figures_are_those_of_the_rows(province: Actor, from_kept: Callable[[bool], None], seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 (a test's choices)
    for village in VILLAGES:
        family(village)
    for step in range(12):
        something_happens(dice, step)
        if step % 3 == 2:
            cube.refresh_all()
    for slug in ("households", "persons"):
        ledger = vast(slug)
        for place in PLACES:
            from_kept(True)
            kept = table(ledger, province, place)
            from_kept(False)
            live = table(ledger, province, place)
            assert kept.as_of and not live.as_of
            assert texts(kept) == texts(live), (slug, place)


def test_only_villages_with_changes_are_counted_again(province: Actor) -> None:
    home, _ = family()
    family(LIANXI)
    assert cube.refresh(vast("persons")) == 2, "nothing was counted yet: all villages"
    assert cube.refresh(vast("persons")) == 0
    Person.objects.filter(household=home).update(phone="16800000000")
    assert cube.refresh(vast("persons")) == 1
    Household.objects.filter(pk=home.pk).update(village_id=CHONGXIN)
    assert cube.refresh(vast("persons")) == 2, "the one it left and the one it came to"


def test_a_changed_declaration_is_counted_live_until_all_is_counted_anew(province: Actor) -> None:
    family()
    cube.refresh_all()
    KeptLedger.objects.update(meaning="what figures meant before")
    assert cube.of(vast("persons")) is None
    assert cube.refresh(vast("persons")) == 1
    assert cube.of(vast("persons"))


def test_small_places_are_counted_now(province: Actor) -> None:
    family()
    cube.refresh_all()
    family()
    found = table(vast("persons"), province, GUANGMING)
    assert found.as_of is None
    assert found.lines[-1].figures[0].text == "10", "with those who came since"


def test_the_page_says_when_it_was_counted_and_who_sees_it(
    client_of: Callable[[str], Client], from_kept: Callable[[bool], None]
) -> None:
    family()
    out = StringIO()
    call_command("figures", stdout=out)
    assert "家庭成员：1 个村" in out.getvalue()
    call_command("figures", "--changed", stdout=out)
    from_kept(True)
    client = client_of("省厅")
    client.get("/l/persons/stats/")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/l/persons/stats/").content.decode()
    assert len(queries) <= 8
    assert "数字截至" in page and "清远市" in page
    assert "数字截至" in client.get("/l/persons/map/").content.decode()
    outsider = client_of("外县").get("/l/persons/stats/").content.decode()
    assert "数字截至" in outsider and ">5<" not in outsider, "the same kept figures, none of them in this scope"


def test_filtered_figures_of_many_rows_are_not_counted_in_a_request(
    client_of: Callable[[str], Client], from_kept: Callable[[bool], None]
) -> None:
    family()
    cube.refresh_all()
    from_kept(True)
    page = client_of("省厅").get("/l/persons/stats/?sex=2").content.decode()
    assert "不当场计算" in page
    assert "清远市" in page, "the way down stays"
