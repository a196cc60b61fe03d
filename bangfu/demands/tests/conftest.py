"""The officer's and the clerk's hands: registering, mapping, answering over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bangfu.demands.forms import periods
from bangfu.demands.models import Demand
from bangfu.kernel import dates

Register = Callable[..., Any]


@pytest.fixture(autouse=True)
def _files(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def registration(content: bytes, name: str = "村情.xlsx", **values: Any) -> dict[str, Any]:
    """What the form sends."""
    today = dates.today()
    return {
        "client_uuid": str(uuid.uuid4()), "title": "村级基本情况统计表", "asker": "清远市农业农村局", "asker_level": "city",
        "basis": "关于开展村情调查的通知", "document_no": "清农〔2026〕12号", "due_on": str(today + timedelta(days=5)),
        "period": next(iter(periods(today))), "row_kind": "village", "places": "", "units": "", "heads": "",
        "file": SimpleUploadedFile(name, content),
    } | values  # fmt: skip


def accept(client: Client, demand: Demand, **changes: str) -> Any:
    """Sends the heads as they are suggested."""
    page = client.get(f"/demands/{demand.pk}/map/")
    assert page.status_code == 200, page
    sent = {"version": str(page.context["demand"].version)}
    for head, chosen, label, *_ in page.context["lines"]:
        sent |= {f"use-{head.pk}": chosen, f"fact-{head.pk}": label}
    return client.post(f"/demands/{demand.pk}/map/", sent | changes)


def opened(client: Client, content: bytes, **values: Any) -> Demand:
    """Registered, mapped as suggested, sent out."""
    answer = client.post("/demands/new/", registration(content, **values))
    assert answer.status_code == 302, answer.context["form"].errors
    demand = Demand.objects.latest("pk")
    assert accept(client, demand).status_code == 302
    client.post(f"/demands/{demand.pk}/open/")
    demand.refresh_from_db()
    return demand
