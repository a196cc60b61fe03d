"""What the pages of every ledger fold away, and how they compare places."""

from decimal import Decimal
from typing import Any

import pytest

from bangfu.people.models import Household
from bangfu.people.tests.factories import CHONGXIN, family, household

pytestmark = pytest.mark.django_db


def test_facts_that_nobody_told_are_folded_and_stay_reachable(client_of: Any) -> None:
    home, _ = family()
    page = client_of("村干").get(f"/l/households/{home.pk}/")
    titles = [title for title, _ in page.context["groups"]]
    assert "基本情况" in titles
    assert "土地" not in titles
    text = page.content.decode()
    assert f"未登记的 {page.context['untold_count']} 项：" in text
    assert "耕地面积（亩）、" in text
    Household.objects.filter(pk=home.pk).update(arable_mu=Decimal("1.5"))
    page = client_of("村干").get(f"/l/households/{home.pk}/")
    assert "土地" in [title for title, _ in page.context["groups"]]
    assert "未登记的 5 项</summary>" in page.content.decode()


def test_places_are_compared_by_sorted_bars_above_the_table(client_of: Any) -> None:
    for place, times in ((CHONGXIN, 3), (441881137201, 2)):
        for _ in range(times):
            household(place, kind="lifted" if place == CHONGXIN else "ordinary")
    client = client_of("镇办")
    page = client.get("/l/households/stats/")
    assert [figure.text for _, figure in page.context["bars"]][:2] == ["3", "2"]
    text = page.content.decode()
    assert text.index('data-chart="bar"') < text.index("<tfoot>")
    lifted = client.get("/l/households/stats/?column=s0&kind=lifted")
    assert lifted.context["column"].title == "脱贫户"
    assert [line.code for line, _ in lifted.context["bars"]][0] == CHONGXIN
    assert "kind=lifted" in lifted.context["base"]
    assert "column" not in lifted.context["bars"][0][1].url
    assert client.get("/l/household-toilets/stats/").context["bars"] == [], "nothing to compare"
