"""Numbers, dates and controls as templates write them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import timezone

from bangfu.site.templatetags import ui


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (26842, "26,842"),
        (0, "0"),
        ("1000", "1,000"),
        (Decimal("1234.50"), "1,234.50"),
        ("—", "—"),
        (None, ""),
        ("", ""),
        ("91.4", "91.4"),
    ],
)
def test_numbers_are_grouped_and_words_pass(value: Any, shown: str) -> None:
    assert ui.grouped(value) == shown


def test_dates_are_told_in_local_time() -> None:
    late = datetime(2025, 10, 8, 17, 5, tzinfo=UTC)
    assert (ui.day(late), ui.moment(late), ui.day(date(2025, 1, 2))) == ("2025-10-09", "2025-10-09 01:05", "2025-01-02")
    assert (ui.day(None), ui.moment(None), ui.days_left(None)) == ("", "", "")


@pytest.mark.parametrize(("days", "words"), [(3, "还有 3 天"), (0, "今天到期"), (-2, "已过 2 天")])
def test_a_clock_speaks_in_days(days: int, words: str) -> None:
    assert ui.days_left(timezone.localdate() + timedelta(days=days)) == words


class Sample(forms.Form):
    name = forms.CharField(label="姓名", help_text="与身份证一致")
    kind = forms.ChoiceField(label="类型", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    school = forms.ChoiceField(label="学历", choices=[("", "---------"), ("1", "小学")], required=False)
    agreed = forms.BooleanField(label="同意", required=False)


def field(form: forms.Form, name: str, **given: Any) -> str:
    return render_to_string("ui/_field.html", {"field": form[name], **given})


def test_a_field_ties_label_help_and_error_to_its_input() -> None:
    form = Sample({"name": ""})
    html = field(form, "name")
    assert '<label for="id_name" class="form-label">姓名<span class="field-required">必填</span>' in html
    assert 'aria-invalid="true"' in html
    described = html.split('aria-describedby="')[1].split('"')[0].split()
    assert {"id_name_helptext", "id_name_error"} == set(described)
    assert all(f'id="{each}"' in html for each in described)


def test_choices_become_taps_with_a_legend() -> None:
    html = field(Sample(), "kind")
    assert "<fieldset" in html
    assert '<legend class="form-label">类型' in html
    assert html.count('type="radio"') == 2


def test_nothing_chosen_is_said_in_chinese() -> None:
    html = field(Sample(), "school")
    assert "---" not in html
    assert "未选" in html
    assert 'class="form-select"' in html


def test_a_stored_masked_value_is_shown_beside_an_empty_field() -> None:
    assert "现在登记的是 <span" in field(Sample(), "name", masked="990***12")


def test_a_widget_keeps_its_own_class() -> None:
    form = Sample()
    form.fields["name"].widget.attrs["class"] = "wide"
    assert 'class="form-control wide"' in ui.control(form["name"])
    assert 'class="form-check-input"' in ui.control(form["agreed"])


def test_an_icon_is_decoration_unless_it_is_named() -> None:
    html = Template('{% load ui %}{% icon "search" %}|{% icon "search" label %}').render(Context({"label": "<搜>"}))
    plain, named = html.split("|")
    assert 'aria-hidden="true"' in plain
    assert 'aria-label="&lt;搜&gt;"' in named


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (
            {"figure": {"title": "已整改", "text": "26842", "unit": "户", "url": "/x/"}},
            ["26,842", "户", 'href="/x/"', "已整改"],
        ),
        ({"label": "停用", "number": 0, "unit": "个"}, ["停用", ">0<", "个"]),
        (
            {"figure": {"title": "率", "text": "9.5", "numerator": "甲", "denominator": "乙"}},
            ["分子", "甲", "分母", "乙"],
        ),
    ],
)
def test_a_figure_is_number_unit_and_the_way_to_its_rows(given: dict[str, Any], shown: list[str]) -> None:
    html = render_to_string("ui/_figure.html", given)
    assert [words for words in shown if words not in html] == []


class Filters(forms.Form):
    kind = forms.MultipleChoiceField(label="类型", choices=[("a", "甲"), ("b", "乙")], required=False)
    people = forms.IntegerField(label="人口", min_value=1)
    note = forms.CharField(label="备注", max_length=3)


def test_several_values_are_taps_and_never_a_list_box() -> None:
    html = field(Filters({"kind": ["b"]}), "kind")
    assert "<select" not in html
    assert html.count('type="checkbox"') == 2
    assert html.count("checked") == 1


def test_errors_are_said_as_one_would_say_them() -> None:
    form = Filters({"kind": ["z"], "people": "0", "note": "四个字呢"})
    said = {name: ui.complaints(form[name]) for name in form.fields}
    assert said == {"kind": ["没有这一项，请重新选择"], "people": ["不能小于 1"], "note": ["最多 3 个字，现在有 4 个"]}
    assert ui.complaints(Filters({})["people"]) == ["请填写"]
    assert ui.complaints(Sample({})["kind"]) == ["请选择"]


def test_a_long_form_stands_under_the_headings_of_its_ledger() -> None:
    class Grouped(Filters):
        def visible(self) -> list[forms.BoundField]:
            return [self[name] for name in self.fields]

    groups = ui.grouped_fields(Grouped(), {"基本": ("people", "gone"), "空": ()})
    assert [(title, [each.name for each in fields]) for title, fields in groups] == [
        ("基本", ["people"]),
        ("其他", ["kind", "note"]),
    ]
    assert [title for title, _ in ui.grouped_fields(Grouped(), {})] == [""]
