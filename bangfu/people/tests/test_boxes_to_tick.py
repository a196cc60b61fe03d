"""Boxes to tick show what is in the row, say what was ticked, and come back from a draft as they were left."""

import json
from typing import Any

import pytest

from bangfu.ledger import registry
from bangfu.people.models import Household
from tests.ledgers.samples import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(divisions: Any) -> Household:
    ledger = registry.get("households")
    assert ledger
    return make(ledger)


def box(client: Any, address: str) -> str:
    """The box as the page writes it."""
    page = client.get(address).content.decode()
    start = page.index('name="is_marginal_2019"')
    return page[page.rindex("<input", 0, start) : page.index(">", start)]


@pytest.mark.parametrize("is_marginal", [True, False])
def test_a_box_is_ticked_as_the_row_says(client_of: Any, home: Household, is_marginal: bool) -> None:
    Household.objects.update(is_marginal_2019=is_marginal)
    shown = box(client_of("县局"), f"/l/households/{home.pk}/edit/")
    assert ("checked" in shown) is is_marginal
    assert 'value="false"' not in shown


@pytest.mark.parametrize("was", [True, False])
def test_a_draft_brings_a_box_back_as_it_was_left(client_of: Any, home: Household, was: bool) -> None:
    Household.objects.update(is_marginal_2019=was)
    client, address = client_of("县局"), f"/l/households/{home.pk}/edit/"
    data = {"natural_village": ["上围"]} | ({} if was else {"is_marginal_2019": ["on"]})
    client.post("/drafts/", json.dumps({"path": address, "data": data}), content_type="application/json")
    assert ("checked" in box(client, address)) is not was
