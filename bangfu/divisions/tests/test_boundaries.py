import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.divisions import boundaries
from bangfu.divisions.boundaries import BoundaryError, Checked
from bangfu.divisions.models import Boundary, Division
from bangfu.divisions.tests.sample import load_sample
from bangfu.kernel.codes import Level

pytestmark = pytest.mark.django_db

SQUARE = [[[113.1, 24.1], [113.5, 24.1], [113.5, 24.5], [113.1, 24.5], [113.1, 24.1]]]


@pytest.fixture(autouse=True)
def sample(db: None) -> dict[int, Division]:
    return load_sample()


def feature(
    adcode: Any = "441881", kind: str = "Polygon", coordinates: Any = SQUARE, **properties: Any
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"adcode": adcode, **properties},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def check(*features: Any, level: Level = Level.COUNTY, max_points: int = 60_000) -> Checked:
    content = json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()
    return boundaries.check(content, level, max_bytes=10**6, max_points=max_points)


def test_a_right_file_says_what_it_covers_and_what_it_lacks() -> None:
    checked = check(feature(), feature(441900))
    assert set(checked.features) == {441881000000, 441900000000}
    assert [division.name for division in checked.missing] == ["连州市"]


def test_every_fault_names_its_feature_and_the_mend() -> None:
    bow = [[[113, 24], [114, 25], [114, 24], [113, 25], [113, 24]]]
    with pytest.raises(BoundaryError) as refused:
        check(
            feature("999999", name="无此县"),
            {"type": "Feature", "properties": {}, "geometry": None},
            feature(kind="Point", coordinates=[113, 24]),
            feature(coordinates="不是坐标"),
            feature(coordinates=[]),
            feature(coordinates=[[[24.1, 113.1], [24.5, 113.1], [24.5, 113.5], [24.1, 113.1]]]),
            feature(coordinates=bow, name="英德市"),
            feature(),
            feature(),
            "不是要素",
        )
    told = refused.value.faults
    assert told[0].startswith("第 1 个要素（无此县 999999）：adcode 不是现行的县级区划代码")
    assert "没有 adcode 属性" in told[1]
    assert "应为面" in told[2]
    assert "坐标写法不对" in told[3]
    assert "图形是空的" in told[4]
    assert "经度在前" in told[5]
    assert "英德市" in told[6]
    assert "自相交" in told[6]
    assert told[7].startswith("第 9 个要素")
    assert "前面已有同一代码" in told[7]
    assert "没有 adcode 属性" in told[8]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "不是完整的 JSON"),
        (b"PK\x03\x04\xff\xfe", "不是 UTF-8"),
        (b'{"type": "FeatureCollection", "features": [', "不是完整的 JSON"),
        (b'{"type": "Topology"}', "FeatureCollection"),
        (b"[]", "FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": []}', "没有要素"),
        (b'{"type": "FeatureCollection", "features": {"a": 1}}', "没有要素"),
        (b"[" * 100_000, "不是完整的 JSON"),
        (b" " * 1_000_001, "超过上限"),
    ],
)
def test_what_is_no_geojson_is_told(content: bytes, words: str) -> None:
    with pytest.raises(BoundaryError, match=words):
        boundaries.check(content, Level.COUNTY, max_bytes=10**6, max_points=1000)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from(["441881", 441882, 113.0, 24.0]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "properties", "geometry", "adcode", "coordinates", "name"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from(["Polygon", "MultiPolygon"]))
def test_any_geometry_is_taken_or_refused_in_words(coordinates: Any, kind: str) -> None:
    try:
        assert check(feature(kind=kind, coordinates=coordinates)).features
    except BoundaryError as error:
        assert error.faults


@given(st.lists(JSON, max_size=3))
def test_any_list_of_features_is_taken_or_refused_in_words(features: list[Any]) -> None:
    try:
        assert check(*features).features
    except BoundaryError as error:
        assert error.faults


def test_too_many_points_are_thinned_and_shared_borders_stay_shared() -> None:
    border = [[113.5, 24 + n / 1000 + (n % 2) / 10**5] for n in range(500)]
    west = [[[113.0, 24.0], *border, [113.0, 24.499], [113.0, 24.0]]]
    east = [[[114.0, 24.0], *border, [114.0, 24.499], [114.0, 24.0]]]
    checked = check(feature(coordinates=west), feature("441882", coordinates=east), max_points=200)
    assert checked.points <= 200
    one, other = (outline["coordinates"][0] for outline in checked.features.values())
    assert {tuple(point) for point in one if point[0] > 113.2} == {tuple(point) for point in other if point[0] < 113.8}


def test_a_replacement_writes_over_its_codes_and_leaves_the_rest() -> None:
    boundaries.replace({441881000000: {"type": "Polygon", "coordinates": SQUARE}}, 3, source="旧")
    boundaries.replace({441882000000: {"type": "Polygon", "coordinates": SQUARE}}, 3, source="旧")
    before = boundaries.version(440000000000, 3)
    boundaries.replace(
        {441881000000: {"type": "Polygon", "coordinates": SQUARE}}, 3, source="新", approval_no="粤S(2024)1号"
    )
    assert dict(Boundary.objects.values_list("division_id", "source")) == {441881000000: "新", 441882000000: "旧"}
    assert boundaries.version(440000000000, 3) != before


def test_the_layer_is_geojson_with_six_digit_codes() -> None:
    boundaries.replace({441900000000: {"type": "Polygon", "coordinates": SQUARE}}, 3, source="x")
    layer = json.loads(boundaries.collection(440000000000, 3))
    assert layer["features"][0]["properties"] == {"adcode": "441900", "code": "441900000000", "name": "东莞市"}
    assert layer["features"][0]["geometry"]["coordinates"] == SQUARE
    assert json.loads(boundaries.collection(441881000000, 3))["features"] == []


def test_the_package_fills_an_empty_layer_and_never_writes_over_an_upload() -> None:
    boundaries.replace({441881000000: {"type": "Polygon", "coordinates": SQUARE}}, 3, source="自己的")
    if boundaries.seed(44):
        assert set(Boundary.objects.filter(level=2).values_list("division_id", flat=True)) == {
            441800000000,
            441900000000,
        }
    assert list(Boundary.objects.filter(level=3).values_list("source", flat=True)) == ["自己的"]
