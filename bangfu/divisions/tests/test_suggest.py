from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.divisions import suggest
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.divisions.suggest import Reach
from bangfu.divisions.tests.sample import load_sample, sample_rows
from bangfu.kernel import codes
from bangfu.kernel.codes import Level

pytestmark = pytest.mark.django_db

ALL = tuple(Level)
PROVINCE = Reach.of(Scope.of([440000000000]))
YINGDE = Reach.of(Scope.of([441881000000]))
CODES = [row.code for row in sample_rows()]


@pytest.fixture(autouse=True)
def sample(db: None) -> dict[int, Division]:
    return load_sample()


def found(text: str, reach: Reach = PROVINCE, levels: tuple[int, ...] = ALL, place: int | None = None) -> list[int]:
    return [int(row["value"]) for row in suggest.suggest(text, reach, levels, place, 20)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("光明", 441881137201),
        ("明", 441881137201),
        ("gm", 441881137201),
        ("GuangMing", 441881137201),
        ("441881137201", 441881137201),
        ("４４１９", 441900000000),
        ("东华光明", 441881137201),
        ("东华 光明", 441881137201),
        ("英德东华光明村", 441881137201),
        ("dh gm", 441881137201),
        ("dgs", 441900000000),
        ("松山湖", 441900401000),
    ],
)
def test_the_first_suggestion_is_the_place_meant(text: str, code: int) -> None:
    assert found(text)[0] == code


def test_places_where_one_works_come_first() -> None:
    assert found("桥头")[0] == 441881105000
    assert found("桥头", place=441900000000)[0] == 441900107000


def test_only_the_wanted_levels_are_offered() -> None:
    assert set(found("大站", levels=(Level.VILLAGE,))) == {441881109001}


def test_nothing_typed_offers_nothing() -> None:
    assert found("") == found("   ") == []
    assert found("光明", Reach.of(Scope.nothing())) == []


def test_signs_with_a_meaning_in_patterns_are_only_signs() -> None:
    for text in ("%", "_", "\\", "东.*光明", "(((", "'; --", "1" * 60, "😀😀😀😀"):
        assert found(text) == []


def test_an_ended_code_is_offered_last_and_says_so() -> None:
    Division.objects.filter(code=441881109203).update(valid_to=date(2025, 1, 1))
    rows = suggest.suggest("大塘", PROVINCE, ALL, 441881000000, 20)
    assert [(row["value"], row["ended"]) for row in rows] == [("441882102207", None), ("441881109203", "2025-01-01")]


def test_a_suggestion_costs_at_most_two_queries() -> None:
    for text in ("光明", "东华光明", "没有的村名", "gm", "441881"):
        with CaptureQueriesContext(connection) as queries:
            suggest.suggest(text, PROVINCE, ALL, None, 20)
        assert len(queries) <= 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(st.sampled_from(CODES), max_size=3),
    st.lists(st.sampled_from(CODES), max_size=2),
    st.sampled_from(["村", "大塘", "桥头", "4418", "4419", "s", "dt", "东莞", "东华光明", "清远 大塘"]),
)
def test_suggestions_never_leave_the_scope(scope: list[int], within: list[int], text: str) -> None:
    reach = Reach.of(Scope.of(scope), within)
    above = {code for root in scope for code in codes.ancestors(root)}
    for code in found(text, reach):
        assert code in Scope.of(scope) or code in above
        if within and code not in above:
            assert code in Scope.of(within)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.sampled_from(CODES), min_size=1, max_size=3), st.sampled_from([None, *CODES]))
def test_the_cascade_never_leaves_the_scope(scope: list[int], parent: int | None) -> None:
    step = suggest.children(parent, Reach.of(Scope.of(scope)), ALL)
    above = {code for root in scope for code in codes.ancestors(root)}
    if step is None:
        assert parent not in Scope.of(scope)
        assert parent not in above
        return
    for row in [*step["path"], *step["results"]]:
        assert int(row["value"]) in Scope.of(scope) or int(row["value"]) in above


def test_the_cascade_starts_below_the_only_place_one_works_for() -> None:
    step = suggest.children(None, YINGDE, (Level.VILLAGE,))
    assert step
    assert [row["label"] for row in step["path"]] == ["英德市"]
    assert [row["label"] for row in step["results"]] == ["桥头镇", "大站镇", "东华镇"]
    assert all(row["opens"] and not row["choosable"] for row in step["results"])


def test_the_cascade_goes_from_a_city_without_counties_to_its_towns() -> None:
    step = suggest.children(441900000000, PROVINCE, (Level.TOWN, Level.VILLAGE))
    assert step
    assert [(row["label"], row["functional"]) for row in step["results"]] == [
        ("石碣镇", False),
        ("桥头镇", False),
        ("松山湖", True),
    ]


def test_the_cascade_of_one_village_offers_the_village() -> None:
    step = suggest.children(None, Reach.of(Scope.of([441881137201])), (Level.VILLAGE,))
    assert step == {
        "path": [],
        "results": [
            {
                "value": "441881137201",
                "label": "光明村委会",
                "text": "清远市英德市东华镇光明村委会",
                "level": 5,
                "functional": False,
                "choosable": True,
                "opens": False,
            }
        ],
    }
