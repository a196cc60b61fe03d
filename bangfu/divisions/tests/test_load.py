from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from bangfu.divisions import load, source
from bangfu.divisions.models import Change, Division, Succession
from bangfu.divisions.source import AS_OF, row_of
from bangfu.divisions.tests.sample import load_sample, sample_rows

pytestmark = pytest.mark.django_db


def test_the_sample_loads_with_full_names_and_parents() -> None:
    found = load_sample()
    assert found[441881137201].full_name == "清远市英德市东华镇光明村委会"
    assert found[441900101000].parent_id == 441900000000
    assert found[441900101200].full_name == "东莞市石碣镇唐洪村村委会"


def test_the_same_data_twice_changes_nothing() -> None:
    first = load.upsert(sample_rows(), as_of=AS_OF, province=44)
    second = load.upsert(sample_rows(), as_of=AS_OF, province=44)
    assert (first.added, first.changed, first.ended) == (len(sample_rows()), 0, 0)
    assert (second.added, second.changed, second.ended) == (0, 0, 0)


def test_a_code_that_left_the_data_keeps_its_row_with_the_day_it_ended() -> None:
    load_sample()
    rest = [row for row in sample_rows() if row.code != 441881137201]
    done = load.upsert(rest, as_of=AS_OF, province=44)
    assert done.ended == 1
    assert Division.objects.get(code=441881137201).valid_to == AS_OF


def test_a_code_that_came_back_is_in_force_again() -> None:
    load_sample()
    Division.objects.filter(code=441881137201).update(valid_to=AS_OF)
    assert load.upsert(sample_rows(), as_of=AS_OF, province=44).changed == 1
    assert Division.objects.get(code=441881137201).valid_to is None


def test_other_provinces_are_not_ended_by_a_load() -> None:
    load.upsert([row_of(450000000000, "广西壮族自治区", [])])
    load.upsert(sample_rows(), as_of=AS_OF, province=44)
    assert Division.objects.get(code=450000000000).valid_to is None


def test_what_changed_after_the_day_of_the_data_stays_as_it_is() -> None:
    load_sample()
    change = Change.objects.create(
        kind="rename", from_on=date(2025, 1, 1), document_no="粤民〔2025〕1号", recorded_by="系统员"
    )
    Succession.objects.create(change=change, old_id=441881137000, new_id=441881137000)
    Division.objects.filter(code=441881137000).update(name="新东华镇", full_name="清远市英德市新东华镇")
    load.upsert(sample_rows(), as_of=AS_OF, province=44)
    assert Division.objects.get(code=441881137000).name == "新东华镇"
    assert Division.objects.get(code=441881137201).full_name == "清远市英德市新东华镇光明村委会"


def test_changed_names_leave_a_history() -> None:
    load_sample()
    Division.objects.filter(code=441881137201).update(name="光明新村委会")
    load.upsert(sample_rows())
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM divisions_divisionevent WHERE pgh_obj_id = 441881137201 ORDER BY pgh_id")
        assert [name for (name,) in cursor.fetchall()] == ["光明新村委会", "光明村委会"]


def test_a_province_is_loaded_from_the_cut_out_that_a_folder_holds(tmp_path: Path) -> None:
    source.write(sample_rows(), tmp_path / "44.csv.gz")
    assert load.load_province(44, [tmp_path]).added == len(sample_rows())
