"""县局 without a mouse: logs in, finds a household by the search box, edits a field, saves. Every stop can be seen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from bangfu.accounts.demo import PASSWORD
from bangfu.people.models import Household
from tests.journeys.people import WHO, families

MOST_STOPS = 90
#: what has the focus: is there a ring, and does it lie open before one's eyes (not below the screen, not under a bar)
STOP = """() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  const ring = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const own = [e, ...(e.labels ?? [])];
  const open = !!top && own.some((each) => each.contains(top) || top.contains(each));
  return {what: e.outerHTML.slice(0, 90), name: e.name ?? '', text: e.textContent.trim(), ok: e === document.body || (ring && open)};
}"""


def tab_to(page: Any, wanted: str, key: str = "Tab") -> None:
    """Goes on until the stop with that name or text; every stop on the way must be seen."""
    hidden = []
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        stop = page.evaluate(STOP)
        if not stop["ok"]:
            page.wait_for_timeout(400)  # a page may still be sliding
            stop = page.evaluate(STOP)
        if not stop["ok"]:
            hidden.append(stop["what"])
        if wanted in (stop["name"], stop["text"]):
            assert not hidden
            return
    raise AssertionError(f"{wanted} is not reached by {key}")


def test_the_county_officer_finds_and_edits_a_household_with_the_keyboard_alone(
    page_of: Any, cast: Any, tmp_path: Path, shot: Any
) -> None:
    families(cast, tmp_path)
    home = Household.objects.get(head_name=WHO)
    page = page_of("")
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    page.keyboard.type("xianju")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("今日")
    page.wait_for_load_state()  # only now the keys are heard

    page.keyboard.press("/")
    page.keyboard.type("styx")
    page.keyboard.press("Enter")
    page.locator("#hits a.hit").first.wait_for()
    page.wait_for_load_state()
    page.keyboard.press("ArrowDown")
    expect(page.locator("a.hit", has_text=f"{WHO}户")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(WHO)
    page.wait_for_load_state()

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    tab_to(page, "修改")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/l/households/{home.pk}/edit/")
    tab_to(page, "natural_village")
    page.keyboard.press("Control+a")
    page.keyboard.type("上围")
    tab_to(page, "保存")
    shot(page, "60-keyboard")
    page.keyboard.press("Enter")
    page.get_by_text(re.compile("已保存。计入")).wait_for()
    assert Household.objects.get(pk=home.pk).natural_village == "上围"
