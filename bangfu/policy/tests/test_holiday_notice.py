"""The notice of the State Council, as it is published, becomes days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.policy import holidays
from bangfu.policy.holiday_notice import NoticeError, parse

NOTICE_2024 = """
经国务院批准，现将2024年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。
"""
NOTICE_2025 = (
    "一、元旦：1月1日（周三）放假1天，不调休。"
    "二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。"
    "三、清明节：4月4日（周五）至6日（周日）放假，共3天。"
    "四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。"
    "五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。"
    "六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。"
)


@pytest.mark.parametrize(("year", "text"), [(2024, NOTICE_2024), (2025, NOTICE_2025)])
def test_a_published_notice_gives_the_days_of_our_file(year: int, text: str) -> None:
    on_file = next(item for item in holidays.arrangements() if item.year == year)
    assert parse(text, year).days == on_file.days


def test_lines_that_arrange_nothing_are_named() -> None:
    skipped = parse(NOTICE_2024, 2024).skipped
    assert [line[:6] for line in skipped] == ["经国务院批准", "节假日期间,"]


def test_a_rest_over_new_year_names_its_years() -> None:
    days = parse("一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。", 2023).days
    assert [(item.day, item.name) for item in days] == [
        (date(2022, 12, 31), "元旦"),
        (date(2023, 1, 1), "元旦"),
        (date(2023, 1, 2), "元旦"),
    ]


def test_one_line_by_hand_is_enough() -> None:
    days = parse("台风停工: 9月24日放假,9月28日上班", 2026).days
    assert [(item.day, item.is_workday) for item in days] == [(date(2026, 9, 24), False), (date(2026, 9, 28), True)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "没有找到放假或上班的日期"),
        ("元旦放假", "没有找到放假或上班的日期"),
        ("1月1日放假", "前面应写节日名和冒号"),
        ("元旦：1月1日（周五）放假", "2027-01-01 是周五"),
        ("元旦：1月32日放假", "没有 2027年1月32日这一天"),
        ("元旦：3日放假", "“3日”前面没有月份"),
        ("元旦：1月1日至3日放假，共4天", "写着共4天，日期算下来是 3 天"),
        ("元旦：1月3日至1日放假", "倒了"),
        ("元旦：1月1日至2月1日放假", "长于 14 天"),
        ("元旦：2020年1月1日放假", "不属于 2027 年的安排"),
        ("元旦：1月1日放假\n国庆：1月1日上班", "2027-01-01 出现了两次"),
        ("元旦：放假到1号，10日上班", "没有日期"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, says: str) -> None:
    if says == "2027-01-01 是周五":
        assert parse(text, 2027).days[0].day == date(2027, 1, 1)
        text = text.replace("周五", "周四")
    with pytest.raises(NoticeError, match=says):
        parse(text, 2027)


@given(st.text(alphabet="一二元旦春节：:（）()周三月日年至、，。0123456789放假上班共天 \n", max_size=120))
def test_any_text_gives_days_or_a_sentence(text: str) -> None:
    try:
        found = parse(text, 2027)
    except NoticeError as error:
        assert error.faults
    else:
        assert found.days and all(abs(item.day.year - 2027) <= 1 for item in found.days)
