"""How the journeys of 1.1 press the big button of a case, a plan or a removal, and fill what it asks."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from bangfu.kernel import dates
from bangfu.people.models import Person

FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def beside(page: Any) -> Client:
    """The same session without the browser, for hundreds of addresses: a fifth of the time."""
    client = Client()
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    client.cookies[settings.SESSION_COOKIE_NAME] = cookies[settings.SESSION_COOKIE_NAME]
    return client


def fits(page: Any) -> None:
    """Nothing sticks out to the side, once the page and its styles are there."""
    page.wait_for_load_state()
    page.wait_for_function(FITS)


def day(page: Any, back: int) -> None:
    """The day on which it was really done, some days ago: entered afterwards."""
    page.locator("#id_on").fill((dates.today() - timedelta(days=back)).isoformat())


def begin(page: Any, address: str, label: str) -> None:
    page.goto(address)
    page.locator(".next-step").get_by_role("link", name=label).click()
    expect(page).to_have_url(re.compile(r"/consolidation/flows/"))  # a page that is just leaving cannot be asked
    fits(page)


def send(page: Any, label: str) -> None:
    """Presses the button, and is back on the case."""
    page.get_by_role("button", name=label).click()
    expect(page).to_have_url(re.compile(r"/l/[a-z-]+/[0-9]+/$"))
    expect(page.locator("main")).to_contain_text("已登记")


def tick(page: Any, **values: str) -> None:
    for name, value in values.items():
        box = page.locator(f"input[name={name}][value={value}]")
        if not box.is_checked():
            box.dispatch_event("click")  # the page may still move under a finger
        expect(box).to_be_checked()


def choose(page: Any, name: str, value: str) -> None:
    """From a list box or from buttons, as the form has it."""
    box = page.locator(f"select[name={name}]")
    if box.count():
        box.select_option(value)
    else:  # the list above may still grow under a finger
        page.locator(f"input[name={name}][value={value}]").dispatch_event("click")


def fill_check(page: Any, wages: int) -> None:
    """All safe at home; so much earned."""
    page.get_by_label("核实人").fill("罗水生、黄雪梅")
    page.get_by_label("核实情况").fill("户主受伤，打工收入断了")
    tick(page, has_safe_water="true", house_grade="A")
    tick(page, **dict.fromkeys(("has_dropout", "has_uninsured", "lacks_food", "lacks_clothes"), "false"))
    page.locator("#id_wage_income").fill(str(wages))


def fill_consent(page: Any, head: Person) -> None:
    tick(page, form="electronic")
    page.get_by_label("证件号码后四位").fill(head.identity_no[-4:])
    page.get_by_label("签署人已看过").check(force=True)


def fill_review(page: Any) -> None:
    for label, value in (("到会人数", "30"), ("同意人数", "28"), ("主持人和记录人", "罗水生"), ("评议记录", "都同意")):
        page.get_by_label(label, exact=False).first.fill(value)


def close_needless(page: Any) -> int:
    """The first clue of the list away: the number of taps."""
    cards = page.locator(".clue-card")
    left = cards.count() - 1
    cards.first.locator(".clue-close > summary").tap()
    cards.first.locator(".clue-reasons button").first.tap()
    page.wait_for_function("left => document.querySelectorAll('.clue-card').length === left", arg=left)
    return 2
