from datetime import date

import pytest

from bangfu.divisions import succession
from bangfu.divisions.models import Boundary, Change, Division
from bangfu.divisions.scope import Scope
from bangfu.divisions.succession import Pair, SuccessionError
from bangfu.divisions.tests.sample import load_sample

pytestmark = pytest.mark.django_db

PROVINCE = Scope.of([440000000000])
DAY = date(2025, 3, 1)
DONGHUA, DAZHAN, GUANGMING = 441881137000, 441881109000, 441881137201


@pytest.fixture(autouse=True)
def sample(db: None) -> dict[int, Division]:
    return load_sample()


def carry_out(kind: str, *lines: str) -> Change:
    made = succession.plan(kind, succession.parse("\n".join(lines)), PROVINCE)
    return succession.carry_out(made, from_on=DAY, document_no="粤民区〔2025〕3号", by="系统员")


def faults(kind: str, *lines: str) -> str:
    with pytest.raises(SuccessionError) as refused:
        succession.plan(kind, succession.parse("\n".join(lines)), PROVINCE)
    return str(refused.value)


def test_lines_may_be_divided_by_commas_tabs_or_blanks_under_a_head_line() -> None:
    text = "\ufeff原代码,新代码,新名称,接收数据\n441881137201, 441881137240，光明新村,是\n"
    text += "441881137202\t441881137240\n\n441881137203 441881137240\n"
    assert succession.parse(text) == [
        Pair(441881137201, 441881137240, "光明新村", takes_rows=True),
        Pair(441881137202, 441881137240),
        Pair(441881137203, 441881137240),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "至少一行"),
        ("441881137201", "第 1 行：没有新代码"),
        ("441881137201,abc", "第 1 行：区划代码“abc”只能是数字"),
        ("441881137201,441881137240\n4418811372,441881137240", "第 2 行"),
    ],
)
def test_a_bad_line_is_named(text: str, words: str) -> None:
    with pytest.raises(SuccessionError, match=words):
        succession.parse(text)


def test_two_villages_merge_into_a_new_one() -> None:
    change = carry_out("merge", "441881137201,441881137240,光明新村委会", "441881137202,441881137240")
    new = Division.objects.get(code=441881137240)
    assert (new.full_name, new.parent_id, new.valid_from) == ("清远市英德市东华镇光明新村委会", DONGHUA, DAY)
    assert Division.objects.get(code=GUANGMING).valid_to == DAY
    assert list(change.successions.values_list("old_id", "new_id", "takes_rows")) == [
        (441881137201, 441881137240, True),
        (441881137202, 441881137240, True),
    ]


def test_a_village_merges_into_one_that_stays() -> None:
    carry_out("merge", "441881137202,441881137201")
    assert Division.objects.get(code=441881137201).valid_to is None
    assert Division.objects.get(code=441881137202).valid_to == DAY


def test_a_town_that_moves_to_another_county_takes_its_villages_along() -> None:
    change = carry_out("transfer", "441881105000,441882119000")
    moved = Division.objects.get(code=441882119202)
    assert (moved.full_name, moved.parent_id) == ("清远市连州市桥头镇博下村委会", 441882119000)
    assert Division.objects.get(code=441881105202).valid_to == DAY
    assert change.successions.count() == 3


def test_a_county_that_gets_another_code_keeps_its_outline() -> None:
    box = {"type": "Polygon", "coordinates": [[[113, 24], [114, 24], [114, 25], [113, 24]]]}
    Boundary.objects.create(
        division_id=441882000000, level=3, geometry=box, source="x", uploaded_at="2025-01-01T00:00Z"
    )
    carry_out("transfer", "441882000000,441889000000,连州区")
    assert Boundary.objects.get(division=441889000000).geometry == box
    assert Division.objects.get(code=441889102207).full_name == "清远市连州区大路边镇大塘村委会"


def test_a_renamed_town_renames_the_full_names_below_it() -> None:
    carry_out("rename", "441881137000,441881137000,英东镇")
    town = Division.objects.get(code=DONGHUA)
    assert (town.name, town.initials, town.valid_to) == ("英东镇", "ydz", None)
    assert Division.objects.get(code=GUANGMING).full_name == "清远市英德市英东镇光明村委会"


def test_a_split_town_needs_a_line_for_each_of_its_villages() -> None:
    message = faults("split", "441881105000,441881140000,桥东镇", "441881105000,441881141000,桥西镇")
    assert "清远市英德市桥头镇桥头居委会（441881105001）归哪个新代码没有写" in message
    assert "博下村委会" in message


def test_a_split_town_goes_where_the_list_says() -> None:
    change = carry_out(
        "split",
        "441881105000,441881140000,桥东镇",
        "441881105000,441881141000,桥西镇,是",
        "441881105001,441881140001",
        "441881105202,441881141202",
    )
    assert Division.objects.get(code=441881141202).full_name == "清远市英德市桥西镇博下村委会"
    assert change.successions.get(new=441881141000).takes_rows
    assert not change.successions.get(new=441881140000).takes_rows


def test_a_new_town_may_be_cut_out_of_one_that_stays() -> None:
    carry_out("transfer", ",441881141000,鱼湾镇", "441881137216,441881141201")
    assert Division.objects.get(code=441881141201).full_name == "清远市英德市鱼湾镇鱼湾村委会"
    assert Division.objects.get(code=DONGHUA).valid_to is None


def test_villages_whose_new_code_is_taken_must_be_listed() -> None:
    Division.objects.filter(code=441881105202).update(code=441881105201)
    message = faults("merge", "441881105000,441881109000")
    assert "桥头居委会（441881105001）换成 441881109001 与已有代码重复" in message


@pytest.mark.parametrize(
    ("kind", "lines", "words"),
    [
        ("merge", ["441881137299,441881137201"], "原代码 441881137299 不存在"),
        ("merge", ["441881137201,441881137240"], ""),
        ("merge", ["441881137201,441881137000"], "不是同一层级"),
        ("transfer", ["441881137201,441999137201"], "上级不存在"),
        ("transfer", ["441881137201,441881137240", "441881137201,441881137241"], "对应了 2 个新代码"),
        ("transfer", ["441881137201,441881137240", "441881137202,441881137240"], "接收了 2 个原代码"),
        ("transfer", ["441881137201,441881137202", "441881137202,441881137240"], "既是原代码又是新代码"),
        ("split", ["441881137201,441881137240"], "两个以上新代码"),
        ("split", ["441881137201,441881137240,甲,是", "441881137201,441881137241,乙,是"], "只能有一个"),
        ("rename", ["441881137201,441881137201"], "名称没有填"),
        ("merge", [",441881137240,新村委会"], "至少写一个原代码"),
        ("merge", ["441881137201,441881137240,甲", "441881137201,441881137240,甲"], "写了两遍"),
    ],
)
def test_a_wrong_change_is_refused_in_words(kind: str, lines: list[str], words: str) -> None:
    if words:
        assert words in faults(kind, *lines)
    else:
        assert succession.plan(kind, succession.parse("\n".join(lines)), PROVINCE).created[0].name == "光明村委会"


def test_a_code_that_ended_is_neither_left_nor_taken_again() -> None:
    carry_out("merge", "441881137202,441881137201")
    assert "已于 2025-03-01 停用" in faults("merge", "441881137202,441881137203")
    assert "已停用的代码" in faults("merge", "441881137203,441881137202")


def test_an_operator_changes_only_codes_of_the_own_area() -> None:
    with pytest.raises(SuccessionError, match="441882101202 不在您管理的范围内"):
        succession.plan("merge", [Pair(441882101202, 441882101203)], Scope.of([441881000000]))
