"""On a phone: needless work ends in two taps, a step is taken by its form, and every page fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from tests.toy.workflow import REPAIR
from tests.workflows.samples import started

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_cadre_ends_one_and_goes_on_with_another_on_a_phone(cast: Any, page_of: Callable[..., Any]) -> None:
    needless, real = started(REPAIR), started(REPAIR)
    page = page_of("村干", phone=True)
    page.goto(f"/workflows/flows/{needless.pk}/")
    page.get_by_role("heading", name="不修").tap()
    page.get_by_role("button", name="重复申请").tap()
    page.get_by_text("现在是“不修”").wait_for()
    page.goto(f"/workflows/flows/{real.pk}/")
    page.get_by_label("到会人数").fill("31")
    page.get_by_label("开会日期").fill(str(timezone.localdate()))
    page.get_by_label("评议意见").fill("同意改造")
    page.get_by_role("button", name="村民评议").tap()
    page.get_by_text("现在是“已评议”").wait_for()
    for address in (
        "/workflows/",
        f"/workflows/{REPAIR.slug}/",
        f"/workflows/{REPAIR.slug}/flows/",
        "/workflows/rotation/",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
