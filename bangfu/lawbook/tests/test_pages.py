"""The guideline as pages."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.kernel import dates
from bangfu.lawbook.models import Holiday, ParameterOverride
from bangfu.lawbook.pages import spans
from bangfu.policy import guideline, holidays

YINGDE, LIANZHOU = 441881000000, 441882000000
ClientOf = Callable[[str], Client]


def page(client: Client, address: str, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def register(division: int, value: str) -> None:
    ParameterOverride.objects.create(
        code="monitoring_line_yuan",
        division_id=division,
        value=value,
        from_on=date(2024, 1, 1),
        document_no=f"示例{value}号",
    )


def test_the_index_shows_five_chapters_24_articles_and_what_is_to_be_registered(client_of: ClientOf) -> None:
    text = page(client_of("县局"), reverse("lawbook:index"))
    for article in guideline.load().articles.values():
        assert article.summary in text
        assert reverse("lawbook:article", args=[article.number]) in text
    assert "粤乡村振兴局〔2023〕49号" in text
    assert "待登记" in text and "#parameters" in text


@pytest.mark.parametrize("number", list(guideline.load().articles))
def test_every_article_has_a_page_with_its_parameters(client_of: ClientOf, number: str) -> None:
    text = page(client_of("村干"), reverse("lawbook:article", args=[number]))
    for parameter in guideline.load().parameters_of(number):
        assert f'id="{parameter.code}"' in text
        assert all(value.source in text for value in parameter.values)


def test_what_a_county_must_register_is_told_and_what_it_need_not_is_quiet(client_of: ClientOf) -> None:
    text = page(client_of("县局"), reverse("lawbook:article", args=["1.1"]))
    assert '防止返贫监测范围：<b><span class="state state-bad">待登记</span>' in text
    assert '低收入脱贫户筛查线：<b><span class="state state-muted">本地未规定</span>' in text
    register(YINGDE, "8765")
    assert "待登记" not in page(client_of("县局"), reverse("lawbook:article", args=["1.1"]))


def test_an_article_that_is_not_there_is_not_found(client_of: ClientOf) -> None:
    assert client_of("县局").get("/guideline/6.1/").status_code == 404


def test_an_override_is_shown_to_its_county_and_not_to_another(client_of: ClientOf) -> None:
    register(YINGDE, "8765")
    address = reverse("lawbook:article", args=["1.1"])
    own = page(client_of("县局"), address)
    assert "8,765 元/人·年" in own and "示例8765号" in own and "本地登记" in own
    assert "8,765" in page(client_of("村干"), address)
    assert "8,765" not in page(client_of("外县"), address)
    assert "示例8765号" not in page(client_of("外县"), reverse("lawbook:index"))


def test_a_provincial_override_is_shown_to_everyone(client_of: ClientOf) -> None:
    register(440000000000, "8642")
    for name in ("县局", "外县", "联络员", "审计员"):
        assert "8,642" in page(client_of(name), reverse("lawbook:article", args=["1.1"]))


def test_the_page_of_another_day_shows_the_law_of_that_day(client_of: ClientOf) -> None:
    client = client_of("县局")
    address = reverse("lawbook:article", args=["2.3"])
    now, then = page(client, address, day="2025-06-01"), page(client, address, day="2024-06-01")
    assert "治理率目标：<b>80%" in now and "治理率目标：<b>60%" in then
    assert 'value="2024-06-01"' in then
    assert f'value="{dates.today()}"' in page(client, address, day="昨天")


def test_the_page_costs_few_queries_however_many_parameters(
    client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    client = client_of("县局")
    with django_assert_max_num_queries(8):
        client.get(reverse("lawbook:index"))


def test_nobody_sees_the_guideline_without_logging_in(client_of: ClientOf) -> None:
    assert client_of("").get(reverse("lawbook:index")).status_code == 302


def test_the_page_cannot_be_written_to(client_of: ClientOf) -> None:
    assert client_of("县局").post(reverse("lawbook:index")).status_code == 405


def test_days_of_rest_are_shown_together_and_worked_days_one_by_one() -> None:
    arrangement = next(item for item in holidays.arrangements() if item.year == 2026)
    shown = [(span.name, span.days) for span in spans(arrangement.days)]
    assert shown[:5] == [("元旦", 3), ("调休上班", 1), ("调休上班", 1), ("春节", 9), ("调休上班", 1)]
    assert sum(span.days for span in spans(arrangement.days)) == len(arrangement.days)


def test_working_days_of_files_and_rows(client_of: ClientOf) -> None:
    Holiday.objects.create(day=date(2027, 1, 1), is_workday=False, name="元旦", document_no="示例〔2026〕2号")
    text = page(client_of("村干"), reverse("lawbook:working_days"))
    assert "国办发明电〔2025〕7号" in text and "2026-02-14" in text and "示例〔2026〕2号" in text
