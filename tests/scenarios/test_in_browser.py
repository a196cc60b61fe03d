"""The pages of all articles in a real browser: one session of a clerk at a desk, one on a phone, and one of nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bangfu.site.article_reference import scenarios

pytestmark = pytest.mark.django_db(transaction=True)


def stands(page: Any, address: str) -> None:
    """It answers, has one heading, and nothing sticks out to the side."""
    answer = page.goto(address, wait_until="domcontentloaded")
    assert answer.status in (200, 403), address
    assert page.locator("h1").count() == 1, address
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 1, f"{address} is {width} px too wide"


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_the_pages_of_every_article_stand(phone: bool, page_of: Callable[..., Any], cast: Any) -> None:
    clerk = page_of("镇办", phone=phone)
    for number, proof in scenarios().items():
        for address in (f"/guideline/{number}/", *proof.pages):
            stands(clerk, address)


def test_public_pages_stand_without_log_in_and_without_javascript(browser: Any, live_server: Any, cast: Any) -> None:
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    for proof in scenarios().values():
        for address in proof.open:
            answer = page.goto(address, wait_until="domcontentloaded")
            assert answer.status == 200 and page.locator("h1").count() == 1, address
    context.close()
