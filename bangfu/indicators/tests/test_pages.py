"""Board, page of one indicator, workbook, API and guideline; who sees what; and what a wrong declaration is told."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bangfu.accounts import tokens
from bangfu.accounts.actor import Actor
from bangfu.indicators import checks, describing, keeping
from bangfu.indicators.tests.conftest import naive
from bangfu.kernel import dates, periods
from bangfu.policy import guideline
from bangfu.policy.indicator import read_indicators
from bangfu.policy.source import PolicyError
from tests.fixtures.cast import Cast, ClientOf

ALL = guideline.load().indicators
COUNTY, ELSEWHERE = 441881000000, 441882000000
CEILING = 8


def text(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


@pytest.mark.django_db
def test_board_page_of_one_and_workbook_show_the_numbers_of_the_place(
    rows: None, cast: Cast, client_of: ClientOf
) -> None:
    county, year = client_of("县局"), periods.year(dates.today().year)
    visits = naive(ALL["household_visits"].top, year, COUNTY)
    page = text(county, "/indicators/")
    assert "入户走访" in page and f">{visits}</a>" in page and "/guideline/5.1/" in page
    for url in (
        "/indicators/",
        "/indicators/household_visits/",
        "/indicators/duties_met/?cycle=quarter&day=2025-05-01",
    ):
        with CaptureQueriesContext(connection) as asked:
            text(county, url)
        told = [
            each["sql"] for each in asked if "django_session" not in each["sql"] and "accounts_" not in each["sql"][:40]
        ]
        assert len(told) <= CEILING, told
    one = text(county, "/indicators/household_visits/")
    assert "活动（活动类别为“入户走访”）" in one and "东华镇" in one and "data-chart" in one
    assert "indicator-values" not in text(county, "/indicators/household_visits/?place=441881137201")  # none below
    assert "没有这个指标" in text(county, "/indicators/nothing/", 404)
    keeping.keep_all(dates.today())
    assert "2025年" in text(client_of("省厅"), "/indicators/?cycle=day&day=2025-05-01&place=nonsense")

    book = openpyxl.load_workbook(io.BytesIO(county.get(f"/indicators/export/?place={COUNTY}").content))
    heads, *lines = book["指标"].iter_rows(values_only=True)
    found = {line[1]: dict(zip(heads, line, strict=True)) for line in lines}
    assert found["入户走访"]["数"] == visits and "入户走访" in str(found["入户走访"]["分子的算法"])

    beside = text(county, "/guideline/1.1/")
    assert "指标" in beside and f"{visits} 次" in beside
    assert "/indicators/household_visits/" in text(county, "/guideline/")


@pytest.mark.django_db
def test_who_keeps_the_system_sees_no_figure_and_another_county_only_its_own(
    rows: None, cast: Cast, client_of: ClientOf
) -> None:
    for name in ("审计员", "安全员", "系统员"):
        for url in ("/indicators/", "/indicators/export/", "/indicators/household_visits/"):
            assert client_of(name).get(url).status_code == 403, (name, url)
    other, year = client_of("外县"), periods.year(dates.today().year)
    own = naive(ALL["households"].top, year, ELSEWHERE)
    for url in ("/indicators/", f"/indicators/?place={COUNTY}", "/indicators/households/"):
        page = text(other, url)
        assert f">{own}<" in page and "英德" not in page, url
    assert other.get(f"/api/v1/indicators/values?place={COUNTY}").status_code == 404
    assert client_of("").get("/indicators/").status_code == 302
    assert "/indicators/duties_met/" not in text(client_of("队员"), "/indicators/")


@pytest.mark.django_db
def test_programs_ask_definitions_and_numbers(rows: None, cast: Cast, client_of: ClientOf) -> None:
    until = dates.today() + timedelta(days=1)
    officer = Actor.of(cast["县局"], dates.today())
    token = tokens.issue(by=officer, name="指标", scopes=["read:*"], to_on=until, at=timezone.now())[1]
    known: dict[str, Any] = {"headers": {"Authorization": f"Bearer {token}"}}
    client = Client()
    listed = client.get("/api/v1/indicators", **known).json()
    assert {each["code"] for each in listed} == ALL.keys() and listed[0]["numerator"]
    asked = client.get(f"/api/v1/indicators/values?code=people&place={COUNTY}", **known).json()["items"]
    assert [float(each["value"]) for each in asked] == [naive(ALL["people"].top, periods.year(2026), COUNTY)]
    below = client.get(f"/api/v1/indicators/values?code=people&place={COUNTY}&below=true", **known).json()["items"]
    assert "东华镇" in {each["name"] for each in below} and f"place={below[0]['division']}" in below[0]["list"]
    assert client.get("/api/v1/indicators/values?below=true", **known).status_code == 422
    assert client.get("/api/v1/indicators/values?cycle=week", **known).status_code == 422
    assert client.get("/api/v1/indicators/values?code=nothing", **known).status_code == 404
    assert client.get("/api/v1/indicators").status_code == 401


def test_at_least_sixty_indicators_are_declared_without_fault_and_described() -> None:
    assert len(ALL) >= 60 and list(checks.faults()) == []
    page = describing.page()
    assert all(f"`{code}`" in page for code in ALL)


SOUND = """
indicators:
  sample:
    article: "2.3"
    label: 样例
    says: 样例。
    unit: "%"
    rows: {ledger: household-toilets, dated: checked_on, where: {status: checked}}
    over: {}
"""
FAULTS = [
    ('article: "2.3"', 'article: "9.9"', "sample.article：没有第 9.9 条"),
    ("    over: {}\n", "", "sample.over：单位是 %"),
    ("status: checked", "status: {at_least: no_such_parameter}", "where.status.at_least：没有参数 no_such_parameter"),
    ("status: checked", "status: {longer: 3}", "没有“longer”这种条件"),
    ("dated: checked_on", "dated: checked_on, from: checked_on", "只能写一个"),
    ("dated: checked_on", "to: checked_on", "也要写 from"),
    ("says:", "say:", "是不是“says”"),
    ("household-toilets", "no-such-ledger", "rows.ledger：没有台账 no-such-ledger"),
    ("dated: checked_on", "dated: no_such_day", "没有叫“no_such_day”的日期栏"),
    ("status: checked", "no_such_field: 1", "rows.where.no_such_field：台账 household-toilets 没有这一栏"),
    ("status: checked", "status: gone", "没有“gone”这个选项"),
    ("dated: checked_on", "sum: caretaker", "不是数字，不能求和"),
]


@pytest.mark.parametrize(("sound", "wrong", "told"), FAULTS)
def test_a_wrong_declaration_is_told_at_start_up_with_file_and_key(
    tmp_path: Path, sound: str, wrong: str, told: str
) -> None:
    law = guideline.load()
    (tmp_path / "20.yaml").write_text(SOUND.replace(sound, wrong, 1), encoding="utf-8")
    try:
        (indicator,) = read_indicators(tmp_path, law.articles, law.parameters)
        message = "；".join(checks.of(indicator))
    except PolicyError as error:
        message = str(error)
    assert told in message and "20.yaml：indicators.sample" in message
