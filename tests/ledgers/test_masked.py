"""What a ledger masks stands in clear nowhere without a reason: no page, form, draft, answer, diff or file."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.exchange import registry as books
from bangfu.exchange import runs
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.drafts import Draft
from bangfu.ledger.fields import shown
from bangfu.ledger.masked import STARRED
from tests.ledgers.samples import HERE, make, posted
from tests.ledgers.test_contract import ClientOf, officer

pytestmark = pytest.mark.django_db
LEDGERS = [ledger for ledger in registry.all_ledgers() if ledger.masked]


@pytest.fixture(params=LEDGERS, ids=[ledger.slug for ledger in LEDGERS])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    chosen: Ledger = request.param
    return chosen


@pytest.fixture
def record(ledger: Ledger, cast: Any) -> Any:
    return make(ledger, HERE)


def secrets(ledger: Ledger, record: Any) -> dict[str, str]:
    found = {name: str(getattr(record, name)) for name in ledger.masked if getattr(record, name)}
    assert found, "the sample fills every masked field"
    return found


def asked_of(ledger: Ledger) -> list[str]:
    return [name for name in ledger.masked if name in ledger.form]


def as_sent(ledger: Ledger, record: Any, **changed: Any) -> dict[str, Any]:
    """The edit form as a browser sends it back: what is masked comes empty."""
    open_fields = {name: getattr(record, name) for name in ledger.form if name not in ledger.masked}
    return posted(ledger, open_fields) | {"version": record.version} | changed


def text_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return str(content.decode("utf-8-sig", "replace"))


def saved_draft(client: Client, path: str, data: dict[str, list[str]]) -> None:
    sent = json.dumps({"path": path, "data": data})
    assert client.post("/drafts/", sent, content_type="application/json").status_code == 200


def test_no_page_answer_or_file_has_the_clear_value(ledger: Ledger, record: Any, client_of: ClientOf) -> None:
    client, base, hidden = client_of(officer(ledger)), f"/l/{ledger.slug}/", secrets(ledger, record)
    own, api = f"{base}{record.pk}/", f"/api/v1/{ledger.slug}/"
    places = [base, own, f"{base}stats/", f"{base}map/", api, f"{api}{record.pk}", f"{api}{record.pk}/history"]
    places += [f"{base}suggest/?q=样例", f"{base}export/", "/search/?q=样例"] + [f"{base}points.json"] * bool(
        ledger.point
    )
    answers = {place: client.get(place) for place in places}
    answers["export"] = client.post(f"{base}export/", {"format": "csv"})
    for name in ledger.bulk:
        picked = {"selected": [str(record.pk)], "field": name}
        answers[f"bulk {name}"] = client.post(f"{base}bulk/", picked)
        answers[f"bulk {name} after"] = client.post(f"{base}bulk/", picked | {"preview": "1", name: ""})
    if not ledger.acts_only:
        for name in [name for name in hidden if "phone" in name]:  # so that history has a before and an after
            ledger.model._default_manager.filter(pk=record.pk).update(**{name: ""})
            ledger.model._default_manager.filter(pk=record.pk).update(**{name: hidden[name]})
        sent = as_sent(ledger, record)
        answers["changed values"] = client.get(own)
        answers["form"] = client.get(f"{own}edit/")
        answers["form with faults"] = client.post(f"{own}edit/", {"version": record.version})
        answers["conflict"] = client.post(f"{own}edit/", sent | {"version": record.version + 7})
        answers["same again"] = client.post(f"{base}new/", sent)
        answers["patch"] = client.patch(f"{api}{record.pk}", {"version": record.version}, "application/json")
    for place, answer in answers.items():
        assert answer.status_code in (200, 302, 409, 422), f"{place}: {answer.status_code}"
        told = text_of(answer)
        assert not [name for name, value in hidden.items() if value in told], place
    masks = [shown(ledger, name).text_of(hidden[name]) for name in hidden if name in ledger.form]
    if not ledger.acts_only:
        assert all(mask in text_of(answers["form"]) for mask in masks), "the form says what is stored, masked"
        assert answers["conflict"].status_code == 409


def test_blank_keeps_typed_replaces_and_only_a_box_clears(ledger: Ledger, record: Any, client_of: ClientOf) -> None:
    if ledger.acts_only:
        pytest.skip("rows come from acts")
    client, address = client_of(officer(ledger)), f"/l/{ledger.slug}/{record.pk}/edit/"
    before, fresh = secrets(ledger, record), make(ledger, HERE)

    def sends(**changed: Any) -> Any:
        record.refresh_from_db()
        answer = client.post(address, as_sent(ledger, record, **changed))
        record.refresh_from_db()
        return answer

    assert sends().status_code == 302
    assert secrets(ledger, record) == before
    for name in asked_of(ledger):
        mask = shown(ledger, name).text_of(before[name])
        refused = sends(**{name: mask})
        assert refused.status_code == 422
        assert STARRED in refused.content.decode()
        body = json.dumps({"version": record.version, name: mask})
        answer = client.patch(f"/api/v1/{ledger.slug}/{record.pk}", body, "application/json")
        assert answer.status_code == 422
        assert STARRED in answer.json()["errors"][0]["message"]
        assert getattr(ledger.model._default_manager.get(pk=record.pk), name) == before[name]
        if not shown(ledger, name).field.blank:
            continue
        assert sends(**{name: "13800000000", f"{name}-clear": "1"}).status_code == 422
        assert sends(**{f"{name}-clear": "1"}).status_code == 302
        assert getattr(record, name) == ""
        if "phone" in name:
            assert sends(**{name: "13900001111"}).status_code == 302
            assert getattr(record, name) == "13900001111"
            body = json.dumps({"version": record.version, name: ""})
            assert client.patch(f"/api/v1/{ledger.slug}/{record.pk}", body, "application/json").status_code == 200
            assert getattr(ledger.model._default_manager.get(pk=record.pk), name) == ""
    assert secrets(ledger, fresh)


def test_a_draft_gives_back_what_was_typed_and_no_more(ledger: Ledger, record: Any, client_of: ClientOf) -> None:
    if ledger.acts_only:
        pytest.skip("rows come from acts")
    client, address, hidden = client_of(officer(ledger)), f"/l/{ledger.slug}/{record.pk}/edit/", secrets(ledger, record)
    asked = asked_of(ledger)
    saved_draft(client, address, {name: ["13511112222"] for name in asked})
    assert client.get(address).content.decode().count('value="13511112222"') == len(asked)
    saved_draft(client, address, {name: [hidden[name]] for name in asked})  # as forms once sent it by themselves
    page = client.get(address).content.decode()
    assert not [value for value in hidden.values() if value in page]
    if optional := [name for name in asked if shown(ledger, name).field.blank]:
        saved_draft(client, address, {name: [""] for name in asked} | {f"{optional[0]}-clear": ["1"]})
        assert f'name="{optional[0]}-clear" value="1" checked' in client.get(address).content.decode()
    assert Draft.objects.count() == 1


def test_a_masked_export_comes_back_in_and_hides_nothing_for_good(
    ledger: Ledger, record: Any, cast: Any, client_of: ClientOf
) -> None:
    book, names = books.get(ledger.book), [name for name in ledger.masked if name in ledger.exchange]
    if not names or book is None or officer(ledger) != "县局":
        return
    content = text_of(client_of("县局").post(f"/l/{ledger.slug}/export/", {"format": "csv"})).encode()
    actor = Actor.of(cast["县局"], timezone.localdate())
    run = runs.start(actor, book, io.BytesIO(content), f"{ledger.title}.csv", len(content))
    totals = {name for name, number in runs.totals(run).items() if number}
    assert totals and totals <= {"same", "wrong"}, "stars count as blank, or are refused where a value must be"
