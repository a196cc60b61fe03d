"""Log lines: JSON, with what an operator needs and nothing about a villager."""

import json
import logging

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from bangfu.site.logging import HEADER, RequestLog, formatter, masked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("号码 990000199001011234 已存在", "号码 990*** 已存在"),
        ("号码 99000019900101123X。", "号码 990***。"),
        ("残疾证 99000019900101123X42 号", "残疾证 990*** 号"),
        ("老号码 990000900101123", "老号码 990***"),
        ("打给 13800138000", "打给 138***"),
        ("区划 441881109206、金额 12345678901", "区划 441881109206、金额 12345678901"),
        ("a1b2c3d4e5f60718293a4b5c6d7e8f90", "a1b2c3d4e5f60718293a4b5c6d7e8f90"),
    ],
)
def test_numbers_of_persons_are_masked_and_codes_are_not(text: str, expected: str) -> None:
    assert masked(text) == expected


def test_rows_that_postgresql_quotes_are_left_out() -> None:
    message = 'duplicate key\nDETAIL:  Key (name)=(张三) already exists.\nCONTEXT:  COPY p, line 3: "张三"'
    assert masked(message).startswith("duplicate key")
    assert "张三" not in masked(message)


def _line(record: logging.LogRecord) -> dict[str, object]:
    found: dict[str, object] = json.loads(formatter().format(record))
    return found


def test_a_line_of_any_library_is_json_and_masked() -> None:
    try:
        raise ValueError("990000199001011234")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("lib", logging.ERROR, __file__, 1, "失败 %s", ("13800138000",), info)
    line = _line(record)
    assert (line["event"], line["level"], line["logger"]) == ("失败 138***", "error", "lib")
    assert "ValueError: 990***" in str(line["exception"])


def _lines_of(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [_line(record) for record in caplog.records if record.name == "bangfu.request"]


@pytest.mark.django_db
def test_a_request_is_one_line_without_its_query(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    response = client.get("/health/nothing-here?q=张三990000199001011234")
    (line,) = _lines_of(caplog)
    assert (line["event"], line["method"], line["status"], line["route"]) == ("request", "GET", 404, None)
    assert line["request_id"] == response.headers[HEADER]
    assert "张三" not in json.dumps(line, ensure_ascii=False)


def test_queries_are_counted(rf: RequestFactory, db: None, caplog: pytest.LogCaptureFixture) -> None:
    from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415

    def view(request: object) -> HttpResponse:
        return HttpResponse(str(ContentType.objects.count() + ContentType.objects.count()))

    caplog.set_level(logging.INFO)
    RequestLog(view)(rf.get("/"))
    assert _lines_of(caplog)[0]["queries"] == 2


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-DEF-12345678", True), ("short", False), ("x" * 65, False), ("a b c d e f g", False)]
)
def test_a_request_id_from_outside_is_kept_only_when_harmless(rf: RequestFactory, given: str, kept: bool) -> None:
    response = RequestLog(lambda request: HttpResponse())(rf.get("/", headers={HEADER: given}))
    assert (response.headers[HEADER] == given) is kept
