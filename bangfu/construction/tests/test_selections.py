"""Saved views and bulk edits through their pages: what was picked is what is meant, and what is mine I can remove."""

from typing import Any

import pytest
from django.test import Client

from bangfu.construction.household_toilets import HouseholdToilet
from bangfu.divisions.models import Division
from bangfu.ledger.bulk import BulkEdit
from bangfu.ledger.saved_views import SavedView
from bangfu.people.models import Household
from tests.fixtures.cast import ClientOf

URL = "/l/household-toilets/"
VILLAGE = 441881137201


@pytest.fixture
def toilets(cast: Any) -> list[HouseholdToilet]:
    village = Division.objects.get(code=VILLAGE)
    homes = [Household.objects.create(village=village, head_name=name) for name in ("陈一", "陈二", "陈三")]
    return [
        HouseholdToilet.objects.create(village=village, household=home, kind="sewer", caretaker="甲") for home in homes
    ]


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_view_is_saved_opened_and_removed_by_its_owner_only(client_of: ClientOf, toilets: Any) -> None:
    owner, colleague = client_of("镇办"), client_of("队长")
    owner.post(f"{URL}views/", {"name": "在用的", "query": "status=sound", "shared": "1"})
    view = SavedView.objects.get()
    address = f"{URL}views/{view.pk}/delete/"
    assert "在用的" in text_of(colleague, URL), "shared in the town"
    assert address in text_of(owner, f"{URL}?status=sound")
    assert address not in text_of(colleague, f"{URL}?status=sound")
    colleague.post(address)
    assert SavedView.objects.exists()
    owner.post(address)
    assert not SavedView.objects.exists()


def test_a_bulk_edit_of_picked_rows_says_so_and_can_be_undone(client_of: ClientOf, toilets: Any) -> None:
    client = client_of("镇办")
    sent = {"selected": [toilets[0].pk, toilets[1].pk], "field": "caretaker", "caretaker": "乙", "query": ""}
    assert "将修改 <strong>2</strong> 条（勾选的）" in client.post(f"{URL}bulk/", sent).content.decode()
    client.post(f"{URL}bulk/", sent | {"confirm": "1"})
    edit = BulkEdit.objects.get()
    assert (edit.words, edit.count) == ("勾选的", 2)
    assert list(HouseholdToilet.objects.order_by("pk").values_list("caretaker", flat=True)) == ["乙", "乙", "甲"]
    client.post(f"{URL}bulk-edits/", {"edit": edit.pk})
    assert set(HouseholdToilet.objects.values_list("caretaker", flat=True)) == {"甲"}


def test_a_bulk_edit_of_everything_that_matches_names_the_conditions(client_of: ClientOf, toilets: Any) -> None:
    sent = {"matching": "1", "field": "caretaker", "caretaker": "乙", "query": "status=sound", "confirm": "1"}
    client_of("镇办").post(f"{URL}bulk/", sent)
    assert BulkEdit.objects.get().words == "状态：正常使用"


@pytest.mark.parametrize("edit", ["", "abc", "999999", "99999999999999999999"])
def test_an_undo_of_what_is_not_mine_is_not_found(client_of: ClientOf, toilets: Any, edit: str) -> None:
    assert client_of("镇办").post(f"{URL}bulk-edits/", {"edit": edit}).status_code == 404
