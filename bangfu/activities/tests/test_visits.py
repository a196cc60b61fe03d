"""Visits: recorded once, seen on the household's page, never outside the scope."""

from typing import Any

import pytest

from bangfu.activities.activity import VISIT, Activity
from bangfu.activities.follow_ups import FollowUp
from bangfu.kernel import dates
from bangfu.ledger import registry
from tests.fixtures.cast import ClientOf
from tests.ledgers.samples import HERE, make

Sent = dict[str, Any]


@pytest.fixture
def household(cast: Any) -> Any:
    ledger = registry.get("households")
    assert ledger
    return make(ledger, HERE)


def test_a_visit_is_five_inputs_of_which_three_are_filled_in(household: Any, client_of: ClientOf) -> None:
    client, address = client_of("队员"), f"/activities/visit/{household.pk}/?next=/l/households/"
    form = client.get(address).context["form"]
    assert len(form.visible_fields()) == 5
    sent = {"held_on": form["held_on"].value().isoformat(), "people": form["people"].value(), "has_change": "false"}
    sent |= {"client_uuid": str(form["client_uuid"].value())}
    for _ in range(2):  # pressed twice
        answer = client.post(address, sent)
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/l/households/"
    visit = Activity.objects.get()
    assert (visit.kind, visit.household, visit.division_id) == (VISIT, household, household.village_id)
    assert visit.user is not None
    assert visit.found
    page = client.get(f"/l/households/{household.pk}/").content.decode()
    assert f"/activities/visit/{household.pk}/" in page
    assert visit.found in page


def test_a_change_is_said_in_words_and_a_day_to_come_is_refused(household: Any, client_of: ClientOf) -> None:
    client, address = client_of("队员"), f"/activities/visit/{household.pk}/"
    sent = {"held_on": "2999-01-01", "people": "苏晓彤", "has_change": "true"}
    page = client.post(address, sent)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"held_on", "found"}
    assert client.post(address, sent | {"held_on": dates.today(), "found": "户主住院"}).status_code == 302
    assert (
        client.post(address + "?next=//else.example/", sent | {"held_on": dates.today(), "found": "x"})
        .headers["Location"]
        .startswith("/l/households/")
    )


def test_nobody_records_or_ends_anything_outside_the_scope(household: Any, client_of: ClientOf) -> None:
    row = FollowUp.objects.create(what="送材料", division_id=HERE, source_ledger="activities", source_id=1)
    for who, status, end in (
        ("外县", 404, 404),
        ("联络员", 404, 404),
        ("省厅", 403, 403),
        ("审计员", 403, 403),
        ("", 302, 302),
    ):
        client = client_of(who)
        assert client.get(f"/activities/visit/{household.pk}/").status_code == status, who
        assert client.post(f"/activities/follow-ups/{row.pk}/done/").status_code == end, who
    row.refresh_from_db()
    assert row.done_on is None
    assert client_of("镇办").post(f"/activities/follow-ups/{row.pk}/done/").status_code == 302
    row.refresh_from_db()
    assert row.done_on == dates.today()
