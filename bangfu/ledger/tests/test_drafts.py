"""Drafts: kept by the address of the form, as the browser's script sends them, and only for whoever typed them."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bangfu.ledger.drafts import Draft, forget_old
from bangfu.people.models import Household
from bangfu.people.tests.factories import family

pytestmark = pytest.mark.django_db

NEW = "/l/households/new/"


def keep(client: Any, path: str, data: dict[str, list[str]]) -> Any:
    sent = json.dumps({"path": path, "data": data})
    return client.post("/drafts/", sent, content_type="application/json", HTTP_SEC_FETCH_DEST="empty")


def test_a_draft_is_kept_and_shown_in_the_form_that_it_belongs_to(client_of: Any) -> None:
    client = client_of("村干")
    answer = keep(client, NEW, {"natural_village": ["上围"], "csrfmiddlewaretoken": ["x"]})
    assert re.fullmatch(r"[0-2]\d:[0-5]\d", answer.json()["saved_at"])
    assert Draft.objects.get().data == {"natural_village": ["上围"]}
    page = client.get(NEW).content.decode()
    assert "上围" in page
    assert "这是上次没有提交的草稿" in page
    assert "上围" not in client_of("镇办").get(NEW).content.decode()


def test_a_draft_for_one_household_does_not_fill_the_form_of_another(client_of: Any) -> None:
    client = client_of("村干")
    keep(client, "/l/household-toilets/new/?household=1", {"problem": ["井盖丢失"]})
    assert "井盖丢失" in client.get("/l/household-toilets/new/?household=1").content.decode()
    assert "井盖丢失" not in client.get("/l/household-toilets/new/?household=2").content.decode()


def test_a_form_emptied_by_hand_leaves_no_draft(client_of: Any) -> None:
    client = client_of("村干")
    keep(client, NEW, {"natural_village": ["上围"]})
    keep(client, NEW, {})
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "sent", ["", "[]", '{"path": "/x/"}', '{"path": 1, "data": {}}', '{"path": "/x/", "data": {"a": ["\\u0000"]}}']
)
def test_what_is_no_draft_is_refused(client_of: Any, sent: str) -> None:
    assert client_of("村干").post("/drafts/", sent, content_type="application/json").status_code == 400
    assert not Draft.objects.exists()


def test_nobody_leaves_no_draft(client_of: Any) -> None:
    assert keep(client_of(""), NEW, {"natural_village": ["上围"]}).status_code == 401


def test_an_old_draft_does_not_overwrite_what_others_changed_since(client_of: Any) -> None:
    home, _ = family()
    client, path = client_of("村干"), f"/l/households/{home.pk}/edit/"
    form = client.get(path).context["form"]
    typed = {name: str(form[name].value() or "") for name in form.fields if name != "risks"} | {
        "natural_village": "上围"
    }
    keep(client, path, {name: [value] for name, value in typed.items()})
    Household.objects.filter(pk=home.pk).update(group_name="第三组", version=home.version + 1)
    restored = client.get(path).context["form"]
    assert restored["version"].value() == str(home.version)
    sent = {name: restored[name].value() for name in restored.fields if restored[name].value() not in (None, [], False)}
    answer = client.post(path, sent)
    assert answer.status_code == 409
    assert ("村民小组", "第三组", "—") in answer.context["overtaken"]


def test_drafts_that_nobody_came_back_for_are_forgotten(client_of: Any, settings: Any) -> None:
    client = client_of("村干")
    keep(client, NEW, {"natural_village": ["上围"]})
    assert forget_old() == 0
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=settings.DRAFT_DAYS + 1))
    assert "上围" not in client.get(NEW).content.decode()
    assert forget_old() == 1
