"""Pages that say what went wrong: in Chinese, with what to do next, and without the database (no test here has one)."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from bangfu.site import views

CASES: list[tuple[Any, Exception, int, str]] = [
    (views.bad_request, SuspiciousOperation("x"), 400, "刷新后再做一次"),
    (views.bad_request, RequestDataTooBig("x"), 413, "拆成几份"),
    (views.bad_request, TooManyFilesSent("x"), 413, "拆成几份"),
    (views.forbidden, PermissionDenied(), 403, "联系本单位的授权人员"),
    (views.not_found, Http404({"tried": []}), 404, "搜索框"),
]


def request(**headers: str) -> HttpRequest:
    return RequestFactory().get("/l/households/1/", headers=headers)


def text(response: HttpResponse) -> str:
    return response.content.decode()


@pytest.mark.parametrize(
    ("view", "error", "status", "advice"), CASES, ids=lambda case: getattr(case, "__name__", str(case)[:40])
)
def test_each_trouble_has_a_page_with_advice(view: Any, error: Exception, status: int, advice: str) -> None:
    response = view(request(), error)
    assert response.status_code == status
    assert advice in text(response)
    assert "可以这样做" in text(response)


def test_a_crash_promises_what_is_true_and_shows_no_detail() -> None:
    response = views.server_error(request())
    assert response.status_code == 500
    assert "已经保存过的内容不受影响" in text(response)
    assert "Traceback" not in text(response)


def test_the_words_of_the_view_are_shown_and_english_ones_are_not() -> None:
    assert "这本台账没有坐标" in text(views.not_found(request(), Http404("这本台账没有坐标")))
    assert "No Household" not in text(views.not_found(request(), Http404("No Household matches the given query.")))


def test_words_are_escaped() -> None:
    assert "<b>坏" not in text(views.forbidden(request(), PermissionDenied("<b>坏")))


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"Accept": "application/json"}])
def test_scripts_get_the_words_as_json(headers: dict[str, str]) -> None:
    response = views.forbidden(request(**headers), PermissionDenied("您的角色不能导出"))
    assert response.status_code == 403
    assert json.loads(response.content) == {"error": "您的角色不能导出"}


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 429, 500, "csrf"])
def test_every_page_of_trouble_can_be_rendered_with_nothing(status: int | str) -> None:
    page = render_to_string(f"{status}.html")
    assert 'lang="zh-CN"' in page
    assert 'href="/"' in page


def test_large_type_holds_on_pages_of_trouble() -> None:
    large = request()
    large.COOKIES["large_type"] = "1"
    assert 'data-type="large"' in text(views.server_error(large))


def test_a_form_that_is_too_old_is_explained() -> None:
    response = Client(enforce_csrf_checks=True).post("/large-type/", {"large": "1"})
    assert response.status_code == 403
    assert "这一页放得太久了" in text(response)
