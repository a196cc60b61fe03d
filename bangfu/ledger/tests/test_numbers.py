"""Numbers as one writes them: an area ends with its digits, money keeps two places; in lists, details, forms and files."""

from decimal import Decimal
from typing import Any

import pytest

from bangfu.ledger import registry
from bangfu.ledger.fields import shown
from bangfu.people.models import Household, HouseholdIncome
from bangfu.people.tests.factories import family

pytestmark = pytest.mark.django_db


def test_areas_lose_their_zeros_everywhere_and_money_keeps_two_places(client_of: Any) -> None:
    home, _ = family()
    Household.objects.filter(pk=home.pk).update(house_area=Decimal("93.00"), arable_mu=Decimal("4.50"))
    income = HouseholdIncome.objects.create(
        household=home, village_id=home.village_id, year=2025, population=5, wage_income=Decimal("50000.00")
    )
    client = client_of("县局")
    places = [f"/l/households/{home.pk}/", f"/l/households/{home.pk}/edit/"]
    pages = [client.get(place).content.decode() for place in places]
    csv = b"".join(client.post("/l/households/export/", {"format": "csv"}).streaming_content).decode("utf-8-sig")
    for text in (*pages, csv):
        assert "93.00" not in text
        assert "4.50" not in text
    assert ",93," in csv
    assert 'value="93"' in pages[1]
    assert 'value="4.5"' in pages[1]
    money = [
        client.get(place).content.decode() for place in ("/l/household-incomes/", f"/l/household-incomes/{income.pk}/")
    ]
    exported = client.post("/l/household-incomes/export/", {"format": "csv"})
    for text in money:
        assert "50,000.00" in text
    assert "50000.00" in b"".join(exported.streaming_content).decode("utf-8-sig")


def test_money_is_known_by_its_class_its_name_or_its_label() -> None:
    for slug, name, is_money in (
        ("household-incomes", "per_capita_net", True),
        ("persons", "monthly_wage", True),
        ("water-points", "cost_yuan", True),
        ("households", "arable_mu", False),
    ):
        ledger = registry.get(slug)
        assert ledger
        assert shown(ledger, name).is_money is is_money
