import pytest
from django import forms
from django.template import Context, Template

from bangfu.divisions.forms import DivisionField
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.divisions.tests.sample import load_sample
from bangfu.kernel.codes import Level

pytestmark = pytest.mark.django_db


class VillageForm(forms.Form):
    village = DivisionField(label="村", level=Level.VILLAGE, within=Scope.of([441881000000]), act="edit")


@pytest.fixture(autouse=True)
def sample(db: None) -> dict[int, Division]:
    return load_sample()


@pytest.mark.parametrize("typed", ["441881137201", "光明", "清远市英德市东华镇光明村委会", " 东华镇 光明村 "])
def test_without_javascript_a_code_or_a_name_is_enough(typed: str) -> None:
    form = VillageForm({"village": typed})
    assert form.is_valid()
    assert form.cleaned_data["village"].code == 441881137201


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "必填"),
        ("鱼湾", "不止一处"),
        ("星子社区", "没有叫“星子社区”的村"),
        ("441882101202", "不是您可选范围里的村"),
        ("东华镇", "没有叫"),
    ],
)
def test_what_is_wrong_is_said_in_chinese_beside_the_field(typed: str, words: str) -> None:
    form = VillageForm({"village": typed})
    assert not form.is_valid()
    assert words in form.errors["village"][0]


def test_the_page_carries_one_text_box_and_no_list_of_villages() -> None:
    html = VillageForm(initial={"village": 441881137201}).as_p()
    assert html.count("<input") == 1
    assert "<select" not in html
    assert "style=" not in html
    assert 'value="清远市英德市东华镇光明村委会"' in html
    assert 'data-value="441881137201"' in html
    assert 'data-level="5"' in html
    assert 'data-within="441881000000"' in html
    assert 'data-act="edit"' in html


def test_the_box_has_one_class_whoever_draws_it() -> None:
    page = Template("{% load ui %}{{ form.village|control }}")
    html = page.render(Context({"form": VillageForm()}))
    assert html.count("class=") == 2
    assert 'class="form-control"' in html


def test_what_was_typed_stays_in_the_box_when_it_was_wrong() -> None:
    assert 'value="鱼湾"' in VillageForm({"village": "鱼湾"}).as_p()
    assert "<b>" not in VillageForm({"village": "<b>村"}).as_p()


def test_a_place_may_be_left_out_and_any_level_may_be_asked_for() -> None:
    class AnyForm(forms.Form):
        division = DivisionField(required=False)

    assert AnyForm({"division": ""}).is_valid()
    assert AnyForm({"division": "4418"}).is_valid()
    assert 'data-words="区划"' in AnyForm().as_p()


def test_an_unchanged_choice_is_no_change() -> None:
    form = VillageForm({"village": "441881137201"}, initial={"village": Division.objects.get(code=441881137201)})
    assert not form.has_changed()
