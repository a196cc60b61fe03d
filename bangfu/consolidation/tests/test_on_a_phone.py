"""村干 on a phone: nine needless clues in eighteen taps, one case in one; a household of a round in two."""

import datetime
from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Grant
from bangfu.activities.activity import Activity
from bangfu.consolidation import intake
from bangfu.consolidation.clues import Clue, State
from bangfu.consolidation.rounds import ScreeningRound
from bangfu.kernel import dates
from bangfu.ledger import registry
from tests.fixtures.cast import Cast
from tests.ledgers.samples import make

TODAY = dates.today()


def test_nine_needless_clues_are_eighteen_taps_and_a_case_is_one(page_of: Any, cast: Cast) -> None:
    households = registry.get("households")
    assert households
    village = Grant.objects.get(user=cast["村干"], role="village").division_id
    homes = [make(households, village) for _ in range(11)]
    households.model._default_manager.update(monitored_kind="")
    for number, home in enumerate(homes[:10]):
        values = {"village_id": village, "household": home, "channel": "hotline", "says": f"第 {number} 件"}
        intake.receive(values, by=Actor(None), at=TODAY)
    ScreeningRound.objects.create(
        county_id=441881000000, title="英德市春季集中排查", from_on=TODAY, to_on=TODAY + datetime.timedelta(days=9)
    )
    page, taps = page_of("村干", phone=True), 0
    page.goto("/consolidation/clues/")
    assert page.locator(".clue-card").count() == 10
    for left in range(9, 0, -1):
        card = page.locator(".clue-card").first
        card.locator(".clue-close > summary").tap()
        card.locator(".clue-reasons button").first.tap()
        taps += 2
        page.wait_for_function("left => document.querySelectorAll('.clue-card').length === left", arg=left)
    assert taps == 18
    assert Clue.objects.filter(state=State.NO_RISK, closed_by=cast["村干"]).count() == 9
    page.get_by_role("button", name="立案").tap()
    page.get_by_text("已立案").first.wait_for()
    assert Clue.objects.get(state=State.CASE_OPENED).case is not None

    page.goto("/")
    page.get_by_role("link", name="去走访").tap()
    page.locator("tbody a").first.tap()
    page.locator(".tick > summary").first.tap()
    page.get_by_role("button", name="走访过，没有变化").first.tap()
    page.get_by_text("：已走访").wait_for()
    assert Activity.objects.count() == 1
