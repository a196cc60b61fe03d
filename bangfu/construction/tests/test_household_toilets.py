"""户厕台账 (2.3): what is special about it; the rest is the contract of every ledger."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.construction.household_toilets import WITHOUT_DATE, HouseholdToilet
from bangfu.exchange import registry as books
from bangfu.exchange import runs
from bangfu.exchange.models import ImportRun, State
from bangfu.ledger import registry
from tests.ledgers.samples import HERE, make, posted

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]


@pytest.fixture
def toilet(cast: Any) -> HouseholdToilet:
    ledger = registry.get("household-toilets")
    assert ledger
    made: HouseholdToilet = make(ledger, HERE)
    return made


def fill_in(client: Client, toilet: HouseholdToilet, **changes: Any) -> Any:
    ledger = registry.get("household-toilets")
    assert ledger
    values = {name: getattr(toilet, name) for name in ledger.form} | changes
    return client.post(f"/l/household-toilets/{toilet.pk}/edit/", posted(ledger, values) | {"version": toilet.version})


def bring_in(user: Any, text: str) -> ImportRun:
    book = books.get("household-toilets")
    assert book
    content = text.encode()
    return runs.start(Actor.of(user, timezone.localdate()), book, io.BytesIO(content), "户厕.csv", len(content))


def test_the_place_of_a_toilet_is_the_place_of_its_household(toilet: HouseholdToilet) -> None:
    assert toilet.village_id == toilet.household.village_id == HERE


def test_a_household_has_one_toilet_row(toilet: HouseholdToilet, client_of: ClientOf) -> None:
    sent = {"household": toilet.household_id, "kind": "sewer", "status": "sound"}
    page = client_of("县局").post("/l/household-toilets/new/", sent)
    assert page.status_code == 422
    assert "household" in page.context["form"].errors
    assert HouseholdToilet.objects.count() == 1


def test_checked_needs_the_day_of_the_check_in_the_form(toilet: HouseholdToilet, client_of: ClientOf) -> None:
    client = client_of("县局")
    page = fill_in(client, toilet, status="checked", checked_on=None)
    assert page.context["form"].errors["checked_on"] == [WITHOUT_DATE]
    assert fill_in(client, toilet, status="checked", checked_on=date(2024, 5, 1)).status_code == 302


def test_checked_needs_the_day_of_the_check_in_a_workbook(toilet: HouseholdToilet, cast: Any) -> None:
    HouseholdToilet.objects.update(status="sound", checked_on=None)
    row = f"户编号,厕所类型,状态\n{toilet.household.household_no},三格化粪池式,已复核销号\n"
    wrong = bring_in(cast["县局"], row)
    assert wrong.state == State.PREVIEWED, wrong.message
    assert runs.totals(wrong)["wrong"] == 1
    HouseholdToilet.objects.update(checked_on=date(2024, 5, 1))
    right = bring_in(cast["县局"], row)
    assert runs.totals(right)["wrong"] == 0, "a blank keeps the day that is there"
