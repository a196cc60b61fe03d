"""Saved views: their words may name a person, so they go only to who reads the rows of the same place."""

from typing import Any

import pytest

from bangfu.ledger.saved_views import SavedView

pytestmark = pytest.mark.django_db

LIST = "/l/household-toilets/"
SHARED = {"name": "陈家待整改", "query": "status=to_mend&q=陈志强", "shared": "1"}


def names(client: Any) -> list[str]:
    page = client.get(LIST)
    return [view.name for view in page.context["saved_views"]] if page.status_code == 200 else []


def test_a_shared_view_is_for_colleagues_of_the_place_and_not_for_a_department_or_another_county(
    client_of: Any, cast: Any
) -> None:
    client_of("县局").post(f"{LIST}views/", SHARED)
    assert SavedView.objects.get().shared_in_id == 441881000000
    assert names(client_of("县局")) == ["陈家待整改"]
    cast["村干"].grants.update(role="county", division_id=441881000000)
    assert names(client_of("村干")) == ["陈家待整改"]
    for who in ("部门", "外县", "镇办", "联络员"):
        assert names(client_of(who)) == [], who


@pytest.mark.parametrize("who", ["部门", "外县"])
def test_a_view_is_shared_only_where_one_reads(client_of: Any, who: str) -> None:
    client_of(who).post(f"{LIST}views/", SHARED)
    assert SavedView.objects.get().shared_in_id == (None if who == "部门" else 441882000000)


def test_who_may_not_read_the_ledger_saves_no_view(client_of: Any) -> None:
    assert client_of("审计员").post(f"{LIST}views/", SHARED).status_code == 404
    assert not SavedView.objects.exists()
