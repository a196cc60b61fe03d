"""A reading request asks the law once; what writes, and the next request, sees what is true then."""

from datetime import date

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext

from bangfu.lawbook import holidays
from bangfu.lawbook.kept import KeptForReading
from bangfu.lawbook.models import Holiday

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("method", "queries"), [("GET", 1), ("HEAD", 1), ("POST", 2)])
def test_a_reading_request_asks_once_and_a_writing_one_each_time(method: str, queries: int) -> None:
    def page(request: HttpRequest) -> HttpResponse:
        holidays.table()
        holidays.table()
        return HttpResponse()

    request = HttpRequest()
    request.method = method
    with CaptureQueriesContext(connection) as asked:
        KeptForReading(page)(request)
    assert len(asked) == queries


def test_the_next_request_sees_a_new_holiday() -> None:
    day = date(2031, 3, 3)  # a Monday
    found = []

    def page(request: HttpRequest) -> HttpResponse:
        found.append(holidays.is_workday(day))
        return HttpResponse()

    request = HttpRequest()
    request.method = "GET"
    KeptForReading(page)(request)
    Holiday.objects.create(day=day, is_workday=False, document_no="试〔2030〕1号")
    KeptForReading(page)(request)
    assert found == [True, False]
