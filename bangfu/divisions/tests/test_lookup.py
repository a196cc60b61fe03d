from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from bangfu.divisions import lookup
from bangfu.divisions.lookup import Directory, DivisionError
from bangfu.divisions.models import Change, Division, Succession
from bangfu.divisions.scope import Scope
from bangfu.divisions.tests.sample import load_sample
from bangfu.kernel.codes import Level

pytestmark = pytest.mark.django_db

VILLAGE = (Level.VILLAGE,)
YINGDE = Scope.of([441881000000])


@pytest.fixture(autouse=True)
def sample(db: None) -> dict[int, Division]:
    return load_sample()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("441881137201", 441881137201),
        ("４４１８８１１３７２０１ ", 441881137201),
        ("441881", 441881000000),
        ("光明", 441881137201),
        ("光明村", 441881137201),
        ("光明村民委员会", 441881137201),
        ("清远市英德市东华镇光明村委会", 441881137201),
        ("广东省清远市英德市东华镇光明村", 441881137201),
        ("东华光明", 441881137201),
        ("鱼湾村", 441881137216),
        ("鱼湾居委会", 441881137003),
        ("东华镇鱼湾社区", 441881137003),
        ("英德大塘村", 441881109203),
        ("东莞桥头镇", 441900107000),
        ("东莞", 441900000000),
        ("唐洪村", 441900101200),
    ],
)
def test_people_write_one_place_in_many_ways(text: str, code: int) -> None:
    assert lookup.resolve(text).code == code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("桥头镇", "不止一处"),
        ("大塘村", "不止一处"),
        ("鱼湾", "不止一处"),
        ("没有这个村", "没有叫"),
        ("441881137299", "不是您可选范围里的"),
        ("44188", "应为 2、4、6、9 或 12 位"),
        ("1234567890123", "应为 2、4、6、9 或 12 位"),
        ("'; DROP TABLE divisions_division; --", "没有叫"),
        ("😀", "没有叫"),
        ("村" * 10_000, "有 10000 个字"),
        ("   ", "请填写"),
    ],
)
def test_what_cannot_be_resolved_is_told_in_words(text: str, words: str) -> None:
    with pytest.raises(DivisionError, match=words):
        lookup.resolve(text)


def test_the_level_decides_between_places_of_one_name() -> None:
    with pytest.raises(DivisionError):
        lookup.resolve("东华镇", VILLAGE)
    assert lookup.resolve("大站", (Level.TOWN,)).code == 441881109000
    assert lookup.resolve("大站", VILLAGE).code == 441881109001


def test_nothing_outside_the_given_scope_is_found() -> None:
    assert lookup.resolve("大塘村", within=YINGDE).code == 441881109203
    with pytest.raises(DivisionError):
        lookup.resolve("星子镇", within=YINGDE)
    with pytest.raises(DivisionError):
        lookup.resolve("441882101000", within=YINGDE)


def test_an_ended_code_names_the_one_that_follows() -> None:
    Division.objects.filter(code=441881137201).update(valid_to=date(2025, 1, 1))
    change = Change.objects.create(kind="merge", from_on=date(2025, 1, 1), document_no="1号", recorded_by="系统员")
    Succession.objects.create(change=change, old_id=441881137201, new_id=441881137202)
    for text in ("441881137201", "光明村"):
        with pytest.raises(DivisionError, match="2025-01-01 起停用，现为 清远市英德市东华镇重新村委会"):
            lookup.resolve(text)


def test_a_living_place_is_preferred_to_an_ended_one_of_the_same_name() -> None:
    Division.objects.filter(code=441900107000).update(valid_to=date(2025, 1, 1))
    assert lookup.resolve("桥头镇").code == 441881105000


def test_a_name_costs_one_query() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        lookup.resolve("东华镇光明村")
    assert len(queries) == 1


def test_a_directory_resolves_a_thousand_rows_with_one_query() -> None:
    with CaptureQueriesContext(connection) as queries:
        directory = Directory.of(YINGDE, VILLAGE)
        found = {directory.find("鱼湾村", within=441881137000).code for _ in range(1000)}
    assert found == {441881137216}
    assert len(queries) == 1


def test_a_directory_tells_that_the_village_lies_in_another_town() -> None:
    directory = Directory.of(YINGDE, (Level.TOWN, Level.VILLAGE))
    with pytest.raises(DivisionError, match="“清远市英德市大站镇”里没有叫“光明村”的镇或村"):
        directory.find("光明村", within=441881109000)


@given(st.text(max_size=30))
def test_any_text_gives_a_division_or_a_sentence(text: str) -> None:
    try:
        assert lookup.resolve(text).code
    except DivisionError as error:
        assert str(error)
