"""YAML read strictly: errors name file, place and mend."""

from pathlib import Path

import pytest

from bangfu.policy import source
from bangfu.policy.source import PolicyError


def read(tmp_path: Path, text: str) -> source.Entry:
    file = tmp_path / "file.yaml"
    file.write_text(text, encoding="utf-8")
    return source.read(file)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("on: 2023", "第 1 行：“on”会被 YAML 读成真或假"),
        ("a:\n  flag: no", "第 2 行：“no”会被 YAML 读成真或假"),
        ("code: 010", "第 1 行：“010”会被 YAML 读成别的数"),
        ("time: 12:30", "会被 YAML 读成别的数"),
        ("a: 1\nb: 2\na: 3", "第 3 行：键“a”出现两次"),
        ("5.10: x", "第 1 行：键“5.10”应为文字，请加引号"),
        ("a: .inf", "不是普通小数"),
        ("a: [1", "不是有效的 YAML"),
        ("- 1", "最外层应为一组键值"),
        ("", "最外层应为一组键值"),
    ],
)
def test_traps_are_refused_with_file_and_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(PolicyError, match=r"file\.yaml：") as caught:
        read(tmp_path, text)
    assert says in str(caught.value)


def test_a_missing_file_and_a_file_in_another_encoding_say_so(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="文件不存在"):
        source.read(tmp_path / "none.yaml")
    (tmp_path / "gb.yaml").write_bytes("名称: 东华镇".encode("gb18030"))
    with pytest.raises(PolicyError, match="不是有效的 YAML"):
        source.read(tmp_path / "gb.yaml")


def test_decimals_are_exact_and_never_float(tmp_path: Path) -> None:
    entry = read(tmp_path, "share: 7.5\nsmall: 0.1\nwhole: 1_000\nyes_it_is: true")
    assert str(entry.number("share")) == "7.5" and str(entry.number("small")) == "0.1"
    assert entry.integer("whole") == 1000 and entry.flag("yes_it_is") is True


def test_getters_name_the_key_and_the_path(tmp_path: Path) -> None:
    entry = read(tmp_path, 'number: 5.1\nvalues:\n  - {day: "x", division: "12345"}\n  - 3\nbad: 1\nempty: ""')
    with pytest.raises(PolicyError, match="file.yaml：number：“5.1”应为文字（数字和小数请加引号"):
        entry.text("number")
    with pytest.raises(PolicyError, match="title：缺少"):
        entry.text("title")
    with pytest.raises(PolicyError, match="empty：不能为空"):
        entry.text("empty")
    with pytest.raises(PolicyError, match=r"values\[1\]：应为一组键值"):
        entry.entries("values")
    with pytest.raises(PolicyError, match="numbr：没有这个键，是不是“number”？"):
        source.Entry({"numbr": 1}, entry.file).only("number", "title")
    item = source.Entry(entry.data["values"][0], entry.file, "values[0]")
    with pytest.raises(PolicyError, match=r"values\[0\]\.day：“x”应为日期"):
        item.day("day")
    with pytest.raises(PolicyError, match=r"values\[0\]\.division：.*有 5 位"):
        item.division("division")
    with pytest.raises(PolicyError, match="bad：“1”应为列表"):
        entry.texts("bad")


def test_a_path_under_the_guideline_is_shown_short() -> None:
    with pytest.raises(PolicyError, match=r"^guideline/2099/articles\.yaml：文件不存在"):
        source.read(source.ROOT / "2099" / "articles.yaml")
