"""What the API says when something is wrong: in Chinese, the label of the field first, as the forms say it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bangfu.ledger import registry
from tests.ledgers.samples import HERE, make, posted, values_for

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/water-points/"
ENGLISH = re.compile(r"[a-z]{3,} [a-z]{2,}")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"households": "很多"}, "供水户数：应为整数"),
        ({"kind": "river"}, "供水方式：没有这一项，可以填：piped、well、spring"),
        ({"built_on": "昨天"}, "建成日期：应为日期，例如 2025-10-09"),
        ({"cost_yuan": "贵"}, "年运行费用（元）：应为数字"),
        ({"is_sound": "好"}, "运行正常：应为 true 或 false"),
        ({"village": 1}, "行政村：不能小于 110000000000"),
        ({"colour": "red"}, "colour：没有这个字段，请去掉"),
        ({"name": "长" * 61}, "名称：最多 60 个字，现在有 61 个"),
        ({"longitude": 3}, "经度：不能小于 109.0"),
        ({"name": ""}, "名称：请填写"),
    ],
)
def test_a_fault_is_told_as_the_form_tells_it(client_of: Any, body: dict[str, Any], said: str) -> None:
    ledger = registry.get("water-points")
    assert ledger
    sent = posted(ledger, values_for(ledger) | {"is_sound": None}) | {"is_sound": True} | body
    answer = client_of("县局").post(ADDRESS, json.dumps(sent), "application/json")
    assert answer.status_code == 422
    told = answer.json()
    assert {"field": next(iter(body)), "message": said} in told["errors"]
    assert not ENGLISH.search(json.dumps(told, ensure_ascii=False))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("size=0", "每页条数：不能小于 1"),
        ("place=x", "区划代码：应为整数"),
        ("sort=colour", "排序：没有这一项，可以填：built_on、-built_on"),
    ],
)
def test_a_fault_of_the_address_too(client_of: Any, query: str, said: str) -> None:
    answer = client_of("县局").get(f"{ADDRESS}?{query}")
    assert (answer.status_code, [fault["message"] for fault in answer.json()["errors"]]) == (422, [said])


def test_a_version_that_is_missing_and_a_body_that_is_none(client_of: Any) -> None:
    ledger = registry.get("water-points")
    assert ledger
    row, client = make(ledger, HERE), client_of("县局")
    missing = client.patch(f"{ADDRESS}{row.pk}", "{}", "application/json")
    assert [fault["message"] for fault in missing.json()["errors"]] == ["版本：请填写"]
    assert client.patch(f"{ADDRESS}{row.pk}", "{", "application/json").json()["detail"] == "请求不是有效的 JSON"
    assert "请求内容：应为 JSON 对象" in str(client.patch(f"{ADDRESS}{row.pk}", "[]", "application/json").json())


def test_the_description_is_for_users(client_of: Any) -> None:
    address = "/api/v1/openapi.json"
    stranger = client_of("").get(address)
    assert stranger.status_code == 401
    assert "请先登录" in stranger.json()["detail"]
    assert client_of("").get(address, headers={"Authorization": "Bearer bf_x_y"}).status_code == 401
    assert client_of("村干").get(address).json()["info"]["title"] == "帮扶 API"
