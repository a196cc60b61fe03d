"""Working days: files and registered days."""

from datetime import date

import pytest

from bangfu.lawbook import holidays
from bangfu.lawbook.models import Holiday

pytestmark = pytest.mark.django_db


def test_the_files_are_in_force_without_any_row() -> None:
    assert not holidays.is_workday(date(2026, 2, 20))
    assert holidays.is_workday(date(2026, 2, 28))
    assert holidays.add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 8)


def test_a_registered_day_goes_before_the_files_and_makes_its_year_known() -> None:
    Holiday.objects.create(day=date(2026, 2, 28), is_workday=False, name="更正", document_no="示例〔2026〕1号")
    Holiday.objects.create(day=date(2027, 1, 1), is_workday=False, name="元旦", document_no="示例〔2026〕2号")
    table = holidays.table()
    assert not holidays.is_workday(date(2026, 2, 28))
    assert not holidays.is_workday(date(2027, 1, 1))
    assert table.knows(date(2027, 6, 1)) and table.knows(date(2026, 6, 1)) and not table.knows(date(2028, 1, 1))
