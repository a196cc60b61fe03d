"""Nobody is logged in: the log-in page comes up, whole, on a desk and on a phone."""

from typing import Any

import pytest


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_log_in_page_opens_without_an_error(page_of: Any, phone: bool) -> None:
    page = page_of("", phone=phone)
    response = page.goto("/accounts/login/")
    assert response.status == 200
    assert page.locator("input[type=password]").count() == 1
