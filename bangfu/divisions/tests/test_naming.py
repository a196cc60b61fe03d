import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.divisions import naming
from bangfu.divisions.source import row_of
from bangfu.kernel.codes import Level


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("光明村委会", "光明村委会"),
        ("唐洪村村民委员会", "唐洪村村委会"),
        ("石牌村民委会", "石牌村委会"),
        ("沙洛社区居委会会", "沙洛社区居委会"),
        ("海湾社区居委委员会", "海湾社区居委会"),
        ("出头社区居委", "出头社区居委会"),
        ("地派镇社区居委员会", "地派镇社区居委会"),
        ("松山湖虚拟社区", "松山湖虚拟社区"),
        ("东华镇", "东华镇"),
    ],
)
def test_the_display_rule_mends_only_the_ending(name: str, shown: str) -> None:
    assert naming.label(name) == shown


@given(st.text("村居民委员会社区光明东", max_size=12))
def test_the_display_rule_is_stable(name: str) -> None:
    assert naming.label(naming.label(name)) == naming.label(name)


@pytest.mark.parametrize(
    ("name", "level", "key"),
    [
        ("光明村委会", Level.VILLAGE, "光明"),
        ("光明村", Level.VILLAGE, "光明"),
        ("光明村民委员会", Level.VILLAGE, "光明"),
        ("唐洪村村民委员会", Level.VILLAGE, "唐洪"),
        ("星子社区居委会", Level.VILLAGE, "星子"),
        ("村", Level.VILLAGE, "村"),
        ("东华镇", Level.TOWN, "东华"),
        ("英城街道办事处", Level.TOWN, "英城"),
        ("瑶安瑶族乡", Level.TOWN, "瑶安"),
        ("连山壮族瑶族自治县", Level.COUNTY, "连山"),
        ("英德市", Level.COUNTY, "英德"),
        ("沙县", Level.COUNTY, "沙县"),
        ("广东省", Level.PROVINCE, "广东"),
    ],
)
def test_spellings_of_one_place_share_a_key(name: str, level: Level, key: str) -> None:
    assert naming.match_key(name, level) == key


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("佛山市", "foshanshi", "fss"),
        ("番禺区", "panyuqu", "pyq"),
        ("大埔县", "dabuxian", "dbx"),
        ("黄埔区", "huangpuqu", "hpq"),
        ("东莞市", "dongguanshi", "dgs"),
        ("长安镇", "changanzhen", "caz"),
        ("重新村委会", "chongxincunweihui", "cxcwh"),
    ],
)
def test_place_names_sound_as_they_are_spoken(name: str, pinyin: str, initials: str) -> None:
    assert naming.sounds(name) == (pinyin, initials)


def test_full_names_leave_out_a_province_and_keep_a_municipality() -> None:
    known = {440000000000, 441900000000, 110000000000}
    names = {
        440000000000: "广东省",
        441900000000: "东莞市",
        441900101000: "石碣镇",
        110000000000: "北京市",
        110101000000: "东城区",
    }
    full = naming.full_names(row_of(code, name, known) for code, name in names.items())
    assert full[440000000000] == "广东省"
    assert full[441900101000] == "东莞市石碣镇"
    assert full[110101000000] == "北京市东城区"
