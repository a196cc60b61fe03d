"""The division picker in a real browser: by keys on a desk, by thumb on a phone, and when the signal is gone."""

from typing import Any

from playwright.sync_api import expect

ADDRESS = "/l/households/new/"


def open_form(page: Any) -> tuple[Any, Any]:
    """The box that one types into, and the hidden input that is sent."""
    page.goto(ADDRESS)
    return page.locator("#id_village"), page.locator("main input[name=village]")


def test_a_village_is_chosen_by_initials_and_arrow_keys_alone(page_of: Any) -> None:
    page = page_of("县局")
    box, sent = open_form(page)
    box.fill("yw")  # at once: letter by letter, a slow machine would ask twice
    page.wait_for_selector("main [role=option]")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(page.locator("main [role=option][aria-selected=true]")).to_contain_text("鱼湾村委会")
    box.press("Enter")
    expect(box).to_have_value("清远市英德市东华镇鱼湾村委会")
    expect(sent).to_have_value("441881137216")
    expect(box).to_have_attribute("aria-expanded", "false")


def test_typed_words_are_sent_as_they_are_when_nothing_was_chosen(page_of: Any) -> None:
    page = page_of("县局")
    box, sent = open_form(page)
    box.fill("光明村")
    page.wait_for_selector("main [role=option]")
    box.press("Escape")
    expect(page.locator("main [role=listbox]")).to_be_hidden()
    expect(sent).to_have_value("光明村")


def test_a_village_is_chosen_by_thumb_level_by_level(page_of: Any) -> None:
    page = page_of("县局", phone=True)
    box, sent = open_form(page)
    page.locator("main .picker-open").tap()
    towns = page.locator(".cascade-place")
    towns.first.wait_for()
    assert towns.all_inner_texts() == ["桥头镇", "大站镇", "东华镇"]
    sheet = page.locator("dialog.cascade").bounding_box()
    assert sheet["x"] == 0
    assert abs(sheet["y"] + sheet["height"] - 844) < 2
    assert all(target.bounding_box()["height"] >= 44 for target in page.locator("dialog.cascade button").all())
    page.get_by_role("button", name="东华镇").tap()
    page.get_by_role("button", name="光明村委会").tap()
    expect(sent).to_have_value("441881137201")
    expect(box).to_have_value("清远市英德市东华镇光明村委会")
    expect(page.locator("dialog.cascade")).to_have_count(0)


def test_without_a_signal_the_sheet_says_so_and_tries_again(page_of: Any) -> None:
    page = page_of("县局", phone=True)
    open_form(page)
    page.context.set_offline(True)
    page.locator("main .picker-open").tap()
    page.get_by_text("没有取到，请检查信号。").wait_for()
    page.context.set_offline(False)
    page.get_by_role("button", name="再试一次").tap()
    page.get_by_role("button", name="东华镇").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.cascade")).to_have_count(0)
    expect(page.locator("main .picker-open")).to_be_focused()
