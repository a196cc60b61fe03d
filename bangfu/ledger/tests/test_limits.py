"""Bounds of numbers: what the ledger or the field declares holds in the form, the API and the workbook alike."""

from datetime import date
from typing import Any

import pytest

from bangfu.accounts.actor import Actor
from bangfu.ledger import registry
from bangfu.ledger.forms import RecordForm
from bangfu.ledger.sheets import column

TODAY = date(2024, 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("slug", "name", "bad", "good"),
    [
        ("household-toilets", "longitude", "13.4", "113.4"),
        ("household-toilets", "latitude", "241", "24.1"),
        ("persons", "work_months", "13", "12"),
        ("households", "house_area", "-5", "5"),
    ],
)
def test_a_form_refuses_a_number_outside_the_bounds(cast: Any, slug: str, name: str, bad: str, good: str) -> None:
    ledger = registry.get(slug)
    assert ledger
    actor = Actor.of(cast["县局"], TODAY)
    assert name in RecordForm(ledger, actor, {name: bad}, only=(name,)).errors
    assert RecordForm(ledger, actor, {name: good}, only=(name,)).is_valid()


@pytest.mark.parametrize(
    ("slug", "name", "low", "high"),
    [
        ("household-toilets", "longitude", 109.0, 118.0),
        ("persons", "work_months", 0, 12),
        ("households", "house_area", 0, None),
        ("households", "arable_mu", 0, None),
    ],
)
def test_a_workbook_knows_the_bounds_of_the_form(slug: str, name: str, low: float, high: float | None) -> None:
    ledger = registry.get(slug)
    assert ledger
    made = column(ledger, name)
    assert (made.min, made.max) == (low, high)
