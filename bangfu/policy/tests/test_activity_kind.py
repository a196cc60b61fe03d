"""The kinds of activities are declared strictly: what could not be asked or read back is an error at start-up."""

import shutil
from pathlib import Path

import pytest

from bangfu.policy import source
from bangfu.policy.activity_kind import Ask, Field, Type, kinds
from bangfu.policy.source import PolicyError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The guideline without what has nothing to do with it."""
    return Path(shutil.copytree(source.ROOT, tmp_path / "guideline"))


def test_a_field_study_needs_unit_and_rank_and_a_training_keeps_its_hours() -> None:
    study, training = kinds()["field_study"], kinds()["training"]
    assert study.needs(Field.UNITS)
    assert study.asks[Field.TITLE] is Ask.FOLDED
    hours = training.details["hours"]
    assert (hours.type, hours.value_of("16 学时")) == (Type.INTEGER, 16)
    with pytest.raises(ValueError, match="“学时”应为整数"):
        hours.value_of("很多")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('article: "5.4"', 'article: "9.9"', "没有第 9.9 条"),
        ("asks: {household: required", "asks: {houshold: required", "没有这个栏目"),
        ("rank: required", "rank: always", "不在可选范围"),
        ("units: required, cadres: required", "cadres: required, rank: required", "须同时问参加单位"),
        ("label: 义诊", "label: 看病", "不一致"),
        ("  free_clinic:", "  clinic:", "没有这个值"),
        ("label: 学时", "label: 学：时", "含有冒号"),
        ("label: 授课人", "label: 学时", "叫法相同"),
    ],
)  # fmt: skip
def test_mistakes_name_file_and_key(root: Path, old: str, new: str, says: str) -> None:
    file = root / "2023" / "activity-kinds.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError, match=says):
        kinds("2023", root)
