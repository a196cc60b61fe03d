"""Counted in a real browser: a deputy leader's field study in six inputs, a household visit in five."""

import time
from typing import Any

from playwright.sync_api import expect

from bangfu.activities.activity import FIELD_STUDY, VISIT, Activity
from bangfu.activities.tests.pairing import paired
from bangfu.ledger import registry
from tests.ledgers.samples import HERE, make

FIELD_STUDY_INPUTS, VISIT_INPUTS, SECONDS = 6, 5, 40


class Hand:
    """Taps and fills, and counts them; fills only what the system has left empty."""

    def __init__(self, page: Any) -> None:
        self.page, self.inputs, self.began = page, 0, time.monotonic()

    def tap(self, what: Any) -> None:
        self.inputs += 1
        what.tap()

    def fill(self, name: str, text: str) -> None:
        self.inputs += 1
        box = self.page.locator(f"[name={name}]")
        assert not box.input_value(), "the system knew it"
        box.fill(text)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


def test_a_field_study_takes_six_inputs_and_a_visit_five(page_of: Any, cast: Any) -> None:
    paired(cast)
    ledger = registry.get("households")
    assert ledger
    household = make(ledger, HERE)
    page = page_of("联络员", phone=True)
    page.goto("/")
    hand = Hand(page)
    hand.tap(page.get_by_role("link", name="记一次活动"))
    hand.tap(page.locator("a[href='?kind=field_study']"))
    hand.tap(page.get_by_text("分管负责同志"))
    hand.fill("people", "黄副厅长")
    hand.fill("result", "看了茶园，议定修路")
    hand.tap(page.get_by_role("button", name="登记", exact=True))
    expect(page.locator("body")).to_contain_text("这次活动计入")
    assert Activity.objects.get(kind=FIELD_STUDY).units.get().rank == "deputy_leader"
    assert hand.inputs <= FIELD_STUDY_INPUTS
    assert hand.seconds <= SECONDS
    page = page_of("队员", phone=True)
    page.goto(ledger.record_url(household.pk))
    hand = Hand(page)
    hand.tap(page.get_by_role("link", name="登记走访").first)
    hand.tap(page.get_by_text("没有变化").first)
    hand.tap(page.get_by_role("button", name="登记走访"))
    expect(page.locator("body")).to_contain_text("已登记走访")
    assert Activity.objects.get(kind=VISIT).household == household
    assert hand.inputs <= VISIT_INPUTS
