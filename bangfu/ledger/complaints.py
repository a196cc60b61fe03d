"""What is wrong with what was sent, as one would say it: the label first, then what to do. For forms and the API alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.forms import BaseForm, BoundField, CheckboxSelectMultiple, RadioSelect, Select

from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import shown

#: Django's own words for the commonest errors are stiff
_OF_FORMS = {
    "min_value": "不能小于 {limit_value}",
    "max_value": "不能大于 {limit_value}",
    "max_length": "最多 {limit_value} 个字，现在有 {show_value} 个",
    "invalid_choice": "没有这一项，请重新选择",
}
_NUMBER, _WHOLE, _DAY = "应为数字", "应为整数", "应为日期，例如 2025-10-09"
#: pydantic's kind of error → words; its values stand in braces
_OF_REQUESTS = {
    "missing": "请填写",
    "extra_forbidden": "没有这个字段，请去掉",
    "json_invalid": "不是有效的 JSON",
    "int_type": _WHOLE, "int_parsing": _WHOLE, "int_from_float": _WHOLE, "int_parsing_size": "数字太大",
    "float_type": _NUMBER, "float_parsing": _NUMBER, "decimal_type": _NUMBER, "decimal_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": "应为 true 或 false", "bool_parsing": "应为 true 或 false",
    "date_type": _DAY, "date_parsing": _DAY, "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY, "datetime_type": _DAY, "datetime_parsing": _DAY,
    "datetime_from_date_parsing": _DAY,
    "string_type": "应为文字",
    "string_too_short": "请填写",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "只有空白，或含有不能登记的字符",
    "literal_error": "没有这一项，可以填：{expected}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "list_type": "应为列表",
    "model_type": "应为 JSON 对象", "model_attributes_type": "应为 JSON 对象", "dict_type": "应为 JSON 对象",
    "uuid_type": "应为 UUID", "uuid_parsing": "应为 UUID",
}  # fmt: skip
#: what every request may carry beside the fields of a ledger
_PARAMETERS = {
    "q": "搜索", "after": "续页位置", "size": "每页条数", "sort": "排序", "place": "区划代码", "pk": "编号",
    "version": "版本", "reason": "事由", "client_uuid": "提交编号", "body": "请求内容",
}  # fmt: skip
_ENDS = {"after": "自", "before": "至", "min": "下限", "max": "上限"}


def of_field(field: BoundField) -> list[str]:
    """The errors of a field of a form, without its label."""
    found = []
    for error in field.errors.as_data():
        words = _OF_FORMS.get(error.code or "")
        if error.code == "required":
            chosen = isinstance(field.field.widget, (Select, RadioSelect, CheckboxSelectMultiple))
            words = "请选择" if chosen else "请填写"
        found += [words.format(**(error.params or {}))] if words else list(error.messages)
    return found


def of_form(form: BaseForm) -> list[dict[str, str]]:
    """Every fault with the name of its field, "" for those of the whole form."""
    whole = [{"field": "", "message": str(error)} for error in form.non_field_errors()]
    fields = [(field, of_field(field)) for field in form if field.errors]
    return whole + [{"field": field.name, "message": f"{field.label}：{'；'.join(told)}"} for field, told in fields]


def of_request(errors: Sequence[Mapping[str, Any]], ledger: Ledger | None) -> list[dict[str, str]]:
    """What pydantic found, in words. A ledger gives its fields their labels."""
    return [_of_request(error, ledger) for error in errors]


def _of_request(error: Mapping[str, Any], ledger: Ledger | None) -> dict[str, str]:
    names = [part for part in error["loc"] if isinstance(part, str)]
    name = names[-1] if names else ""
    given = {key: _listed(value) for key, value in error.get("ctx", {}).items()}
    words = _OF_REQUESTS.get(error["type"], "格式不对，请对照接口说明").format_map(given)
    outer = 2 if error["loc"][:1] == ("body",) else 1  # before the field ninja puts body and its parameter, or query
    place = ".".join(str(part) for part in error["loc"][outer:])
    return {"field": place, "message": f"{_label(name, ledger)}：{words}"}


def _listed(value: Any) -> Any:
    """pydantic's "'a', 'b' or 'c'" → a、b、c."""
    if not isinstance(value, str):
        return value
    words = value.replace(" or ", ", ").replace("'", "").split(", ")
    return "、".join(word for word in words if word)


def _label(name: str, ledger: Ledger | None) -> str:
    if name in _PARAMETERS or ledger is None:
        return _PARAMETERS.get(name, name)
    stem, _, end = name.rpartition("_")
    for field, suffix in ((name, ""), (stem, _ENDS.get(end, ""))):
        try:
            return f"{shown(ledger, field).label}{suffix}"
        except FieldDoesNotExist:
            continue
    return name
