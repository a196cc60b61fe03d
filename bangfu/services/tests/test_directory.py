"""The public directory (3.5, 4.2): what everybody may read, and what nobody may."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from bangfu.accounts.actor import Actor
from bangfu.industry.models import BrandLicence, BusinessEntity, Product, RegionalBrand
from bangfu.kernel import dates
from bangfu.ledger import acts, registry
from bangfu.services.models import ExperienceCase, LocalProduct
from tests.ledgers.samples import ELSEWHERE, HERE

pytestmark = pytest.mark.django_db
EVIL = "好茶</script><script>alert(1)</script>"


def product(name: str, **values: Any) -> LocalProduct:
    """A row as the form writes it, so that the history sees it."""
    shown = {"village_id": HERE, "kind": "tea", "is_public": True, "has_consent": True, **values}
    return LocalProduct.objects.create(name=name, **shown)


def page(address: str, **headers: str) -> Any:
    return Client(headers=headers or None).get(address)


def test_only_what_was_agreed_to_is_shown_and_it_vanishes_at_once(divisions: Any) -> None:
    tea = product("光明红茶", producer="陈伟合作社", contact_phone="13800001111", price_yuan="260", price_per="斤")
    product("没同意的茶", producer="李四", has_consent=False)
    product("没公开的茶", is_public=False)
    product("滑水山", kind="sight", has_consent=False)
    listed = page("/directory/").content.decode()
    assert "光明红茶" in listed and "260 元/斤" in listed and "滑水山" in listed, "a mountain need not be asked"
    assert "没同意的茶" not in listed and "没公开的茶" not in listed
    hidden = LocalProduct.objects.exclude(name__in=["光明红茶", "滑水山"]).values_list("pk", flat=True)
    assert {page(f"/directory/products/{pk}/").status_code for pk in (*hidden, 10**12)} == {404}
    shown = page(f"/directory/products/{tea.pk}/")
    assert 'href="tel:13800001111"' in shown.content.decode()
    assert page(f"/directory/products/{tea.pk}/", if_none_match=shown["ETag"]).status_code == 304
    packed = page(f"/directory/products/{tea.pk}/", accept_encoding="gzip")
    assert packed["Content-Encoding"] == "gzip" and "no-cache" in packed["Cache-Control"]
    ledger = registry.get("local-products")
    assert ledger
    acts.withdraw(ledger, tea, by=Actor(None), reason="不再供应")
    assert page(f"/directory/products/{tea.pk}/", if_none_match=shown["ETag"]).status_code == 404
    assert "光明红茶" not in page("/directory/").content.decode(), "the kept page is not given any more"


def test_a_script_in_a_story_stays_text(divisions: Any) -> None:
    tea = product(EVIL, story=EVIL, price_yuan="12.50", producer="茶厂")
    for address in ("/directory/", f"/directory/products/{tea.pk}/", "/directory/?q=%3Cscript%3E"):
        text = page(address).content.decode()
        assert "<script>alert" not in text and text.count("</script>") == 1, "the structured data, and only that"
    text = page(f"/directory/products/{tea.pk}/").content.decode()
    assert 'property="og:title" content="好茶&lt;/script&gt;' in text and '"price": "12.50"' in text


def test_search_kind_place_season_and_the_next_ones(divisions: Any, django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        product(f"样例茶{number:02d}")
    product("冬桔", kind="fruit", season_from=11, season_to=1)
    product("连州菜心", kind="vegetable", village_id=ELSEWHERE, season_from=10, season_to=12)

    def names(query: str) -> str:
        return page(f"/directory/products/{query}").content.decode()

    assert "冬桔" in names("?kind=fruit") and "样例茶" not in names("?kind=fruit")
    assert "冬桔" in names("?month=12") and "冬桔" not in names("?month=5") and "样例茶" in names("?month=5")
    assert "连州菜心" in names("?q=连州") and "样例茶" not in names("?q=连州")
    assert "连州菜心" not in names("?place=441881") and "样例茶" in names("?place=441881")
    for odd in ("?place=x", "?after=x", "?month=13", "?kind=x", "?after=" + "9" * 40, "?q=%00", "?q=%25_"):
        assert page(f"/directory/products/{odd}").status_code == 200
    with django_assert_max_num_queries(3):
        first = page("/directory/products/")
    after = first.context["next"]
    second = page(f"/directory/products/{after}").content.decode()
    assert "样例茶00" in second and "样例茶29" not in second and 'rel="next"' not in second
    assert page("/directory/nothing/").status_code == 404


def test_supply_shows_a_brand_only_while_its_licence_holds(divisions: Any) -> None:
    today, place = dates.today(), {"division_id": HERE}
    brand = RegionalBrand.objects.create(name="英德红茶", owner="协会", from_on=date(2012, 1, 1), **place)
    firm = BusinessEntity.objects.create(
        name="光明茶厂", kind="enterprise", manager="张三", manager_phone="13900002222", **place
    )
    row = Product.objects.create(
        name="一级红茶", kind="tea", business_entity=firm, brand=brand, price_yuan=180, measure="斤", is_public=True,
        season_from=4, season_to=11, **place,
    )  # fmt: skip
    Product.objects.create(name="没公开的", kind="tea", **place)
    licence = BrandLicence.objects.create(
        licence_no="1", brand=brand, business_entity=firm, from_on=today - timedelta(days=9), to_on=today, **place
    )
    address = f"/directory/supply/{row.pk}/"
    text = page(address).content.decode()
    assert "授权至" in text and "180 元/斤" in text and "4月至11月" in text
    assert "张三" not in text and "13900002222" not in text
    licence.to_on = today - timedelta(days=1)
    licence.save()
    assert "英德红茶" not in page(address).content.decode(), "an expired licence isn't shown as valid"
    assert "没公开的" not in page("/directory/supply/").content.decode()
    row.is_on_sale = False
    row.save()
    assert page(address).status_code == 404


def test_only_what_was_printed_is_told(divisions: Any) -> None:
    values = {"division_id": HERE, "topic": "industry", "problem": "卖不掉", "practice": "一起卖", "result": "卖掉了"}
    day = date(2025, 3, 1)
    ExperienceCase.objects.create(title="内部稿", written_on=day, **values)
    told = ExperienceCase.objects.create(title="一片叶子", written_on=day, published_on=day, medium="日报", **values)
    assert "内部稿" not in page("/directory/stories/").content.decode()
    assert "日报 2025-03-01" in page(f"/directory/stories/{told.pk}/").content.decode()
